import { setTimeout as delay } from 'node:timers/promises';
import type { Job, PgBoss } from 'pg-boss';
import { Gathered } from '../common/gathered.js';

/** The queue as pg-boss has it. */
export type JobQueue = Pick<PgBoss, 'fetch' | 'complete' | 'fail' | 'touch'>;

export interface StreamOptions {
  queue: string;
  /** Jobs that may be in hand at once. */
  places: number;
  /** How often the queue is looked at where nobody tells of new jobs. */
  lookMs: number;
  /** How often the queue is told that the jobs in hand are alive. */
  heartbeatMs: number;
  /** Throws when the job is to be tried again; what it does must bear that. */
  handle: (data: object, signal: AbortSignal) => Promise<void>;
  /** What it threw, or why it was given up. */
  onFailed: (jobId: string, error: unknown) => void;
  /** Of the queue itself. */
  onError: (error: unknown) => void;
}

/** While many wait, this long is left for places to become free: many small fetches cost more than one. */
const GATHER_MS = 25;
const SETTLED_AT_ONCE = 200;

type TakenJob = Omit<Job, 'signal'>;
type End = 'complete' | 'fail';

interface InHand {
  job: TakenJob;
  /** Aborted when its time is over, the process stops, or another worker has it. */
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * A queue's jobs, each in a place of its own: one that hangs takes its place and no other. One statement takes as many as there are free
 * places, one settles all that have ended, one tells that all in hand are alive; pg-boss's own worker takes one job a second and place, or a
 * batch that is over with its slowest job.
 */
export class JobStream {
  private readonly inHand = new Set<InHand>();
  private readonly settled: Record<End, Gathered<TakenJob, null>>;
  private readonly stopping = new AbortController();
  private wake = new AbortController();
  private heartbeat: NodeJS.Timeout | undefined;
  private taking: Promise<void> | undefined;

  constructor(
    private readonly boss: JobQueue,
    private readonly options: StreamOptions,
  ) {
    const settleAll = (end: End) => async (jobs: TakenJob[]) => {
      await this.boss[end](this.options.queue, jobs);
      return jobs.map(() => null);
    };
    this.settled = {
      complete: new Gathered(settleAll('complete'), SETTLED_AT_ONCE),
      fail: new Gathered(settleAll('fail'), SETTLED_AT_ONCE),
    };
  }

  start(): void {
    this.heartbeat = setInterval(() => void this.beat(), this.options.heartbeatMs);
    this.taking = this.takeAll();
  }

  /** There may be new jobs. */
  notify(): void {
    this.wake.abort();
  }

  /** Takes no more; what is not ended `withinMs` from now is given back to the queue. */
  async stop(withinMs: number): Promise<void> {
    this.stopping.abort();
    this.notify();
    await this.taking;
    const ended = Promise.all([...this.inHand].map(each => each.ended));
    const patience = new AbortController();
    await Promise.race([ended, delay(withinMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    for (const { controller } of this.inHand) controller.abort(new Error('The hub stops'));
    await ended;
    clearInterval(this.heartbeat);
  }

  private async takeAll(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.wake = new AbortController();
      const free = this.options.places - this.inHand.size;
      const taken = free > 0 ? await this.take(free) : 0;
      // Whether more wait is not known after a fetch that was full, or none.
      const isFull = taken === free;
      await this.pause(isFull ? GATHER_MS : this.options.lookMs, isFull ? this.stopping.signal : this.wake.signal);
    }
  }

  /** How many it took. Never throws. */
  private async take(free: number): Promise<number> {
    try {
      const jobs = await this.boss.fetch<object>(this.options.queue, { batchSize: free });
      for (const job of jobs) this.begin(job);
      return jobs.length;
    } catch (error) {
      this.options.onError(error);
      return 0;
    }
  }

  private begin(job: TakenJob): void {
    for (const earlier of this.inHand)
      if (earlier.job.id === job.id) earlier.controller.abort(new Error(`The job ${job.id} has been handed out again`));
    const controller = new AbortController();
    const expiry = setTimeout(() => {
      controller.abort(new Error(`Not ended within ${job.expireInSeconds} s`));
    }, job.expireInSeconds * 1_000);
    const ended = this.carryOut(job, controller.signal).finally(() => {
      clearTimeout(expiry);
      this.inHand.delete(taken);
    });
    const taken = { job, controller, ended };
    this.inHand.add(taken);
  }

  /** Never throws. What could not be settled is taken up again once its heartbeat is over. */
  private async carryOut(job: TakenJob, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    try {
      const end = await Promise.race([this.options.handle(job.data, signal), aborted]).then(
        () => 'complete' as const,
        (error: unknown) => {
          this.options.onFailed(job.id, error);
          return 'fail' as const;
        },
      );
      await this.settled[end].ask(job);
    } catch (error) {
      this.options.onError(error);
    }
  }

  /** A job that is not found active any more in this try of it is another worker's: what is done here can no longer count. */
  private async beat(): Promise<void> {
    const held = [...this.inHand];
    if (held.length === 0) return;
    try {
      const { settled } = (await this.boss.touch(
        this.options.queue,
        held.map(({ job }) => job),
      )) as { settled?: string[] };
      if (!settled) return;
      const alive = new Set(settled);
      for (const { job, controller } of held) if (!alive.has(job.id)) controller.abort(new Error(`The job ${job.id} is another worker's`));
    } catch (error) {
      // That it could not be told says nothing of the jobs.
      this.options.onError(error);
    }
  }

  private async pause(ms: number, until: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal: until }).catch(() => undefined);
  }
}
