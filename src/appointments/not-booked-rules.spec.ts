import type { RefusalCode, UpstreamListedAppointment } from '../schedulers/scheduler.js';
import { isSignOfFreeSeat, judgeSign, listedBooking, outcomeOfRepeat } from './not-booked-rules.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 9, 1) + seconds * 1_000);
const REFERENCE = '0199a000-0000-7000-8000-000000000001';

const listed = (overrides: Partial<UpstreamListedAppointment>): UpstreamListedAppointment => ({
  appointmentId: 'h-1',
  status: 'scheduled',
  start: null,
  calendarExternalId: null,
  appointmentTypeExternalId: null,
  externalReference: REFERENCE,
  patientId: null,
  temporaryPatientId: null,
  queueNumber: null,
  updatedAt: null,
  ...overrides,
});

describe('listedBooking', () => {
  it.each<[string, Partial<UpstreamListedAppointment>[], string | null, string]>([
    ['our reference', [{}], 'h-1', 'found'],
    ['our reference in capitals', [{ externalReference: REFERENCE.toUpperCase() }], 'h-1', 'found'],
    ['our reference, canceled', [{ status: 'canceled' }], 'h-1', 'found'],
    ['one that stands and one that was canceled', [{ status: 'canceled' }, { appointmentId: 'h-2' }], 'h-2', 'found'],
    ['two that stand', [{}, { appointmentId: 'h-2' }], null, 'unclear'],
    ['two that were canceled', [{ status: 'canceled' }, { appointmentId: 'h-2', status: 'canceled' }], null, 'unclear'],
    ['one without a reference', [{ externalReference: null }], null, 'unclear'],
    ['ours among others', [{ externalReference: null, appointmentId: 'h-9' }, {}], 'h-1', 'found'],
    ['nothing', [], null, 'absent'],
  ])('%s', (_, given, id, kind) => {
    const said = listedBooking(given.map(listed), REFERENCE);

    expect(said.kind).toBe(kind);
    expect(said.kind === 'found' ? said.appointment.appointmentId : null).toBe(id);
  });
});

describe('judgeSign', () => {
  it.each([
    ['read before the call must have ended: none', at(3), null, false, null],
    ['read at that very moment: none', at(4), null, false, null],
    ['the first', at(5), null, false, at(5)],
    ['the second, too soon: the first still counts', at(14), at(5), false, at(5)],
    ['the second, far enough apart: a proof', at(15), at(5), true, at(5)],
    ['the first was read before a later call must have ended: it begins anew', at(15), at(4), false, at(15)],
  ])('%s', (_, readAt, firstAt, isProof, kept) => {
    expect(judgeSign({ readAt, firstAt, deadlineAt: at(4), apartMs: 10_000 })).toEqual({ isProof, firstAt: kept });
  });
});

describe('isSignOfFreeSeat', () => {
  it.each([
    ['one seat before, one now', 1, 1, false, true],
    ['not free: it proves nothing', 1, 0, false, false],
    ['two seats before, one left: it may be ours that went', 2, 1, false, false],
    ['two before, two now: another may have gone', 2, 2, false, false],
    ['more than before', 1, 2, true, false],
    ['a month with slots of several seats', 1, 1, true, false],
    ['not known how many there were', null, 1, false, false],
  ])('%s', (_, before, now, hasSeveralSeats, isSign) => {
    expect(isSignOfFreeSeat({ before, now, hasSeveralSeats })).toBe(isSign);
  });
});

describe('outcomeOfRepeat', () => {
  const no = (code: RefusalCode) => ({ outcome: 'no', code, httpStatus: 422, detail: null, retryAfterSeconds: null }) as const;

  it.each<[string, RefusalCode, 'no' | 'unknown']>([
    ['the calendar is gone', 'invalid-calendar', 'no'],
    ['refused for a reason that nobody knows', 'upstream-refused', 'unknown'],
    ['never sent', 'upstream-unreachable', 'unknown'],
  ])('a no because %s', (_, code, outcome) => {
    expect(outcomeOfRepeat(no(code)).outcome).toBe(outcome);
  });
});
