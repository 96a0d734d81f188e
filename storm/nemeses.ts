import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../test/support/eventually.js';
import type { Copies } from './copies.js';
import type { Database } from './database.js';
import type { Hub } from './hub.js';
import { LONG_STOP_MS, nameOf, type Moment, type Nemesis } from './nemesis-plan.js';
import type { Sender } from './sender.js';

export const EVERY_MS = 2_000;
const SWALLOW_MS = 5_000;
const LOOK_EVERY_MS = 500;
/** How long it may take, on a busy machine, until a copy is there to be struck. */
const STRIKABLE_WITHIN_MS = 120_000;
/** A moment that has not come by then is not waited for any longer. */
const MOMENT_WITHIN_MS = 20_000;
/** Their deadline, two lists 10 s apart, and what a busy machine makes of it. */
const GIVEN_UP_WITHIN_MS = 90_000;
/** Time to tell the patient. */
const TOLD_MS = 3_000;

/** Strikes the hub's copies and its database, one after the other, as planned. */
export class Nemeses {
  /** How many of each struck, and how many of those at the very moment that was meant. */
  readonly struck = new Map<string, { times: number; onTime: number }>();
  private readonly copies: Copies;
  private readonly database: Database;
  private readonly sender: Sender;
  private readonly signal: AbortSignal;
  private readonly after = new Set<Promise<void>>();
  private readonly busy = new Set<Hub>();
  private readonly standing = new Set<'until given up' | 'for a time'>();
  /** Of what goes on after a strike. */
  private readonly failures: Error[] = [];
  private turn = 0;

  constructor(copies: Copies, database: Database, sender: Sender, signal: AbortSignal) {
    this.copies = copies;
    this.database = database;
    this.sender = sender;
    this.signal = signal;
  }

  /** One every two seconds, unless no copy is there to be struck. When it is done every copy is up, and every way open. */
  async run(plan: readonly Nemesis[]): Promise<void> {
    for (const nemesis of plan) {
      const endsAt = performance.now() + EVERY_MS;
      await this.begin(nemesis);
      this.throwFailure();
      await delay(Math.max(0, endsAt - performance.now()), undefined, { signal: this.signal });
    }
    while (this.after.size > 0) await Promise.all(this.after);
    this.throwFailure();
  }

  private throwFailure(): void {
    const [failure] = this.failures;
    if (failure) throw failure;
  }

  private async begin(nemesis: Nemesis): Promise<void> {
    const name = nameOf(nemesis);
    switch (nemesis.kind) {
      case 'kill':
        this.strikeCopy(name, await this.next(), nemesis.moment, hub => hub.kill().then(() => hub.start()));
        break;
      case 'stop':
        await this.stop(nemesis);
        break;
      case 'swallow': {
        const hub = await this.next();
        this.note(name, hub.name, true);
        this.hold(hub.link.swallow(SWALLOW_MS));
        break;
      }
      case 'terminate':
        this.note(name, 'the database', true);
        await this.database.terminate();
        break;
      case 'restart':
        this.note(name, 'the database', true);
        await this.database.restart?.();
    }
  }

  /**
   * One copy stands until it is given up, and one for a time, at most: with all three nobody is left to find out anything. What comes while
   * another is to be given up is a long stop.
   */
  private async stop(planned: Nemesis & { kind: 'stop' }): Promise<void> {
    const forMs = planned.forMs === 'until given up' && this.standing.has('until given up') ? LONG_STOP_MS : planned.forMs;
    const how = forMs === 'until given up' ? forMs : 'for a time';
    await eventually('no other copy stands for a time', () => !this.standing.has(how), STRIKABLE_WITHIN_MS);
    const hub = await this.next();
    this.standing.add(how);
    this.strikeCopy(nameOf({ ...planned, forMs }), hub, planned.moment, async copy => {
      copy.freeze();
      if (forMs === 'until given up') await this.untilGivenUp();
      else await delay(forMs, undefined, { signal: this.signal });
      copy.thaw();
      this.standing.delete(how);
    });
  }

  private note(name: string, whom: string, isOnTime: boolean): void {
    const known = this.struck.get(name) ?? { times: 0, onTime: 0 };
    this.struck.set(name, { times: known.times + 1, onTime: known.onTime + (isOnTime ? 1 : 0) });
    console.error(`${name}: ${whom}${isOnTime ? '' : ', at no special moment'}`);
  }

  /** `strike` begins in the very turn of the moment, or when that does not come. Nobody else strikes the copy from now on until it is over. */
  private strikeCopy(name: string, hub: Hub, moment: Moment, strike: (hub: Hub) => Promise<void>): void {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const begin = (isOnTime: boolean): void => {
      clearTimeout(timer);
      callOff();
      strike(hub).then(() => resolve(undefined), reject);
      this.note(name, hub.name, isOnTime);
    };
    const timer = setTimeout(() => begin(moment === 'any'), moment === 'any' ? 0 : MOMENT_WITHIN_MS);
    const callOff = this.at(hub, moment, () => begin(true));
    this.busy.add(hub);
    this.hold(promise.finally(() => this.busy.delete(hub)));
  }

  /** The others have found out what became of all bookings that are pending now, and have said so. */
  private async untilGivenUp(): Promise<void> {
    const since = new Date();
    await delay(TOLD_MS, undefined, { signal: this.signal });
    const sql = `select from appointment where status = 'PENDING' and created_at <= $1 limit 1`;
    await eventually(
      'nothing is pending that was when a copy was stopped',
      async () => {
        this.signal.throwIfAborted();
        await delay(LOOK_EVERY_MS);
        return this.database.finds(sql, [since]).then(
          isFound => !isFound,
          () => false,
        );
      },
      GIVEN_UP_WITHIN_MS,
    ).catch(() => this.signal.throwIfAborted());
    await delay(TOLD_MS, undefined, { signal: this.signal });
  }

  private at(hub: Hub, moment: Moment, call: () => void): () => void {
    if (moment === 'any') return () => undefined;
    if (moment === 'acknowledgement') return this.sender.atNextAcknowledgement(hub, call);
    return hub.link.atStatement(moment.statement, moment.when, call);
  }

  /** The copy whose turn it is, of those that run; waits while there is none. */
  private async next(): Promise<Hub> {
    const { all } = this.copies;
    const hub = await eventually(
      'a copy of the hub runs',
      () => {
        this.signal.throwIfAborted();
        return all.map((_, i) => all[(this.turn + i) % all.length]).find(copy => copy?.isUp === true && !this.busy.has(copy));
      },
      STRIKABLE_WITHIN_MS,
    );
    this.turn = all.indexOf(hub) + 1;
    return hub;
  }

  private hold(work: Promise<void>): void {
    const held: Promise<void> = work
      .catch((error: unknown) => {
        this.failures.push(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => this.after.delete(held));
    this.after.add(held);
  }
}
