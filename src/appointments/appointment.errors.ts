import { DomainError, type ErrorKind } from '../common/domain-error.js';
import { isoInZone } from '../common/zoned-time.js';
import type { RefusalCode, WriteOutcome } from '../schedulers/scheduler.js';
import type { ChangeKind, ChangePermission } from './change-policy.js';

/** There is none, or it is of a facility that is not for this caller. */
export class AppointmentNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'appointment-not-found';

  constructor(id: string) {
    super(`There is no appointment ${id}.`);
  }
}

/** The hospital has named an id of the patient only so far, and wants a name to book. */
export class ContactNameUnknownError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'contact-name-unknown';

  constructor(contactId: string) {
    super(`The name of the contact ${contactId} is not known: give it (PATCH the contact, or book with contact instead of contactId).`);
  }
}

/** The contact has booked more in a day, or has more appointments to come, than a person does. Nothing was written or sent. */
export class BookingQuotaExceededError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'booking-quota-exceeded';

  constructor(quota: 'booked' | 'ahead', most: number) {
    super(
      quota === 'booked'
        ? `This patient has booked ${most} times in the last 24 hours by chat, which is the most: book later, or let the hospital's staff book.`
        : `This patient has ${most} appointments to come, which is the most: cancel one first, or let the hospital's staff book.`,
    );
  }
}

/** The state of the appointment, or the hospital's policy, forbids the change. */
export class ChangeRefusedError extends DomainError {
  readonly kind: ErrorKind;
  readonly code: string;

  /** `zone`: in which `until` is told. */
  constructor(change: ChangeKind, { code, until, phone }: ChangePermission, zone: string) {
    super(sentenceOf(change, code, phone), { extensions: { until: until && isoInZone(until, zone), phone } });
    this.code = code ?? 'change-refused';
    this.kind = isAboutState(code) ? 'conflict' : 'refused';
  }
}

function isAboutState(code: ChangePermission['code']): boolean {
  return (
    code !== null &&
    ![
      'appointment-started',
      'handover-required',
      'call-required',
      'reschedule-cutoff-passed',
      'cancel-cutoff-passed',
      'start-unknown',
      'not-linked',
    ].includes(code)
  );
}

function sentenceOf(change: ChangeKind, code: ChangePermission['code'], phone: string | null): string {
  const call = phone === null ? 'Ask the hospital.' : `Call ${phone}.`;
  const verb = change === 'cancel' ? 'canceled' : 'rescheduled';
  switch (code) {
    case 'booking-pending':
      return `It is not known yet whether this appointment was booked: it cannot be ${verb}. Read it again later.`;
    case 'booking-failed':
      return `This appointment was never booked: it cannot be ${verb}.`;
    case 'appointment-canceled':
      return 'This appointment is canceled.';
    case 'appointment-checked-in':
      return `The patient has checked in: the appointment cannot be ${verb}.`;
    case 'change-in-progress':
      return 'Another change of this appointment is under way, or its outcome is not known yet. Read it again later.';
    case 'not-linked':
      return `The hub does not know this appointment by the hospital's ids: it cannot be ${verb} by chat. ${call}`;
    case 'start-unknown':
      return `The hospital has not told when this appointment is: it cannot be ${verb} by chat. ${call}`;
    case 'appointment-started':
      return `The appointment has begun: it cannot be ${verb}. ${call}`;
    case 'handover-required':
      return `At this hospital a person takes over when an appointment is to be ${verb}.`;
    case 'call-required':
      return `At this hospital appointments are ${verb} by phone. ${call}`;
    case 'reschedule-cutoff-passed':
    case 'cancel-cutoff-passed':
      return `It is too close to the start for the appointment to be ${verb} by chat. ${call}`;
    case null:
      return `The appointment cannot be ${verb}.`;
  }
}

/** The hospital said no. Nothing was changed there. `appointmentId`: the hub's. */
export class HospitalRefusedError extends DomainError {
  readonly kind: ErrorKind;
  readonly code: RefusalCode;

  constructor({ code, retryAfterSeconds }: WriteOutcome & { outcome: 'no' }, appointmentId: string) {
    const alternatives = code === 'slot-unavailable' ? { alternatives: [] } : {};
    super(refusalSentence(code), { extensions: { appointmentId, ...alternatives }, retryAfterSeconds: retryAfterSeconds ?? undefined });
    this.code = code;
    this.kind = kindOfRefusal(code);
  }
}

