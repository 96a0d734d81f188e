import type { UpstreamLine } from './upstream-line.js';

/**
 * A hospital's scheduling system, in the hub's own words. A connector (`botmd/` first) speaks one upstream dialect behind it.
 * No connector knows the database, and nothing above this file knows an upstream's spelling.
 */

/** How the hub reaches one hospital: its base URL, the key and how it is sent. Secrets in plain: never logged, never kept. */
export interface SchedulerConnection {
  facilityId: string;
  /** Everything before `/calendars`, without a trailing slash: `https://his.example.org/api/v1`. */
  baseUrl: string;
  auth:
    | { scheme: 'basic'; userId: string; apiKey: string }
    | { scheme: 'header'; headerName: string; apiKey: string }
    | { scheme: 'bearer'; apiKey: string };
}

/** As the hospital lists it. Ids are the hospital's, always strings. */
export interface UpstreamCalendar {
  externalId: string;
  name: string;
  description: string | null;
  /** IANA, or null where the hospital names none: then the facility's holds. */
  timezone: string | null;
  /** Empty where the hospital keeps no types. */
  appointmentTypes: UpstreamAppointmentType[];
}

export interface UpstreamAppointmentType {
  externalId: string;
  name: string;
  /** Minutes; null where the hospital gives none: then the facility's default duration holds. */
  durationMinutes: number | null;
}

export type CalendarsAnswer = { kind: 'calendars'; calendars: UpstreamCalendar[]; etag: string | null } | { kind: 'not-modified' };

/** One bookable time. `available` is how many seats are left, at least 1. */
export interface UpstreamSlot {
  start: Date;
  end: Date;
  available: number;
}

export interface AvailabilityQuery {
  /** `YYYY-MM`, in the calendar's zone. */
  month: string;
  calendarExternalId: string;
  /** null for a default type: the hospital knows no types, and the parameter is left out. */
  appointmentTypeExternalId: string | null;
  /** The calendar's zone (the facility's only where it has none): for times without offset. */
  timezone: string;
  /** Minutes: the end of a slot that names none. */
  durationMinutes: number;
}

export interface UpstreamPatient {
  name: string;
  /** `YYYY-MM-DD` */
  dateOfBirth: string | null;
  /** E.164 where known, else as it was given. */
  phone: string | null;
  email: string | null;
  gender: string | null;
  nationalId: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
}

export interface BookCommand {
  /** The hub's appointment id: `external_reference`, and the `Idempotency-Key`. */
  reference: string;
  calendarExternalId: string;
  appointmentTypeExternalId: string | null;
  start: Date;
  /** The calendar's zone, for the offset `datetime` is written in. */
  timezone: string;
  patient: UpstreamPatient;
  notes: string | null;
  /** Of the whole exchange, where it must be shorter than usual. */
  timeoutMs?: number;
  /** Of `lineFor`, opened ahead. */
  line?: UpstreamLine | null;
  /** True when this very booking was sent before with an unknown outcome: a refusal may then come from our own first try. Default false. */
  isRepeat?: boolean;
}

export interface RescheduleCommand {
  /** Of the whole exchange, where it must be shorter than usual. */
  timeoutMs?: number;
  /** The hospital's appointment id. */
  appointmentId: string;
  calendarExternalId: string;
  appointmentTypeExternalId: string | null;
  start: Date;
  timezone: string;
  /** True when we have sent this very change before without learning what became of it: 404, 409 and "already" then prove nothing. */
  isRepeat: boolean;
}

export interface CancelCommand {
  /** Of the whole exchange, where it must be shorter than usual. */
  timeoutMs?: number;
  appointmentId: string;
  reason: string | null;
  isRepeat: boolean;
}

/** What the hospital said yes to. */
export interface UpstreamAppointment {
  /** The hospital's appointment id; on reschedule and cancel the one asked for. */
  appointmentId: string;
  patientId: string | null;
  temporaryPatientId: string | null;
  /** The hospital's own time of the change, where it gives one (`updated_at`). */
  updatedAt: Date | null;
}

/** Whose appointments, or when: exactly one of the contract's filters. */
export type UpstreamAppointmentFilter = (
  | { externalReference: string }
  | { patientId: string }
  | { temporaryPatientId: string }
  /** `from` ≤ start < `to`. */
  | { calendarExternalId: string; from: Date; to: Date }
) & {
  /** IANA, of the hospital's calendar (null: the appointment names none); for times without offset. Absent: such a time is not known. */
  zoneOfCalendar?: (calendarExternalId: string | null) => string;
};

