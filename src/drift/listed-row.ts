import type { AppointmentStatus } from '../appointments/appointment-state.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import type { UpstreamListedAppointment } from '../schedulers/scheduler.js';

/** An appointment as the hospital lists it, its calendar by the hub's id, too. */
export interface ListedRow {
  externalId: string;
  /** The hub's id for it, where the hospital sends it back. */
  reference: string | null;
  /** null: not told. */
  status: AppointmentStatus | null;
  startAt: Date | null;
  calendarExternalId: string | null;
  /** undefined: no calendar is told; null: the hub knows no such one. */
  calendarId: string | null | undefined;
  /** The hospital's time of its last change. */
  updatedAt: Date | null;
  /** As it was read, for what a comparison does not need. */
  told: UpstreamListedAppointment;
}

const STATUS: Record<NonNullable<UpstreamListedAppointment['status']>, AppointmentStatus> = {
  scheduled: 'SCHEDULED',
  canceled: 'CANCELED',
  'checked-in': 'SHOW',
};

/** `askedFor`: the calendar whose list it stands in, if it was asked for by one. */
export function listedRow(told: UpstreamListedAppointment, references: CalendarReferences, askedFor: string | null): ListedRow {
  const calendarExternalId = told.calendarExternalId ?? askedFor;
  return {
    externalId: told.appointmentId,
    reference: told.externalReference,
    status: told.status === null ? null : STATUS[told.status],
    startAt: told.start,
    calendarExternalId,
    calendarId: calendarExternalId === null ? undefined : references.calendarIdOf(calendarExternalId),
    updatedAt: told.updatedAt,
    told,
  };
}
