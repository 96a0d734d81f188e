import type { EntityClass } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isId } from '../common/ids.js';
import { CONTACT_ROWS, EventContactsService } from '../contacts/event-contacts.service.js';
import { RowUnit } from '../database/row-unit.js';
import type { Facility } from '../facilities/facility.entity.js';
import { AppointmentEvent } from './appointment-event.entity.js';
import { Appointment } from './appointment.entity.js';
import { EventAppointmentRepository, type NamedAppointment } from './event-appointment.repository.js';
import { EventRecords } from './event-records.js';
import type { AppointmentHospitalEvent, HospitalEvent } from './hospital-event.js';
import { UpstreamAttempt } from './upstream-attempt.entity.js';

/** What events write, in the order it is written. */
const EVENT_ROWS: readonly EntityClass<{ id: string }>[] = [...CONTACT_ROWS, Appointment, UpstreamAttempt, AppointmentEvent];

/** Loads a batch's records in a number of statements that does not grow with it. */
@Injectable()
export class EventRecordsService {
  constructor(
    private readonly repository: EventAppointmentRepository,
    private readonly contacts: EventContactsService,
  ) {}

  /** Locks in the order of the whole hub: the hospital's appointment ids, the contacts' keys, rows. */
  async open(em: EntityManager, facility: Facility, events: readonly HospitalEvent[]): Promise<EventRecords> {
    const rows = new RowUnit(em, EVENT_ROWS);
    const about = events.filter(isAboutAppointment);
    const { named, openBookings } = await this.look(em, facility.id, about);
    const contactIds = [...named, ...openBookings].map(({ contactId }) => contactId);
    const patients = events.map(event => event.patient);
    const contacts = await this.contacts.open(em, rows, facility, patients, [...new Set(contactIds)]);
    const unnamed = about.length === events.length ? [] : await this.repository.idsWithoutPatientId(em, facility.id, contacts.ids());
    const ids = [...new Set([...named.map(({ id }) => id), ...unnamed])];
    const [appointments, attempts] = await Promise.all([
      this.repository.lock(em, facility.id, ids),
      this.repository.attemptsOf(em, facility.id, ids),
    ]);
    return new EventRecords(rows, contacts, rows.keep(Appointment, appointments), rows.keep(UpstreamAttempt, attempts), openBookings);
  }

  /** Locks the hospital's ids, and looks for whose they are: at once, as the look begins when the locks are held. */
  private async look(
    em: EntityManager,
    facilityId: string,
    about: readonly AppointmentHospitalEvent[],
  ): Promise<{ named: NamedAppointment[]; openBookings: Appointment[] }> {
    if (about.length === 0) return { named: [], openBookings: [] };
    const externalIds = [...new Set(about.map(event => event.externalId))];
    const references = about.flatMap(({ externalReference }) =>
      externalReference !== null && isId(externalReference) ? [externalReference] : [],
    );
    const [, named, openBookings] = await Promise.all([
      this.repository.lockExternalIds(em, facilityId, externalIds),
      this.repository.findNamed(em, facilityId, references, externalIds),
      this.repository.openBookings(em, facilityId),
    ]);
    return { named, openBookings: isEachKnown(about, named) ? [] : openBookings };
  }
}

function isAboutAppointment(event: HospitalEvent): event is AppointmentHospitalEvent {
  return event.type !== 'patientCreated';
}

function isEachKnown(events: readonly AppointmentHospitalEvent[], named: readonly { id: string; externalId: string | null }[]): boolean {
  const known = new Set(named.flatMap(({ id, externalId }) => [id, ...(externalId === null ? [] : [externalId])]));
  return events.every(event => known.has(event.externalId) || known.has(event.externalReference ?? ''));
}