/** As the hospital lists it now. null: not told, or not to be read without doubt. */
export interface UpstreamListedAppointment {
  appointmentId: string;
  status: 'scheduled' | 'canceled' | 'checked-in' | null;
  start: Date | null;
  calendarExternalId: string | null;
  appointmentTypeExternalId: string | null;
  /** The hub's own id for it. */
  externalReference: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  queueNumber: string | null;
  updatedAt: Date | null;
}

/**
 * The outcome of a write, by the contract's table ("Is it a yes, a no, or unknown?").
 *
 * - `yes`: 2xx whose id, datetime, calendar and reference agree with the request.
 * - `no`: nothing was done, by this try and, on a repeat, by the ones before. `code` is the hub's own.
 * - `unknown`: it may have been done. Never told to a patient as done, never repeated blindly.
 */
export type WriteOutcome =
  | { outcome: 'yes'; appointment: UpstreamAppointment; httpStatus: number }
  | { outcome: 'no'; code: RefusalCode; httpStatus: number | null; detail: string | null; retryAfterSeconds: number | null }
  | { outcome: 'unknown'; code: UpstreamFailureCode; httpStatus: number | null; detail: string | null; retryAfterSeconds?: number | null };

/** Why the hospital said no, in the hub's vocabulary. */
export type RefusalCode =
  | 'slot-unavailable'
  | 'reschedule-cutoff-passed'
  | 'reschedule-not-allowed'
  | 'cancel-cutoff-passed'
  | 'cancel-not-allowed'
  | 'appointment-canceled'
  | 'invalid-calendar'
  | 'invalid-appointment-type'
  | 'min-hours-in-advance'
  | 'max-days-in-advance'
  | 'upstream-appointment-not-found'
  | 'upstream-credentials-refused'
  | 'upstream-rate-limited'
  | 'upstream-refused'
  /** Not called: it did not answer the last calls, or as many are on their way as may be. */
  | 'upstream-circuit-open'
  | 'upstream-busy'
  /** Nothing left this machine, or no connection was made: surely not done. */
  | 'upstream-unreachable';

/** Why an answer could not be used. */
export type UpstreamFailureCode =
  | 'upstream-invalid-response'
  | 'upstream-timeout'
  | 'upstream-unreachable'
  /** It was reached, and the connection broke before an answer. */
  | 'upstream-connection-lost'
  | 'upstream-error'
  | 'upstream-rate-limited'
  | 'upstream-credentials-refused'
  | 'upstream-redirected'
  | 'upstream-response-too-large'
  /** Not called: it failed several times in a row, and is left alone for some seconds. */
  | 'upstream-circuit-open'
  /** Not called: as many calls to it are on their way as may be. */
  | 'upstream-busy';

/** One line of a connection check. */
export interface EndpointCheck {
  endpoint: string;
  /** null: not tried, because trying would change something or there was nothing to ask with; `detail` says which. */
  ok: boolean | null;
  required: boolean;
  httpStatus: number | null;
  durationMs: number;
  /** What was seen, in a sentence. */
  detail: string;
  code: string | null;
}

/** Reads throw `UpstreamError`; writes never throw for what an upstream does, they answer an outcome. */
export interface Scheduler {
  /** All pages, or an error: never a part. `etag` makes it conditional. */
  listCalendars(connection: SchedulerConnection, etag: string | null): Promise<CalendarsAnswer>;
  /** Slots of the month, sorted by start, past ones included, duplicates merged. */
  getAvailability(connection: SchedulerConnection, query: AvailabilityQuery, timeoutMs: number): Promise<UpstreamSlot[]>;
  /**
   * All pages, canceled ones included, each once; nothing that contradicts the filter. `not-supported`: the hospital has no such
   * endpoint, or ignores the filter and shows only others' appointments: then an absence proves nothing.
   */
  listAppointments(
    connection: SchedulerConnection,
    filter: UpstreamAppointmentFilter,
    timeoutMs: number,
  ): Promise<UpstreamListedAppointment[] | 'not-supported'>;
  /** A way for one write, which can be opened while that is being prepared: nothing is sent by it. Whoever asks closes it. null: there is none. */
  lineFor(connection: SchedulerConnection): UpstreamLine | null;
  book(connection: SchedulerConnection, command: BookCommand): Promise<WriteOutcome>;
  reschedule(connection: SchedulerConnection, command: RescheduleCommand): Promise<WriteOutcome>;
  cancel(connection: SchedulerConnection, command: CancelCommand): Promise<WriteOutcome>;
  /** Asks each readable endpoint and says what it saw; books nothing. Never throws. */
  checkConnection(connection: SchedulerConnection, now: Date): Promise<EndpointCheck[]>;
}
