import type { SubjectNow } from './message-subject.js';
import { occasionOfReminder } from './occasion.js';
import { decideSending, type LedgerRow, type Neighbour, type SendingQuestion } from './sending-rules.js';

const NOW = new Date('2026-03-09T02:00:00Z');
const START = new Date('2026-03-20T01:00:00Z');

const aRow = (overrides: Partial<LedgerRow> = {}): LedgerRow => ({
  id: 'n1',
  kind: 'booked',
  source: 'chat',
  occasion: 'r1',
  revision: 1,
  triedSince: NOW,
  ...overrides,
});

const aSubject = (overrides: Partial<SubjectNow> = {}): SubjectNow => ({
  appointmentId: 'a1',
  contactId: 'c1',
  state: 'scheduled',
  start: START,
  zone: 'Asia/Manila',
  calendar: null,
  appointmentType: null,
  change: 'chat',
  phone: null,
  replyToId: null,
  ...overrides,
});

const aNeighbour = (overrides: Partial<Neighbour> = {}): Neighbour => ({
  kind: 'booked',
  revision: 1,
  isInFlight: false,
  wasNeverSent: false,
  ...overrides,
});

const decide = (overrides: Partial<SendingQuestion>) =>
  decideSending({
    row: aRow(),
    subject: aSubject(),
    neighbours: [],
    putOffSince: null,
    facility: { isActive: true, quietHours: null, zone: 'Asia/Manila' },
    now: NOW,
    ...overrides,
  });

const REMINDER = aRow({ kind: 'reminder', source: 'reminder', occasion: occasionOfReminder(1_440, START) });

describe('decideSending', () => {
  it.each<[string, Partial<SendingQuestion>, string]>([
    ['sends what is so', {}, 'send booked'],
    ['sends though the start is not known', { subject: aSubject({ start: null }) }, 'send booked'],
    ['tells a cancel', { row: aRow({ kind: 'canceled' }), subject: aSubject({ state: 'canceled' }) }, 'send canceled'],
    [
      'tells that it did not come about',
      { row: aRow({ kind: 'notBooked' }), subject: aSubject({ state: 'not-booked' }) },
      'send notBooked',
    ],
    [
      'tells so also when the start is past',
      { row: aRow({ kind: 'notBooked' }), subject: aSubject({ state: 'not-booked', start: NOW }) },
      'send notBooked',
    ],
    ['tells a later change instead', { neighbours: [aNeighbour({ kind: 'canceled', revision: 2 })] }, 'superseded superseded'],
    ['is not overtaken by a reminder', { neighbours: [aNeighbour({ kind: 'reminder', revision: 2 })] }, 'send booked'],
    ['tells no booking that is canceled', { subject: aSubject({ state: 'canceled' }) }, 'suppressed state-changed'],
    ['tells no cancel of what stands', { row: aRow({ kind: 'canceled' }) }, 'suppressed state-changed'],
    ['tells nobody that a booking failed that came about after all', { row: aRow({ kind: 'notBooked' }) }, 'suppressed state-changed'],
    ['tells nothing to who is there already', { subject: aSubject({ state: 'checked-in' }) }, 'suppressed already-checked-in'],
    ['tells nothing when the start is past', { subject: aSubject({ start: NOW }) }, 'suppressed too-late'],
    ['tells nothing of an appointment that is gone', { subject: null }, 'suppressed state-changed'],
    [
      'tells nothing for a facility that is switched off',
      { facility: { isActive: false, quietHours: null, zone: 'Asia/Manila' } },
      'suppressed facility-inactive',
    ],
    ['gives up when it was put off for a day', { putOffSince: new Date('2026-03-08T01:59:59Z') }, 'failed provider-unavailable'],
    ['tries what could not be tried for a day', { row: aRow({ triedSince: new Date('2026-03-01T00:00:00Z') }) }, 'send booked'],
    ['waits behind another that is on its way', { neighbours: [aNeighbour({ isInFlight: true, revision: 0 })] }, 'wait waiting'],
    [
      'waits for the end of quiet hours',
      {
        row: aRow({ source: 'staff' }),
        facility: { isActive: true, quietHours: { from: '09:00', to: '11:00' }, zone: 'Asia/Manila' },
      },
      'wait quiet-hours',
    ],
    ['reminds', { row: REMINDER }, 'send reminder'],
    [
      'reminds nobody of what was moved',
      { row: REMINDER, subject: aSubject({ start: new Date(START.getTime() + 1) }) },
      'superseded superseded',
    ],
    ['reminds nobody of what is canceled', { row: REMINDER, subject: aSubject({ state: 'canceled' }) }, 'suppressed state-changed'],
    [
      'tells a move as a booking to who was never told of that',
      {
        row: aRow({ kind: 'rescheduled', occasion: 'r2', revision: 2 }),
        subject: aSubject(),
        neighbours: [aNeighbour({ wasNeverSent: true })],
      },
      'send booked',
    ],
    [
      'tells a move as such to who was told of the booking',
      { row: aRow({ kind: 'rescheduled', occasion: 'r2', revision: 2 }), subject: aSubject(), neighbours: [aNeighbour()] },
      'send rescheduled',
    ],
  ])('%s', (_title, overrides, expected) => {
    const decision = decide(overrides);

    const told =
      decision.do === 'send' ? `send ${decision.kind}` : `${decision.do === 'end' ? decision.status : 'wait'} ${decision.verdict}`;
    expect(told).toBe(expected);
  });
});
