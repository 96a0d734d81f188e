import { JobStream, type JobQueue } from './job-stream.js';

interface Work {
  /** Ids of the jobs that were begun, in order. */
  begun: string[];
  signals: Map<string, AbortSignal>;
  /** What was told of those that failed. */
  failures: [id: string, error: unknown][];
  end: (id: string, error?: Error) => void;
}

/** A queue in memory, which hands out what waits there, and knows what became of it. */
function aQueue(ids: readonly string[]): { boss: JobQueue; waiting: string[]; fetches: number[]; completed: string[]; failed: string[] } {
  const queue = { waiting: [...ids], fetches: [] as number[], completed: [] as string[], failed: [] as string[] };
  const idsOf = (jobs: unknown): string[] => (jobs as { id: string }[]).map(job => job.id);
  const boss = {
    fetch: (_name: string, { batchSize }: { batchSize: number }) => {
      queue.fetches.push(batchSize);
      const taken = queue.waiting.splice(0, batchSize);
      return Promise.resolve(taken.map(id => ({ id, data: { id }, retryCount: 0, expireInSeconds: 60, heartbeatSeconds: 10 })));
    },
    complete: (_name: string, jobs: unknown) => Promise.resolve(queue.completed.push(...idsOf(jobs))),
    fail: (_name: string, jobs: unknown) => Promise.resolve(queue.failed.push(...idsOf(jobs))),
    touch: () => Promise.resolve({}),
  } as unknown as JobQueue;
  return Object.assign(queue, { boss });
}

function aStream(boss: JobQueue, places: number, heartbeatMs = 60_000): { stream: JobStream; work: Work } {
  const ends = new Map<string, PromiseWithResolvers<undefined>>();
  const work: Work = {
    begun: [],
    signals: new Map(),
    failures: [],
    end: (id, error) => {
      if (error) ends.get(id)?.reject(error);
      else ends.get(id)?.resolve(undefined);
    },
  };
  const handle = async (data: object, signal: AbortSignal): Promise<void> => {
    const { id } = data as { id: string };
    work.begun.push(id);
    work.signals.set(id, signal);
    const end = Promise.withResolvers<undefined>();
    ends.set(id, end);
    await end.promise;
  };
  const stream = new JobStream(boss, {
    queue: 'q',
    places,
    lookMs: 60_000,
    heartbeatMs,
    handle,
    onFailed: (id, error) => work.failures.push([id, error]),
    onError: error => {
      throw error;
    },
  });
  return { stream, work };
}

const until = async (holds: () => boolean): Promise<void> => {
  for (const end = performance.now() + 10_000; !holds();) {
    if (performance.now() > end) throw new Error('Not within 10 s');
    await new Promise(resolve => setImmediate(resolve));
  }
};

describe('A stream of jobs', () => {
  it('takes as many as it has places for in one fetch, and others when places are free', async () => {
    const queue = aQueue(['a', 'b', 'c', 'd']);
    const { stream, work } = aStream(queue.boss, 3);

    stream.start();
    await until(() => work.begun.length === 3);
    work.end('b');
    await until(() => work.begun.length === 4);

    expect(work.begun).toEqual(['a', 'b', 'c', 'd']);
    expect(queue.fetches.slice(0, 2)).toEqual([3, 1]);
    expect(queue.completed).toEqual(['b']);
    for (const id of ['a', 'c', 'd']) work.end(id);
    await stream.stop(10_000);
    expect(queue.completed.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('waits for no job that hangs', async () => {
    const queue = aQueue(['hangs', 'b', 'c', 'd', 'e']);
    const { stream, work } = aStream(queue.boss, 2);

    stream.start();
    for (const id of ['b', 'c', 'd', 'e']) {
      await until(() => work.begun.includes(id));
      work.end(id);
    }
    await until(() => queue.completed.length === 4);

    expect(queue.completed).toEqual(['b', 'c', 'd', 'e']);
    work.end('hangs');
    await stream.stop(10_000);
  });

  it('takes what it is told of at once', async () => {
    const queue = aQueue([]);
    const { stream, work } = aStream(queue.boss, 2);
    stream.start();
    await until(() => queue.fetches.length === 1);

    queue.waiting.push('a');
    stream.notify();
    await until(() => work.begun.length === 1);
    work.end('a');
    await stream.stop(10_000);

    expect(queue.completed).toEqual(['a']);
  });

  it('has tried again what fails, and no other, and says why', async () => {
    const queue = aQueue(['a', 'b']);
    const { stream, work } = aStream(queue.boss, 2);
    stream.start();
    await until(() => work.begun.length === 2);

    const away = new Error('away');
    work.end('a', away);
    work.end('b');
    await stream.stop(10_000);

    expect(queue).toMatchObject({ completed: ['b'], failed: ['a'] });
    expect(work.failures).toEqual([['a', away]]);
  });

  it('gives back what has not ended when it stops, and tells whoever does it', async () => {
    const queue = aQueue(['a', 'b']);
    const { stream, work } = aStream(queue.boss, 2);
    stream.start();
    await until(() => work.begun.length === 2);

    work.end('b');
    await stream.stop(1);

    expect(queue).toMatchObject({ completed: ['b'], failed: ['a'], waiting: [] });
    expect(work.signals.get('a')?.aborted).toBe(true);
  });

  it('gives up a job that another worker has', async () => {
    const queue = aQueue(['a', 'b']);
    Object.assign(queue.boss, { touch: () => Promise.resolve({ settled: ['b'] }) });
    const { stream, work } = aStream(queue.boss, 2, 5);
    stream.start();
    await until(() => work.signals.get('a')?.aborted === true);

    expect(work.signals.get('b')?.aborted).toBe(false);
    work.end('b');
    await stream.stop(10_000);
  });

  it('gives up its own earlier try of a job that it is handed again, and keeps the later one', async () => {
    const queue = aQueue(['a']);
    const touched: string[][] = [];
    Object.assign(queue.boss, {
      touch: (_name: string, jobs: { id: string }[]) => {
        const settled = jobs.map(({ id }) => id);
        touched.push(settled);
        return Promise.resolve({ settled });
      },
    });
    const { stream, work } = aStream(queue.boss, 2, 5);
    stream.start();
    await until(() => work.begun.length === 1);
    const earlier = work.signals.get('a');

    // Its heartbeat was over: the queue has given it out anew.
    queue.waiting.push('a');
    stream.notify();
    await until(() => work.begun.length === 2);
    await until(() => queue.failed.length === 1);
    const { length } = touched;
    await until(() => touched.length > length + 1);

    expect(earlier?.aborted).toBe(true);
    expect(work.signals.get('a')?.aborted).toBe(false);
    expect(touched.at(-1)).toEqual(['a']);
    work.end('a');
    await stream.stop(10_000);
    expect(queue).toMatchObject({ completed: ['a'], failed: ['a'] });
  });
});
