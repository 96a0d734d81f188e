/** A calendar and a type it offers: what can be booked, with all that a call to the hospital needs. Plain values. */
export interface Bookable {
  facilityId: string;
  calendarId: string;
  calendarExternalId: string;
  appointmentTypeId: string;
  /** null: a default type, of which the hospital knows nothing. */
  appointmentTypeExternalId: string | null;
  durationMinutes: number;
  /** The calendar's zone, or the facility's where it has none. */
  timezone: string;
}

/** Why a calendar cannot be booked for a type though both exist. */
export type NotBookableReason = 'calendar-disabled' | 'calendar-removed' | 'type-not-offered';

export type Bookability = { bookable: Bookable; reason: null } | { bookable: Bookable; reason: NotBookableReason };
