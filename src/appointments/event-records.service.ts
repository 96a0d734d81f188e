import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isId } from '../common/ids.js';
import type { EventContacts } from '../contacts/event-contacts.js';
import { EventContactsService } from '../contacts/event-contacts.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { AppointmentHospitalEvent, HospitalEvent } from './hospital-event.js';
import type { UpstreamAttempt } from './upstream-attempt.entity.js';

/** What the hub knows of the appointments and patients that a batch of events may be about, locked until the transaction ends. */
export class EventRecords {
  /** Of which calendars every copy is told already, with the commit, that they have changed: `calendarId|YYYY-MM`. */
  readonly droppedMonths = new Set<string>();
  private readonly byId: Map<string, Appointment>;
  private readonly attempts: Map<string, UpstreamAttempt[]>;

  constructor(
    readonly contacts: EventContacts,
    appointments: readonly Appointment[],
    attempts: readonly UpstreamAttempt[],
    /** Not locked: one that turns out to be meant is locked then. */
    readonly openBookings: readonly Appointment[],
  ) {
    this.byId = new Map(appointments.map(appointment => [appointment.id, appointment]));
    this.attempts = Map.groupBy(attempts, attempt => attempt.appointmentId);
  }

  find(id: string | null): Appointment | null {
    return (id === null ? undefined : this.byId.get(id.toLowerCase())) ?? null;
  }

  findByExternalId(externalId: string): Appointment | null {
    return [...this.byId.values()].find(appointment => appointment.externalId === externalId) ?? null;
  }

  add(appointment: Appointment, attempts: UpstreamAttempt[]): void {
    this.byId.set(appointment.id, appointment);
    this.attempts.set(appointment.id, attempts);
  }

  /** All that there are, if an event of the batch gives patients their permanent ids. */
  withoutPatientId(contactId: string): Appointment[] {
    return [...this.byId.values()].filter(appointment => appointment.contactId === contactId && appointment.patientId === null);
  }

  attemptsOf(appointment: Appointment): UpstreamAttempt[] {
    return this.attempts.get(appointment.id) ?? [];
  }
}

/** Loads a batch's records in a number of statements that does not grow with it. */
@Injectable()
export class EventRecordsService {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly contacts: EventContactsService,
  ) {}

  /** Locks in the order of the whole hub: the hospital's appointment ids, the contacts' keys, rows. */
  async open(em: EntityManager, facility: Facility, events: readonly HospitalEvent[]): Promise<EventRecords> {
    const about = events.filter(isAboutAppointment);
    const externalIds = [...new Set(about.map(event => event.externalId))];
    await this.repository.lockExternalIds(em, facility.id, externalIds);
    const references = about.flatMap(({ externalReference }) =>
      externalReference !== null && isId(externalReference) ? [externalReference] : [],
    );
    const named = externalIds.length === 0 ? [] : await this.repository.findNamed(em, facility.id, references, externalIds);
    const openBookings = isEachKnown(about, named) ? [] : await this.repository.openBookings(em, facility.id);
    const contactIds = [...named, ...openBookings].map(({ contactId }) => contactId);
    const patients = events.map(event => event.patient);
    const contacts = await this.contacts.open(em, facility, patients, [...new Set(contactIds)]);
    const unnamed = about.length === events.length ? [] : await this.repository.idsWithoutPatientId(em, facility.id, contacts.ids());
    const ids = [...new Set([...named.map(({ id }) => id), ...unnamed])];
    const appointments = await this.repository.lockAll(em, facility.id, ids);
    const attempts = await this.repository.attemptsOf(em, facility.id, ids);
    return new EventRecords(contacts, appointments, attempts, openBookings);
  }
}

function isAboutAppointment(event: HospitalEvent): event is AppointmentHospitalEvent {
  return event.type !== 'patientCreated';
}

function isEachKnown(events: readonly AppointmentHospitalEvent[], named: readonly { id: string; externalId: string | null }[]): boolean {
  const known = new Set(named.flatMap(({ id, externalId }) => [id, ...(externalId === null ? [] : [externalId])]));
  return events.every(event => known.has(event.externalId) || known.has(event.externalReference ?? ''));
}
