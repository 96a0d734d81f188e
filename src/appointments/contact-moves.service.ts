import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { ContactMerge } from '../contacts/contact-merge.entity.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { EventRecords } from './event-records.service.js';

/** Appointments go with their contacts. */
@Injectable()
export class ContactMovesService {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly clock: Clock,
  ) {}

  /** Two contacts became one: the appointments of the one are the other's now, and the merge says which. */
  async follow(em: EntityManager, merge: ContactMerge): Promise<void> {
    const moved = await this.repository.ofContacts(em, merge.facilityId, [merge.mergedContactId]);
    for (const appointment of moved) {
      appointment.contactId = merge.keptContactId;
      appointment.updatedAt = this.clock.now();
    }
    merge.moved = { ...merge.moved, appointmentIds: moved.map(({ id }) => id) };
  }

  /** The contact got its permanent id: so have the appointments that were booked without one. `merge` says on which it moved. How many. */
  setPatientId(records: EventRecords, contactId: string, patientId: string, merge: ContactMerge | null = null): number {
    const without = records.withoutPatientId(contactId);
    for (const appointment of without) {
      appointment.patientId = patientId;
      appointment.updatedAt = this.clock.now();
    }
    if (merge) merge.moved = { ...merge.moved, patientIdSetOn: movedOf(merge, without) };
    return without.length;
  }
}

function movedOf({ moved }: ContactMerge, appointments: readonly Appointment[]): string[] {
  return appointments.flatMap(({ id }) => (moved.appointmentIds.includes(id) ? [id] : []));
}
