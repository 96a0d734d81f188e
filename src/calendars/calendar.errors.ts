import { DomainError } from '../common/domain-error.js';
import type { NotBookableReason } from './bookable.js';

/** There is none in this facility. */
export class CalendarNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'calendar-not-found';

  constructor(id: string) {
    super(`There is no calendar ${id} in this facility.`);
  }
}

/** There is none in this facility. */
export class AppointmentTypeNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'appointment-type-not-found';

  constructor(id: string) {
    super(`There is no appointment type ${id} in this facility.`);
  }
}

const WHY_NOT: Record<NotBookableReason, string> = {
  'calendar-removed': 'the hospital has removed the calendar',
  'calendar-disabled': 'the calendar is disabled',
  'type-not-offered': 'the calendar does not offer this appointment type',
};

/** Calendar and type exist, but the one cannot be booked for the other. */
export class NotBookableError extends DomainError {
  readonly kind = 'refused';

  constructor(
    readonly code: NotBookableReason,
    calendarId: string,
    appointmentTypeId: string,
  ) {
    super(`Calendar ${calendarId} cannot be booked for appointment type ${appointmentTypeId}: ${WHY_NOT[code]}.`);
  }
}
