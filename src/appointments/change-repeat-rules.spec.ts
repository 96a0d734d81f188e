import type { ChangePolicy } from '../facilities/facility.settings.js';
import type { UpstreamListedAppointment } from '../schedulers/scheduler.js';
import { listedChange, stopReason, type ChangeInDoubt, type ListedQuestion } from './change-repeat-rules.js';

const at = (time: string): Date => new Date(`2026-10-05T${time}:00+08:00`);

describe('stopReason', () => {
  const policy: ChangePolicy = { mode: 'allowed', cutoffMinutes: 60, phone: null };
  const change = (overrides: Partial<ChangeInDoubt>): ChangeInDoubt => ({
    kind: 'reschedule',
    targetStart: at('15:00'),
    status: 'SCHEDULED',
    presentStart: at('12:00'),
    isChangedSince: false,
    untilAt: at('11:30'),
    ...overrides,
  });

  it.each<[string, Partial<ChangeInDoubt>, Date, ReturnType<typeof stopReason>]>([
    ['nothing speaks against it', {}, at('10:00'), null],
    ['the hospital has changed it', { isChangedSince: true }, at('10:00'), 'overtaken'],
    ['it is canceled', { status: 'CANCELED' }, at('10:00'), 'overtaken'],
    ['the patient has checked in', { status: 'SHOW' }, at('10:00'), 'overtaken'],
    ['at the cutoff it may still be', {}, at('11:00'), null],
    ['past the cutoff', {}, new Date(at('11:00').getTime() + 1), 'cutoff-passed'],
    ['at the start', {}, at('12:00'), 'appointment-started'],
    ['the new start has gone by', { targetStart: at('09:00') }, at('09:00'), 'appointment-started'],
    ['a cancel without a known start', { kind: 'cancel', targetStart: null, presentStart: null }, at('10:00'), null],
    ['too long', { untilAt: at('10:00') }, at('10:00'), 'too-long'],
  ])('%s', (_, given, now, reason) => {
    expect(stopReason(change(given), policy, now)).toBe(reason);
  });
});

describe('listedChange', () => {
  type Listed = Pick<UpstreamListedAppointment, 'status' | 'start' | 'calendarExternalId'>;
  const reschedule: ListedQuestion = {
    kind: 'reschedule',
    target: { start: at('15:00'), calendarExternalId: 'c2' },
    before: { start: at('12:00'), calendarExternalId: 'c1' },
  };
  const cancel: ListedQuestion = { ...reschedule, kind: 'cancel', target: { start: null, calendarExternalId: null } };

  it.each<[string, ListedQuestion, Listed | null, ReturnType<typeof listedChange>]>([
    ['moved to where it was to go', reschedule, { status: 'scheduled', start: at('15:00'), calendarExternalId: 'c2' }, 'done'],
    ['moved, no calendar named', reschedule, { status: 'scheduled', start: at('15:00'), calendarExternalId: null }, 'done'],
    ['where it was', reschedule, { status: 'scheduled', start: at('12:00'), calendarExternalId: 'c1' }, 'not-done'],
    ['the new time in the old calendar', reschedule, { status: 'scheduled', start: at('15:00'), calendarExternalId: 'c1' }, 'other'],
    ['somewhere else', reschedule, { status: 'scheduled', start: at('16:00'), calendarExternalId: 'c2' }, 'other'],
    ['canceled instead', reschedule, { status: 'canceled', start: at('12:00'), calendarExternalId: 'c1' }, 'other'],
    ['without a time', reschedule, { status: 'scheduled', start: null, calendarExternalId: 'c2' }, 'unclear'],
    ['without a status', reschedule, { status: null, start: at('15:00'), calendarExternalId: 'c2' }, 'unclear'],
    ['not listed', reschedule, null, 'unclear'],
    [
      'the new time, in a calendar that the hub has no id of',
      { ...reschedule, target: { start: at('15:00'), calendarExternalId: null } },
      { status: 'scheduled', start: at('15:00'), calendarExternalId: 'c9' },
      'done',
    ],
    [
      'somewhere, where it was before being unknown',
      { ...reschedule, before: { start: null, calendarExternalId: null } },
      { status: 'scheduled', start: at('12:00'), calendarExternalId: 'c1' },
      'other',
    ],
    ['canceled', cancel, { status: 'canceled', start: at('12:00'), calendarExternalId: 'c1' }, 'done'],
    ['not canceled so far', cancel, { status: 'scheduled', start: at('12:00'), calendarExternalId: 'c1' }, 'not-done'],
    ['checked in instead', cancel, { status: 'checked-in', start: at('12:00'), calendarExternalId: 'c1' }, 'other'],
  ])('%s', (_, question, listed, said) => {
    expect(listedChange(listed, question)).toBe(said);
  });
});
