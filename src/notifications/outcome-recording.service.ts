import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Gathered } from '../common/gathered.js';
import { OutboxRepository, type RecordedOutcome } from './outbox.repository.js';

/** Tries in one statement. */
const AT_ONCE = 100;

/** Whether there was a try whose outcome was to be told; or why that could not be noted. */
type Noted = { isFound: boolean } | { error: unknown };

/** Notes what came of tries: those that end while one statement is under way share the next. */
@Injectable()
export class OutcomeRecordingService {
  private readonly gathered = new Gathered<RecordedOutcome, Noted>(recorded => this.recordAll(recorded), AT_ONCE);

  constructor(
    private readonly em: EntityManager,
    private readonly outbox: OutboxRepository,
  ) {}

  /** False: there is no such try whose outcome was to be told. Throws as the database does, for this one alone. */
  async record(recorded: RecordedOutcome): Promise<boolean> {
    const noted = await this.gathered.ask(recorded);
    if ('error' in noted) throw noted.error;
    return noted.isFound;
  }

  /** Two tries of one message are told one after the other. */
  private async recordAll(recorded: readonly RecordedOutcome[]): Promise<Noted[]> {
    const turns: RecordedOutcome[][] = [];
    for (const ofMessage of Map.groupBy(recorded, ({ notificationId }) => notificationId).values())
      for (const [turn, outcome] of ofMessage.entries()) (turns[turn] ??= []).push(outcome);
    const noted = new Map<RecordedOutcome, Noted>();
    for (const together of turns) for (const [outcome, of] of await this.recordTogether(together)) noted.set(outcome, of);
    return recorded.map(outcome => noted.get(outcome) ?? { isFound: false });
  }

  /** What one does to the statement is not the others' fault: each is noted by itself. Never throws. */
  private async recordTogether(together: readonly RecordedOutcome[]): Promise<[RecordedOutcome, Noted][]> {
    try {
      const found = await this.outbox.record(this.em, together);
      return together.map(outcome => [outcome, { isFound: found.has(outcome.attemptId) }]);
    } catch (error) {
      if (together.length === 1) return together.map(outcome => [outcome, { error }]);
      // At once: one that waits for a lock holds up none of them.
      return (await Promise.all(together.map(outcome => this.recordTogether([outcome])))).flat();
    }
  }
}
