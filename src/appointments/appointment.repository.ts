import { Injectable } from '@nestjs/common';
import { LockMode, type FilterQuery } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { countAtMost } from '../database/at-most.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { AppointmentEvent } from './appointment-event.entity.js';
import type { AppointmentStatus } from './appointment-state.js';
import { Appointment } from './appointment.entity.js';
import { UpstreamAttempt, type AttemptKind } from './upstream-attempt.entity.js';

/** What a list is narrowed to. */
export interface AppointmentFilter {
  contactId: string | undefined;
  /** Theirs, or of a contact the hospital knows by this id. */
  patient: { patientId: string | undefined; temporaryPatientId: string | undefined; contactIds: string[] } | undefined;
  externalId: string | undefined;
  status: AppointmentStatus | undefined;
  from: Date | undefined;
  to: Date | undefined;
  needsReview: boolean | undefined;
}

const LOCK_EXTERNAL_ID = new PreparedStatement('lock-external-id', 'select pg_advisory_xact_lock(hashtextextended($1, 1))');

@Injectable()
export class AppointmentRepository {
  constructor(private readonly em: EntityManager) {}

  /** Not managed: a first look, never to be written back. */
  async find(id: string): Promise<Appointment | null> {
    return this.em.findOne(Appointment, { id }, { disableIdentityMap: true });
  }

  /** Not managed. */
  async findMany(facilityId: string, ids: readonly string[]): Promise<Appointment[]> {
    return this.em.find(Appointment, { facilityId, id: { $in: [...ids] } }, { disableIdentityMap: true });
  }

  /** As the database has it now, whatever this request has read before. */
  async getFresh(facilityId: string, id: string): Promise<Appointment> {
    return this.em.fork().findOneOrFail(Appointment, { id, facilityId });
  }

  /** Locked until the transaction ends, and as it stands now. */
  async findLocked(em: EntityManager, facilityId: string, id: string): Promise<Appointment | null> {
    return em.findOne(Appointment, { id, facilityId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** Whoever else first sees this hospital's id waits until the transaction ends. */
  async lockExternalId(em: EntityManager, facilityId: string, externalId: string): Promise<void> {
    await LOCK_EXTERNAL_ID.send(em, [`appointment|${facilityId}|${externalId}`]);
  }

  async countOthersScheduled(em: EntityManager, { facilityId, contactId, id }: Appointment): Promise<number> {
    return em.count(Appointment, { facilityId, contactId, status: 'SCHEDULED', id: { $ne: id } });
  }

  /** Whether an appointment besides `id` has the hospital's id. */
  async isOthersExternalId(em: EntityManager, facilityId: string, externalId: string, id: string): Promise<boolean> {
    return (await em.count(Appointment, { facilityId, externalId, id: { $ne: id } })) > 0;
  }

  /** The last booking of ours, besides one, that the hospital has confirmed and that still stands; its id. */
  async findBookedByUs(facilityId: string, besides: string): Promise<string | null> {
    const booked = await this.em.findOne(
      Appointment,
      { facilityId, source: 'platform', status: 'SCHEDULED', externalId: { $ne: null }, id: { $ne: besides } },
      { fields: ['id'], orderBy: { id: 'desc' }, disableIdentityMap: true },
    );
    return booked?.id ?? null;
  }

  /** When the last call of the kind must have ended; null: there was none. */
  async lastDeadline(facilityId: string, appointmentId: string, kind: AttemptKind): Promise<Date | null> {
    const last = await this.em.findOne(
      UpstreamAttempt,
      { facilityId, appointmentId, kind },
      { fields: ['deadlineAt'], orderBy: { deadlineAt: 'desc' }, disableIdentityMap: true },
    );
    return last?.deadlineAt ?? null;
  }

  /** Not managed. */
  async getAttempt(facilityId: string, id: string): Promise<UpstreamAttempt> {
    return this.em.findOneOrFail(UpstreamAttempt, { facilityId, id }, { disableIdentityMap: true });
  }

  /** How many wait for a person, over all facilities; `MOST_COUNTED` at most. */
  async countInReview(): Promise<number> {
    const [row] = await this.em.execute<{ count: number }[]>(`select ${countAtMost('appointment where needs_review')} as count`);
    return row?.count ?? 0;
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, filter: AppointmentFilter, before: string | null, limit: number): Promise<Appointment[]> {
    const where: FilterQuery<Appointment>[] = [{ facilityId }];
    if (before !== null) where.push({ id: { $lt: before } });
    if (filter.contactId !== undefined) where.push({ contactId: filter.contactId });
    if (filter.patient) where.push(ofPatient(filter.patient));
    if (filter.externalId !== undefined) where.push({ externalId: filter.externalId });
    if (filter.status !== undefined) where.push({ status: filter.status });
    if (filter.needsReview !== undefined) where.push({ needsReview: filter.needsReview });
    if (filter.from) where.push({ startAt: { $gte: filter.from } });
    if (filter.to) where.push({ startAt: { $lt: filter.to } });
    return this.em.find(Appointment, { $and: where }, { orderBy: { id: 'desc' }, limit: limit + 1 });
  }

  /** Oldest first. */
  async timeline(facilityId: string, appointmentId: string): Promise<AppointmentEvent[]> {
    return this.em.find(AppointmentEvent, { facilityId, appointmentId }, { orderBy: { id: 'asc' } });
  }
}

function ofPatient({ patientId, temporaryPatientId, contactIds }: NonNullable<AppointmentFilter['patient']>): FilterQuery<Appointment> {
  const own: FilterQuery<Appointment>[] = [{ contactId: { $in: contactIds } }];
  if (patientId !== undefined) own.push({ patientId });
  if (temporaryPatientId !== undefined) own.push({ temporaryPatientId });
  return { $or: own };
}
