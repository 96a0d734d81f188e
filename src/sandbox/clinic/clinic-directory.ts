import { InvalidAppointmentTypeError, InvalidCalendarError } from '../hospital.errors.js';
import type { Clinic, ClinicAppointmentType, ClinicCalendar } from './clinic.js';
import type { Offer } from './slot-offer.js';

export interface ListedCalendar extends ClinicCalendar {
  appointmentTypes: ClinicAppointmentType[];
}

/** The clinic as it is set up now: who can be booked, for what. */
export class ClinicDirectory {
  constructor(private clinic: Clinic) {}

  /** As when the hospital's administrator adds, renames or removes calendars. Appointments stay as they are. */
  replace(clinic: Clinic): void {
    this.clinic = clinic;
  }

  calendars(): ListedCalendar[] {
    return this.clinic.calendars.map(calendar => ({
      ...calendar,
      appointmentTypes: this.clinic.appointmentTypes.filter(type => calendar.appointmentTypeIds.includes(type.id)),
    }));
  }

  /** A calendar that has been removed meanwhile has the clinic's zone: its old appointments still have to be shown. */
  timezoneOf(calendarId: string): string {
    return this.clinic.calendars.find(calendar => calendar.id === calendarId)?.timezone ?? this.clinic.timezone;
  }

  /**
   * What a visit of that type at that calendar takes; null stands for a calendar that keeps no types.
   * Throws `InvalidCalendarError`, or `InvalidAppointmentTypeError` for a type that the calendar does not offer.
   */
  getOffer(calendarId: string, appointmentTypeId: string | null): Offer {
    const calendar = this.calendars().find(({ id }) => id === calendarId);
    if (!calendar) throw new InvalidCalendarError(calendarId);
    const timezone = this.timezoneOf(calendarId);
    const keepsNoTypes = calendar.appointmentTypes.length === 0;
    if (appointmentTypeId === null && keepsNoTypes) return { calendar, timezone, durationMinutes: calendar.untypedDurationMinutes };
    const type = calendar.appointmentTypes.find(({ id }) => id === appointmentTypeId);
    if (!type) throw new InvalidAppointmentTypeError(appointmentTypeId, calendarId, calendar.appointmentTypeIds);
    return { calendar, timezone, durationMinutes: type.durationMinutes };
  }
}
