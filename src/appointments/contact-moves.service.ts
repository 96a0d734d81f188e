import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { ContactMerge } from '../contacts/contact-merge.entity.js';
import { Appointment } from './appointment.entity.js';
import { EventAppointmentRepository } from './event-appointment.repository.js';
import type { EventContext } from './event-context.js';
import type { EventRecords } from './event-records.js';

/** Appointments go with their contacts. */
@Injectable()
export class ContactMovesService {
  constructor(
    private readonly repository: EventAppointmentRepository,
    private readonly clock: Clock,
  ) {}

  /** Two contacts became one: the appointments of the one are the other's now, and the merge says which. */
  async follow({ em, records }: Pick<EventContext, 'em' | 'records'>, merge: ContactMerge): Promise<void> {
    // What events before have changed or made is found as it is now.
    await records.rows.write();
    const moved = records.rows.keep(Appointment, await this.repository.lockOfContact(em, merge.facilityId, merge.mergedContactId));
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
