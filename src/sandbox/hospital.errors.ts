import { DomainError } from '../common/domain-error.js';

/*
 * What this hospital says no with. The codes are those of the scheduler contract (snake_case, Acuity's vocabulary), not the hub's own.
 */

export class InvalidCalendarError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'invalid_calendar';

  constructor(calendarId: string) {
    super(`There is no calendar "${calendarId}"; GET /api/v1/calendars lists those that there are.`);
  }
}

export class InvalidAppointmentTypeError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'invalid_appointment_type';

  constructor(appointmentTypeId: string | null, calendarId: string, offered: readonly string[]) {
    const asked =
      appointmentTypeId === null ? 'An appointment type is needed' : `The appointment type "${appointmentTypeId}" is not offered`;
    const known = offered.length === 0 ? 'it keeps no types: leave the type out' : `it offers ${offered.join(', ')}`;
    super(`${asked} at calendar "${calendarId}"; ${known}.`);
  }
}

export class SlotNotAvailableError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'not_available';

  constructor(start: string, calendarId: string, reason: 'off-grid' | 'taken') {
    super(
      reason === 'taken'
        ? `${start} at calendar "${calendarId}" is already taken.`
        : `${start} is not one of the times that calendar "${calendarId}" offers.`,
    );
  }
}

export class TooShortNoticeError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'not_available_min_hours_in_advance';

  constructor(start: string, minNoticeMinutes: number) {
    super(`${start} is too soon: a booking is needed at least ${String(minNoticeMinutes)} minutes ahead.`);
  }
}

export class TooFarAheadError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'not_available_max_days_in_advance';

  constructor(start: string, maxDaysInAdvance: number) {
    super(`${start} is too far ahead: bookings are taken up to ${String(maxDaysInAdvance)} days ahead.`);
  }
}

export class CutoffPassedError extends DomainError {
  readonly kind = 'refused';

  constructor(
    readonly code: 'reschedule_too_close' | 'cancel_too_close',
    start: string,
    cutoffMinutes: number,
  ) {
    super(`The appointment at ${start} can be changed until ${String(cutoffMinutes)} minutes before it; please call the hospital.`);
  }
}

/** The appointment's state forbids the change: it is canceled, or the patient is already here. */
export class ChangeNotAllowedError extends DomainError {
  readonly kind = 'conflict';

  constructor(
    readonly code: 'reschedule_canceled' | 'reschedule_not_allowed' | 'already_canceled' | 'cancel_not_allowed' | 'check_in_not_allowed',
    appointmentId: string,
    state: 'canceled' | 'checked_in',
  ) {
    super(`The appointment "${appointmentId}" is ${state === 'canceled' ? 'canceled' : 'already checked in'}.`);
  }
}

/** Staff move an appointment to where it already is: most likely a slip. */
export class NothingToChangeError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'nothing_to_change';

  constructor(appointmentId: string) {
    super(`The appointment "${appointmentId}" is already there.`);
  }
}

export class AppointmentNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'appointment_not_found';

  constructor(appointmentId: string) {
    super(`There is no appointment "${appointmentId}".`);
  }
}

export class PatientNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'patient_not_found';

  constructor() {
    super('No patient, or more than one, agrees with what was given.');
  }
}

export class PermanentIdTakenError extends DomainError {
  readonly kind = 'conflict';

  constructor(
    readonly code: 'patient_already_permanent' | 'patient_id_taken',
    patientId: string,
  ) {
    super(
      code === 'patient_id_taken'
        ? `The id "${patientId}" is another patient's.`
        : `The patient already has the permanent id "${patientId}".`,
    );
  }
}

/** The same key, or the same reference, came before with another booking. */
export class BookingKeyReusedError extends DomainError {
  constructor(
    readonly code: 'idempotency_key_reused' | 'external_reference_used',
    readonly kind: 'refused' | 'conflict',
    value: string,
  ) {
    super(`"${value}" was sent before with a different booking; a new booking needs a new one.`);
  }
}

export class UnauthorizedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'unauthorized';

  constructor(headerName: string) {
    super(`A valid key is needed: HTTP Basic (USER_ID:API_KEY), "${headerName}: API_KEY", or "Authorization: Bearer API_KEY".`);
  }
}

/** The request's shape is wrong; `errors` names each field. */
export class InvalidRequestError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'invalid_request';
}

export class ForeignRequestError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'forbidden';
}
