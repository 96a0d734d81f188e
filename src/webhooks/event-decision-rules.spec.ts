import type { EventResult } from '../appointments/event-outcome.js';
import { decisionOf, rejection, type DecidedEvent } from './event-decision-rules.js';
import type { ParsedEvent } from './event-parser.js';

const NOW = new Date('2026-10-01T00:00:10.000Z');
const REJECTED: ParsedEvent & { kind: 'rejected' } = {
  kind: 'rejected',
  type: 'appointmentCreated',
  reason: 'appointment-id-missing',
  occurredAt: null,
  externalId: null,
  fields: [],
};

function anEvent(overrides: Partial<DecidedEvent> = {}): DecidedEvent {
  return { id: 'event-1', flags: [], receivedAt: new Date('2026-10-01T00:00:00.000Z'), heldUntil: null, parsed: REJECTED, ...overrides };
}

function aResult(outcome: EventResult['outcome'], reason: string | null): EventResult {
  return { outcome, reason, isTie: false, appointmentId: null, contactId: null, changes: [] };
}

describe('What is noted of an event', () => {
  it.each<[EventResult['outcome'], string | null, Date | null]>([
    ['applied', null, NOW],
    ['duplicate', 'echo', null],
    ['superseded', 'older', null],
    ['held', 'permanent-ids-differ', null],
  ])('says when it was applied only if it was: %s', (outcome, reason, appliedAt) => {
    expect(decisionOf(anEvent(), aResult(outcome, reason), NOW)).toMatchObject({ outcome, reason, appliedAt });
  });

  it('says so of none that is rejected', () => {
    expect(rejection(anEvent(), REJECTED)).toMatchObject({ outcome: 'rejected', appliedAt: null });
  });

  it.each<[string, string, string, boolean]>([
    ['booking-in-doubt', '2026-10-01T00:01:00.000Z', '2026-10-01T00:00:12.000Z', false],
    ['checking-with-hospital', '2026-10-01T00:01:00.000Z', '2026-10-01T00:00:20.000Z', true],
    ['dates-of-birth-differ', '2026-10-31T00:00:00.000Z', '2026-10-01T01:00:10.000Z', false],
  ])('of one that is held for %s names the end and the next look', (reason, heldUntil, lookAgainAt, isToBeChecked) => {
    expect(decisionOf(anEvent(), aResult('held', reason), NOW)).toMatchObject({
      heldUntil: new Date(heldUntil),
      lookAgainAt: new Date(lookAgainAt),
      isToBeChecked,
    });
  });
});
