import type { EntityManager } from '@mikro-orm/postgresql';
import type { Appointment } from './appointment.entity.js';
import type { AppointmentRepository } from './appointment.repository.js';

/** A booking that had failed, or was a person's, was made after all: the patient may have booked again meanwhile, and then a person looks. */
export async function reviewRevived(em: EntityManager, repository: AppointmentRepository, appointment: Appointment): Promise<void> {
  if (appointment.reviewReason !== null || (await repository.countScheduledAfter(em, appointment)) === 0) return;
  appointment.needsReview = true;
  appointment.reviewReason = 'confirmed-after-all';
}
