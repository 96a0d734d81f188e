import { Injectable } from '@nestjs/common';
import { FlushMode, LockMode, type FilterQuery } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { AppointmentEvent } from './appointment-event.entity.js';
import type { AppointmentStatus } from './appointment-state.js';
import { Appointment } from './appointment.entity.js';
import { UpstreamAttempt } from './upstream-attempt.entity.js';

/** An appointment that an event names. */
export type NamedAppointment = Pick<Appointment, 'id' | 'externalId' | 'contactId'>;

/** What a list is narrowed to. */
export interface AppointmentFilter {
  contactId: string | undefined;
  /** Theirs, or of a contact the hospital knows by this id. */
  patient: { patientId: string | undefined; temporaryPatientId: string | undefined; contactIds: string[] } | undefined;
  externalId: string | undefined;
  status: AppointmentStatus | undefined;
  from: Date | undefined;
  to: Date | undefined;
}

const LOCK_EXTERNAL_ID = new PreparedStatement('lock-external-id', 'select pg_advisory_xact_lock(hashtextextended($1, 1))');

const WITHOUT_PATIENT_ID = new PreparedStatement<{ id: string }>(
  'appointments-without-patient-id',
  'select id from appointment where facility_id = $1 and contact_id = any($2::uuid[]) and patient_id is null',
);

@Injectable()
export class AppointmentRepository {
  constructor(private readonly em: EntityManager) {}

  /** Not managed: a first look, never to be written back. */
  async find(id: string): Promise<Appointment | null> {
    return this.em.findOne(Appointment, { id }, { disableIdentityMap: true });
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

  /** Likewise, of several: in the order of their hashes, so that two who want the same never wait for each other. */
  async lockExternalIds(em: EntityManager, facilityId: string, externalIds: readonly string[]): Promise<void> {
    if (externalIds.length === 0) return;
    const keys = [...new Set(externalIds)].map(id => `appointment|${facilityId}|${id}`);
    const rows = keys.map(() => '(?)').join(', ');
    await em.execute(
      `select pg_advisory_xact_lock(hash) from (
         select distinct hashtextextended(key, 1) as hash from (values ${rows}) as given (key) order by 1
       ) as ordered`,
      keys,
    );
  }

  /** Those with one of the ids, the hub's or the hospital's. Not managed: a first look. */
  async findNamed(
    em: EntityManager,
    facilityId: string,
    ids: readonly string[],
    externalIds: readonly string[],
  ): Promise<NamedAppointment[]> {
    const named: FilterQuery<Appointment>[] = [{ externalId: { $in: [...externalIds] } }];
    if (ids.length > 0) named.push({ id: { $in: [...ids] } });
    return em.find(Appointment, { facilityId, $or: named }, { fields: ['id', 'externalId', 'contactId'], disableIdentityMap: true });
  }

  /** Of these contacts' appointments those that were made before the hospital gave a permanent patient id. */
  async idsWithoutPatientId(em: EntityManager, facilityId: string, contactIds: readonly string[]): Promise<string[]> {
    const rows = await WITHOUT_PATIENT_ID.run(em, [facilityId, contactIds]);
    return rows.map(row => row.id);
  }

  /** Locked until the transaction ends, as they stand now, in the order of their ids. */
  async lockAll(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<Appointment[]> {
    if (ids.length === 0) return [];
    return em.find(
      Appointment,
      { facilityId, id: { $in: [...ids] } },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, orderBy: { id: 'asc' } },
    );
  }

  /** All calls to the hospital about these appointments. */
  async attemptsOf(em: EntityManager, facilityId: string, appointmentIds: readonly string[]): Promise<UpstreamAttempt[]> {
    if (appointmentIds.length === 0) return [];
    return em.find(UpstreamAttempt, { facilityId, appointmentId: { $in: [...appointmentIds] } }, { orderBy: { id: 'asc' }, refresh: true });
  }

  /** Bookings of ours that the hospital has not answered in a way that can be told; newest first, at most 200. */
  async openBookings(em: EntityManager, facilityId: string): Promise<Appointment[]> {
    return em.find(
      Appointment,
      { facilityId, status: 'PENDING', externalId: null },
      { orderBy: { id: 'desc' }, limit: 200, disableIdentityMap: true },
    );
  }

  async countOthersScheduled(em: EntityManager, { facilityId, contactId, id }: Appointment): Promise<number> {
    return em.count(Appointment, { facilityId, contactId, status: 'SCHEDULED', id: { $ne: id } });
  }

  /** Locked until the transaction ends. What the transaction has changed so far is written first: a refresh would undo it. */
  async ofContacts(em: EntityManager, facilityId: string, contactIds: readonly string[]): Promise<Appointment[]> {
    if (contactIds.length === 0) return [];
    return em.find(
      Appointment,
      { facilityId, contactId: { $in: [...contactIds] } },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, orderBy: { id: 'asc' }, flushMode: FlushMode.ALWAYS },
    );
  }

  /** Whether an appointment besides `id` has the hospital's id. */
  async isOthersExternalId(em: EntityManager, facilityId: string, externalId: string, id: string): Promise<boolean> {
    return (await em.count(Appointment, { facilityId, externalId, id: { $ne: id } })) > 0;
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, filter: AppointmentFilter, before: string | null, limit: number): Promise<Appointment[]> {
    const where: FilterQuery<Appointment>[] = [{ facilityId }];
    if (before !== null) where.push({ id: { $lt: before } });
    if (filter.contactId !== undefined) where.push({ contactId: filter.contactId });
    if (filter.patient) where.push(ofPatient(filter.patient));
    if (filter.externalId !== undefined) where.push({ externalId: filter.externalId });
    if (filter.status !== undefined) where.push({ status: filter.status });
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