function kindOfRefusal(code: RefusalCode): ErrorKind {
  switch (code) {
    case 'slot-unavailable':
    case 'appointment-canceled':
    case 'upstream-appointment-not-found':
      return 'conflict';
    case 'upstream-credentials-refused':
      return 'upstream-failed';
    case 'upstream-rate-limited':
    case 'upstream-unreachable':
    case 'upstream-circuit-open':
    case 'upstream-busy':
      return 'upstream-unavailable';
    case 'reschedule-cutoff-passed':
    case 'reschedule-not-allowed':
    case 'cancel-cutoff-passed':
    case 'cancel-not-allowed':
    case 'invalid-calendar':
    case 'invalid-appointment-type':
    case 'min-hours-in-advance':
    case 'max-days-in-advance':
    case 'upstream-refused':
      return 'refused';
  }
}

/** What to tell the caller of a refusal. */
function refusalSentence(code: RefusalCode): string {
  switch (code) {
    case 'slot-unavailable':
      return 'The hospital says that the slot is taken.';
    case 'reschedule-cutoff-passed':
      return 'The hospital says that it is too close to the start to reschedule.';
    case 'reschedule-not-allowed':
      return 'The hospital does not let this appointment be rescheduled.';
    case 'cancel-cutoff-passed':
      return 'The hospital says that it is too close to the start to cancel.';
    case 'cancel-not-allowed':
      return 'The hospital does not let this appointment be canceled.';
    case 'appointment-canceled':
      return 'The hospital says that this appointment is canceled already.';
    case 'invalid-calendar':
      return 'The hospital does not know this calendar any more: the next calendar sync will show it.';
    case 'invalid-appointment-type':
      return 'The hospital does not offer this appointment type in this calendar any more: the next calendar sync will show it.';
    case 'min-hours-in-advance':
      return 'The hospital asks for more notice before an appointment.';
    case 'max-days-in-advance':
      return 'The hospital does not take appointments that far ahead.';
    case 'upstream-appointment-not-found':
      return 'The hospital does not know this appointment.';
    case 'upstream-credentials-refused':
      return "The hospital's system refuses the key of this facility: an operator must set a valid one.";
    case 'upstream-rate-limited':
      return "The hospital's system asks to be called less often. Nothing was done; try again later, with a new Idempotency-Key.";
    case 'upstream-unreachable':
      return "The hospital's system cannot be reached. Nothing was done; try again later, with a new Idempotency-Key.";
    case 'upstream-circuit-open':
      return "The hospital's system has not answered the last calls and is left alone for some seconds. Nothing was done; try again later, with a new Idempotency-Key.";
    case 'upstream-busy':
      return "The hospital's system is slow: as many calls to it are on their way as may be. Nothing was done; try again in a moment, with a new Idempotency-Key.";
    case 'upstream-refused':
      return 'The hospital refused, without a reason that the hub knows.';
  }
}

export class IdempotencyKeyMissingError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'idempotency-key-missing';

  constructor() {
    super(
      'Send a header Idempotency-Key of 1 to 255 printable ASCII characters, new for each booking: a repeat with the same key never books twice.',
      {
        errors: [
          {
            field: 'Idempotency-Key',
            code: 'required',
            message: 'The header Idempotency-Key is needed: 1 to 255 printable ASCII characters.',
          },
        ],
      },
    );
  }
}

/** A patient cannot be forgotten whom the hospital still expects, or may expect. */
export class ContactHasOpenAppointmentsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'contact-has-open-appointments';

  constructor(appointmentIds: readonly string[]) {
    const shown = appointmentIds.slice(0, 20).join(', ');
    super(
      `The patient has ${appointmentIds.length} open appointment(s): ${shown}. Cancel each that is still to come, and wait for the outcome of those that are in doubt; then erase again.`,
    );
  }
}

/** The same key with another body. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'idempotency-key-reused';

  constructor() {
    super('This Idempotency-Key was used with another body before. A new request needs a new key.');
  }
}

/** The first request with this key has not ended. */
export class IdempotencyKeyInUseError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'idempotency-key-in-use';

  constructor() {
    super('The first request with this Idempotency-Key is still running. Repeat it in a moment.', { retryAfterSeconds: 2 });
  }
}

/** So much is asked at once that a call to the hospital could not be awaited in time. Nothing was written or sent. */
export class HubBusyError extends DomainError {
  readonly kind = 'upstream-unavailable';
  readonly code = 'hub-busy';

  constructor() {
    super('The hub is busy: nothing was done. Repeat the request, with the same Idempotency-Key, in a moment.', { retryAfterSeconds: 1 });
  }
}
