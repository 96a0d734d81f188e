import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { AppointmentEvent } from './appointment-event.entity.js';
import { Appointment } from './appointment.entity.js';

const LOCK = new PreparedStatement<{ id: string; isOpen: boolean }>(
  'lock-appointments-of-contacts',
  `select id, status = 'PENDING' or pending_change is not null or (status = 'SCHEDULED' and (start_at is null or start_at > $3)) as "isOpen"
   from appointment where facility_id = $1 and contact_id = any($2::uuid[]) order by id for update`,
);

const EMPTY = new PreparedStatement(
  'empty-appointments',
  `update appointment set reason_sealed = null, notes_sealed = null, reply_to_id = null, patient_id = null, temporary_patient_id = null,
     needs_review = false, review_reason = null, updated_at = $3, version = version + 1
   where facility_id = $1 and id = any($2::uuid[])`,
);

const EMPTY_TIMELINE = new PreparedStatement(
  'empty-timeline',
  'update appointment_event set note_sealed = null where facility_id = $1 and appointment_id = any($2::uuid[]) and note_sealed is not null',
);

/** All appointments of a patient. */
@Injectable()
export class ContactAppointmentsRepository {
  constructor(private readonly em: EntityManager) {}

  /** Newest first. */
  async find(facilityId: string, contactIds: readonly string[], limit: number): Promise<Appointment[]> {
    const where = { facilityId, contactId: { $in: [...contactIds] } };
    return this.em.find(Appointment, where, { orderBy: { id: 'desc' }, limit, disableIdentityMap: true });
  }

  /** Oldest first. */
  async timelines(facilityId: string, appointmentIds: readonly string[]): Promise<AppointmentEvent[]> {
    const where = { facilityId, appointmentId: { $in: [...appointmentIds] } };
    return this.em.find(AppointmentEvent, where, { orderBy: { id: 'asc' }, disableIdentityMap: true });
  }

  /** Locked until the transaction ends, and as they stand now. `isOpen`: something is still to come of it at `now`. */
  async lock(em: EntityManager, facilityId: string, contactIds: readonly string[], now: Date): Promise<{ id: string; isOpen: boolean }[]> {
    return LOCK.run(em, [facilityId, contactIds, now]);
  }

  async empty(em: EntityManager, facilityId: string, ids: readonly string[], now: Date): Promise<void> {
    await EMPTY.run(em, [facilityId, ids, now]);
    await EMPTY_TIMELINE.run(em, [facilityId, ids]);
  }
}
