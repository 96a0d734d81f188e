import type { EntityManager } from '@mikro-orm/postgresql';
import type { OutboxRepository, RecordedOutcome } from './outbox.repository.js';
import { OutcomeRecordingService } from './outcome-recording.service.js';

function anOutcome(notificationId: string, attemptId: string): RecordedOutcome {
  return {
    notificationId,
    attemptId,
    claim: 1,
    outcome: { outcome: 'accepted', providerMessageId: 'SM-1', segments: 1, httpStatus: 201 },
    status: 'sent',
    verdict: 'sent-no-receipt',
    sendAfter: null,
    leaseUntil: null,
    now: new Date('2026-03-09T01:00:00Z'),
  };
}

/** An outbox whose statements are kept; `fail`: what the statement of these tries throws. */
function recordingOver(fail: (attempts: string[]) => Error | null = () => null): {
  service: OutcomeRecordingService;
  statements: string[][];
} {
  const statements: string[][] = [];
  const record: OutboxRepository['record'] = (_, recorded) => {
    const attempts = recorded.map(({ attemptId }) => attemptId);
    statements.push(attempts);
    const error = fail(attempts);
    return error ? Promise.reject(error) : Promise.resolve(new Set(attempts.filter(id => id !== 'gone')));
  };
  return { service: new OutcomeRecordingService({} as EntityManager, { record } as OutboxRepository), statements };
}

describe('What came of tries', () => {
  it('is noted in one statement where they end together, and each hears whether it was to be told', async () => {
    const { service, statements } = recordingOver();

    const found = await Promise.all(['1', 'gone', '3'].map((id, n) => service.record(anOutcome(`message ${n}`, id))));

    expect(found).toEqual([true, false, true]);
    expect(statements).toEqual([['1', 'gone', '3']]);
  });

  it('is noted one after the other of one message', async () => {
    const { service, statements } = recordingOver();

    await Promise.all([service.record(anOutcome('A', '1')), service.record(anOutcome('B', '2')), service.record(anOutcome('A', '3'))]);

    expect(statements).toEqual([['1', '2'], ['3']]);
  });

  it('is noted of the others though one cannot be', async () => {
    const { service, statements } = recordingOver(attempts => (attempts.includes('bad') ? new Error('Invented') : null));

    const settled = await Promise.allSettled(['1', 'bad', '3'].map(id => service.record(anOutcome(id, id))));

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(statements).toEqual([['1', 'bad', '3'], ['1'], ['bad'], ['3']]);
  });
});
