import type { AttemptOutcome } from './notification-state.js';
import { neighboursOf, putOffSince } from './sending-facts.js';
import type { LedgerNeighbour, MadeAttempt } from './sending-facts.repository.js';
import type { LedgerRow } from './sending-rules.js';

const NOW = new Date('2026-03-09T02:00:00Z');
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);

const ROW: LedgerRow & { appointmentId: string } = {
  id: 'n2',
  appointmentId: 'a1',
  kind: 'rescheduled',
  source: 'staff',
  occasion: 'r2',
  revision: 2,
  triedSince: NOW,
};

const aNeighbour = (overrides: Partial<LedgerNeighbour> = {}): LedgerNeighbour => ({
  id: 'n1',
  appointmentId: 'a1',
  kind: 'booked',
  revision: 1,
  status: 'sending',
  verdict: 'waiting',
  leaseUntil: minutes(1),
  mayHaveArrived: false,
  ...overrides,
});

const anAttempt = (at: Date, outcome: AttemptOutcome | null): MadeAttempt => ({
  id: at.toISOString(),
  notificationId: 'n2',
  channel: 'sms',
  addressIndex: 'x',
  account: null,
  at,
  outcome,
  hasFailed: false,
});

describe('neighboursOf', () => {
  it.each<[string, Partial<LedgerNeighbour>, string[], boolean, boolean]>([
    ['in the same hand, not sent yet', {}, ['n1'], false, true],
    ['in another hand', {}, [], true, true],
    ['in a hand that let go', { leaseUntil: NOW }, [], false, true],
    ['of unknown outcome', { verdict: 'outcome-unknown', mayHaveArrived: true }, [], false, false],
    ['refused everywhere', { status: 'failed' }, [], false, true],
    ['sent', { status: 'sent', mayHaveArrived: true }, [], false, false],
    ['later than the row', { revision: 3 }, [], false, true],
  ])('%s', (_title, overrides, inHand, isInFlight, wasNeverSent) => {
    expect(neighboursOf(ROW, [aNeighbour(overrides)], new Set(inHand), NOW)).toEqual([
      expect.objectContaining({ isInFlight, wasNeverSent }),
    ]);
  });

  it('leaves out the row itself, and other appointments', () => {
    expect(neighboursOf(ROW, [aNeighbour({ id: 'n2' }), aNeighbour({ appointmentId: 'a2' })], new Set(), NOW)).toEqual([]);
  });
});

describe('putOffSince', () => {
  it.each<[string, [number, AttemptOutcome | null][], number | null]>([
    ['was never tried', [], null],
    ['is put off', [[1, 'retry']], 1],
    [
      'is put off again and again',
      [
        [1, 'retry'],
        [2, 'retry'],
      ],
      1,
    ],
    [
      'was taken at last',
      [
        [1, 'retry'],
        [2, 'accepted'],
      ],
      null,
    ],
    ['was put off before it was asked for anew', [[-1, 'retry']], null],
    [
      'is put off since it was asked for anew',
      [
        [-1, 'retry'],
        [3, 'retry'],
      ],
      3,
    ],
  ])('of what %s', (_title, attempts, expected) => {
    const made = attempts.map(([at, outcome]) => anAttempt(minutes(at), outcome));
    expect(putOffSince(ROW, made)).toEqual(expected === null ? null : minutes(expected));
  });
});
