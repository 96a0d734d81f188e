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

/** Events of one facility. */
interface EventsOf {
  facility: Facility;
  events: readonly HospitalEvent[];
}

/** Loads a batch's records in a number of statements that does not grow with it, nor with the facilities that it is of. */
@Injectable()
export class EventRecordsService {
  constructor(
    private readonly repository: EventAppointmentRepository,
    private readonly contacts: EventContactsService,
  ) {}

  /**
   * Of each facility, in the order given: that of their ids, each once. Locks in the order of the whole hub: the hospitals' appointment ids, the
   * contacts' keys, rows; each kind for all facilities before the next. What is written of all of them is written together.
   */
  async open(em: EntityManager, batches: readonly EventsOf[]): Promise<EventRecords[]> {
    const rows = new RowUnit(em, EVENT_ROWS);
    const looked = await Promise.all(
      batches.map(async batch => ({ ...batch, ...(await this.look(em, batch.facility.id, batch.events.filter(isAboutAppointment))) })),
    );
    const known = await Promise.all(
      looked.map(async look => {
        const contactIds = [...look.named, ...look.openBookings].map(({ contactId }) => contactId);
        const patients = look.events.map(event => event.patient);
        return { ...look, contacts: await this.contacts.open(em, rows, look.facility, patients, [...new Set(contactIds)]) };
      }),
    );
    const meant = await Promise.all(
      known.map(async ({ facility, events, named, ...rest }) => {
        const unnamed = events.every(isAboutAppointment)
          ? []
          : await this.repository.idsWithoutPatientId(em, facility.id, rest.contacts.ids());
        return { ...rest, facility, ids: [...new Set([...named.map(({ id }) => id), ...unnamed])] };
      }),
    );
    return Promise.all(
      meant.map(async ({ facility, ids, contacts, openBookings }) => {
        const [appointments, attempts] = await Promise.all([
          this.repository.lock(em, facility.id, ids),
          this.repository.attemptsOf(em, facility.id, ids),
        ]);
        return new EventRecords(rows, contacts, rows.keep(Appointment, appointments), rows.keep(UpstreamAttempt, attempts), openBookings);
      }),
    );
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
