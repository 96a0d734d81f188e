import type { AppointmentFacts } from './appointment-facts.js';
import { review } from './event-review-rules.js';
import { stampOf } from './stamp-rules.js';

const NINE = new Date('2026-03-09T01:00:00Z');
const STAMP = stampOf({ type: 'appointmentCreated', identity: 'id:1', time: { at: NINE, isApproximate: false } });

function reviewed(overrides: Partial<AppointmentFacts>, isInDoubt = false): string | null {
  const appointment: AppointmentFacts = {
    status: 'SCHEDULED',
    startAt: NINE,
    calendarId: 'cal',
    appointmentTypeId: 'type',
    queueNumber: null,
    patientId: null,
    temporaryPatientId: null,
    needsReview: overrides.reviewReason != null,
    reviewReason: null,
    stamps: { calendar: STAMP },
    ...overrides,
  };
  review(appointment, isInDoubt);
  expect(appointment.needsReview).toBe(appointment.reviewReason !== null);
  return appointment.reviewReason;
}

describe('review', () => {
  it.each<[string, Partial<AppointmentFacts>, string | null]>([
    ['all is known', {}, null],
    ['no time', { startAt: null }, 'start-unknown'],
    ['no time, the patient there', { status: 'SHOW', startAt: null }, 'start-unknown'],
    ['neither time nor calendar', { startAt: null, calendarId: null }, 'start-unknown'],
    ['a calendar that the hub does not know', { calendarId: null }, 'calendar-unknown'],
    ['a calendar that the hub does not know, the patient there', { status: 'SHOW', calendarId: null }, 'calendar-unknown'],
    ['no calendar, but none was ever named', { calendarId: null, stamps: {} }, null],
    ['no time, canceled', { status: 'CANCELED', startAt: null }, null],
    ['no calendar, canceled', { status: 'CANCELED', calendarId: null }, null],
    ['no time, failed', { status: 'FAILED', startAt: null }, null],
    ['no time, in doubt itself', { status: 'PENDING', startAt: null }, null],
  ])('asks a person where only one can tell: %s', (_, appointment, reason) => {
    expect(reviewed(appointment)).toBe(reason);
  });

  it('asks a person before all else which of two events is the later', () => {
    expect(reviewed({ startAt: null, calendarId: null }, true)).toBe('order-uncertain');
    expect(reviewed({ status: 'CANCELED' }, true)).toBe('order-uncertain');
  });

  it.each(['start-unknown', 'calendar-unknown', 'unknown-to-the-hospital', 'booking-outcome-unknown'])(
    "takes back %s: it is the hospital's word",
    reason => {
      expect(reviewed({ reviewReason: reason })).toBeNull();
      expect(reviewed({ reviewReason: reason, startAt: null })).toBe('start-unknown');
    },
  );

  it.each(['order-uncertain', 'change-overtaken', 'anything-else'])('leaves %s to the person', reason => {
    expect(reviewed({ reviewReason: reason })).toBe(reason);
    expect(reviewed({ reviewReason: reason, startAt: null }, true)).toBe(reason);
  });
});
