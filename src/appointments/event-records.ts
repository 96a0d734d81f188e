import type { EventContacts } from '../contacts/event-contacts.js';
import type { RowUnit } from '../database/row-unit.js';
import type { ExpectedMessage } from '../notifications/ledger-rules.js';
import { Appointment } from './appointment.entity.js';
import { UpstreamAttempt } from './upstream-attempt.entity.js';

/** What the hub knows of the appointments and patients that a batch of events may be about, locked until the transaction ends. */
export class EventRecords {
  /** What has changed of calendars, and every copy is told with the commit: once for each month, `calendarId|YYYY-MM`. */
  readonly changedMonths = new Map<string, { calendarId: string; start: Date }>();
  /** What patients are to be told of the batch. */
  readonly messages: ExpectedMessage[] = [];
  private readonly byId = new Map<string, Appointment>();
  private readonly byExternalId = new Map<string, Appointment>();
  /** Bookings of ours whose id at the hospital was not known when they came in here. */
  private readonly unanswered: Appointment[] = [];
  private readonly attempts: Map<string, UpstreamAttempt[]>;

  constructor(
    /** All that is written of a transaction: what is in it is written with its last change, what is added is new. */
    readonly rows: RowUnit,
    readonly contacts: EventContacts,
    appointments: readonly Appointment[],
    attempts: readonly UpstreamAttempt[],
    /** Not locked: one that turns out to be meant is locked then. */
    readonly openBookings: readonly Appointment[],
  ) {
    this.attempts = Map.groupBy(attempts, attempt => attempt.appointmentId);
    for (const appointment of appointments) this.index(appointment);
  }

  find(id: string | null): Appointment | null {
    return (id === null ? undefined : this.byId.get(id.toLowerCase())) ?? null;
  }

  findByExternalId(externalId: string): Appointment | null {
    return this.byExternalId.get(externalId) ?? this.unanswered.find(appointment => appointment.externalId === externalId) ?? null;
  }

  /** An appointment that nobody knew. */
  add(appointment: Appointment): void {
    this.index(this.rows.add(Appointment, appointment));
  }

  /** One that was locked only now. */
  keep(appointments: readonly Appointment[], attempts: readonly UpstreamAttempt[]): void {
    for (const appointment of this.rows.keep(Appointment, appointments)) this.index(appointment);
    for (const attempt of this.rows.keep(UpstreamAttempt, attempts))
      this.attempts.set(attempt.appointmentId, [...(this.attempts.get(attempt.appointmentId) ?? []), attempt]);
  }

  /** All that there are, if an event of the batch gives patients their permanent ids. */
  withoutPatientId(contactId: string): Appointment[] {
    return [...this.byId.values()].filter(appointment => appointment.contactId === contactId && appointment.patientId === null);
  }

  attemptsOf(appointment: Appointment): UpstreamAttempt[] {
    return this.attempts.get(appointment.id) ?? [];
  }

  private index(appointment: Appointment): void {
    this.byId.set(appointment.id, appointment);
    if (appointment.externalId === null) this.unanswered.push(appointment);
    else this.byExternalId.set(appointment.externalId, appointment);
  }
}
