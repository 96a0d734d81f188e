import type { ChangePolicy } from '../facilities/facility.settings.js';
import { changePermission, type ChangeableAppointment } from './change-policy.js';

const START = new Date('2026-03-09T01:30:00Z');
const policy = (overrides: Partial<ChangePolicy> = {}): ChangePolicy => ({
  mode: 'allowed',
  cutoffMinutes: 120,
  phone: '+63 2 8000 0000',
  ...overrides,
});
const scheduled = (overrides: Partial<ChangeableAppointment> = {}): ChangeableAppointment => ({
  status: 'SCHEDULED',
  startAt: START,
  hasPendingChange: false,
  isLinked: { reschedule: true, cancel: true },
  ...overrides,
});

describe('changePermission', () => {
  it.each([
    ['two days before', '2026-03-07T01:30:00.000Z', null],
    ['at the cutoff, to the millisecond', '2026-03-08T23:30:00.000Z', null],
    ['a millisecond past the cutoff', '2026-03-08T23:30:00.001Z', 'reschedule-cutoff-passed'],
    ['at the start', '2026-03-09T01:30:00.000Z', 'reschedule-cutoff-passed'],
    ['after the start', '2026-03-09T01:30:00.001Z', 'appointment-started'],
  ])('a reschedule %s', (_, now, code) => {
    const permission = changePermission('reschedule', scheduled(), policy(), new Date(now));

    expect(permission).toEqual({ allowed: code === null, until: new Date('2026-03-08T23:30:00Z'), code, phone: '+63 2 8000 0000' });
  });

  it('counts the cutoff in absolute hours over a change of clocks', () => {
    // New York goes from 01:59 EST to 03:00 EDT on 2026-03-08: 24 h before 12:00 EDT is 11:00 EST.
    const appointment = scheduled({ startAt: new Date('2026-03-08T16:00:00Z') });

    const permission = changePermission('cancel', appointment, policy({ cutoffMinutes: 1_440 }), new Date('2026-03-07T16:00:00Z'));

    expect(permission).toMatchObject({ allowed: true, until: new Date('2026-03-07T16:00:00Z') });
  });

  it.each([
    [0, '2026-03-09T01:30:00.000Z', null],
    [0, '2026-03-09T01:30:00.001Z', 'appointment-started'],
  ])('with a cutoff of %i minutes, at %s', (cutoffMinutes, now, code) => {
    expect(changePermission('cancel', scheduled(), policy({ cutoffMinutes }), new Date(now)).code).toBe(code);
  });

  it.each([
    ['reschedule', 'handover', 'handover-required'],
    ['reschedule', 'call', 'call-required'],
    ['cancel', 'handover', 'handover-required'],
    ['cancel', 'call', 'call-required'],
  ] as const)('never lets the chat %s where the mode is %s', (kind, mode, code) => {
    expect(changePermission(kind, scheduled(), policy({ mode }), new Date('2026-03-01T00:00:00Z'))).toEqual({
      allowed: false,
      until: null,
      code,
      phone: '+63 2 8000 0000',
    });
  });

  it.each([
    [{ status: 'PENDING' }, 'booking-pending'],
    [{ status: 'FAILED' }, 'booking-failed'],
    [{ status: 'CANCELED' }, 'appointment-canceled'],
    [{ status: 'SHOW' }, 'appointment-checked-in'],
    [{ hasPendingChange: true }, 'change-in-progress'],
    [{ isLinked: { reschedule: false, cancel: false } }, 'not-linked'],
    [{ hasPendingChange: true, isLinked: { reschedule: false, cancel: false } }, 'change-in-progress'],
  ] as const)('lets nobody change an appointment that is %o, its start known or not', (facts, code) => {
    const refused = { allowed: false, until: null, code, phone: '+63 2 8000 0000' };
    const now = new Date('2026-03-01T00:00:00Z');

    expect(changePermission('reschedule', scheduled(facts), policy(), now)).toEqual(refused);
    expect(changePermission('cancel', scheduled(facts), policy(), now)).toEqual(refused);
    expect(changePermission('cancel', scheduled({ ...facts, startAt: null }), policy(), now)).toEqual(refused);
  });

  it.each([
    ['reschedule', { startAt: null }, 'start-unknown'],
    ['reschedule', { startAt: null, isLinked: { reschedule: false, cancel: true } }, 'start-unknown'],
    ['reschedule', { isLinked: { reschedule: false, cancel: true } }, 'not-linked'],
    ['cancel', { isLinked: { reschedule: true, cancel: false } }, 'not-linked'],
    ['cancel', { isLinked: { reschedule: false, cancel: true } }, null],
    ['reschedule', { isLinked: { reschedule: true, cancel: false } }, null],
  ] as const)('answers a %s of one that is %o with %s', (kind, facts, code) => {
    const permission = changePermission(kind, scheduled(facts), policy(), new Date('2026-03-01T00:00:00Z'));

    expect(permission).toMatchObject({ allowed: code === null, code });
  });

  it.each([
    ['handover', 'handover-required'],
    ['call', 'call-required'],
  ] as const)('where the mode is %s, lets the chat cancel none without a known start either', (mode, code) => {
    expect(changePermission('cancel', scheduled({ startAt: null }), policy({ mode }), START)).toMatchObject({ allowed: false, code });
  });

  it('lets an appointment without a known start be canceled', () => {
    expect(changePermission('cancel', scheduled({ startAt: null }), policy(), new Date('2026-03-01T00:00:00Z'))).toMatchObject({
      allowed: true,
      until: null,
      code: null,
    });
  });
});
