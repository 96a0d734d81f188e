import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { ContactMerge } from '../contacts/contact-merge.entity.js';
import { AppointmentRepository } from './appointment.repository.js';

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

  /** The contact got its permanent id: so have the appointments that were booked without one. How many. */
  async setPatientId(em: EntityManager, facilityId: string, contactId: string, patientId: string): Promise<string[]> {
    const without = (await this.repository.ofContacts(em, facilityId, [contactId])).filter(({ patientId: own }) => own === null);
    for (const appointment of without) {
      appointment.patientId = patientId;
      appointment.updatedAt = this.clock.now();
    }
    return without.map(({ id }) => id);
  }
}
