import type { ChangeWay, SubjectState } from '../notifications/message-subject.js';
import type { AppointmentStatus } from './appointment-state.js';
import type { ChangePermission } from './change-policy.js';

/** The appointment's state in the words of what a patient may be told. */
export function subjectStateOf(status: AppointmentStatus): SubjectState {
  switch (status) {
    case 'PENDING':
      return 'pending';
    case 'SCHEDULED':
      return 'scheduled';
    case 'SHOW':
      return 'checked-in';
    case 'CANCELED':
      return 'canceled';
    case 'FAILED':
      return 'not-booked';
  }
}

/** null also where two changes contradict each other: an old time is worse than none. */
export function startToTell({ startAt, reviewReason }: { startAt: Date | null; reviewReason: string | null }): Date | null {
  return reviewReason === 'order-uncertain' ? null : startAt;
}

/** What a message says of how the appointment can be changed. */
export function changeWayOf({ allowed, code, phone }: ChangePermission): ChangeWay {
  if (allowed) return 'chat';
  switch (code) {
    case 'handover-required':
      return 'handover';
    case 'call-required':
    case 'reschedule-cutoff-passed':
    case 'cancel-cutoff-passed':
    case 'start-unknown':
    case 'not-linked':
    case 'change-in-progress':
      return phone === null ? 'none' : 'call';
    case 'booking-pending':
    case 'booking-failed':
    case 'appointment-canceled':
    case 'appointment-checked-in':
    case 'appointment-started':
    case null:
      return 'none';
  }
}
