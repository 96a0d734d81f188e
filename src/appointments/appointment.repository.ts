import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { countAtMost } from '../database/at-most.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { RowTable, type StoredRow } from '../database/row-table.js';
import { SharedStatement } from '../database/shared-statement.js';
import { AppointmentEvent } from './appointment-event.entity.js';
import { Appointment } from './appointment.entity.js';
import { UpstreamAttempt, type AttemptKind } from './upstream-attempt.entity.js';

const LOCK_EXTERNAL_ID = new PreparedStatement('lock-external-id', 'select pg_advisory_xact_lock(hashtextextended($1, 1))');

@Injectable()
export class AppointmentRepository {
  private readonly table: RowTable<Appointment>;
  private readonly selectMany: SharedStatement<StoredRow>;

  constructor(private readonly em: EntityManager) {
    this.table = RowTable.of(em, Appointment);
    this.selectMany = new SharedStatement(
      'find-appointments',
      `select ${this.table.columns} from appointment r where r.facility_id = $1 and r.id = any($2::uuid[])`,
      ['uuid', 'uuid[]'],
    );
  }

  /** Not managed: a first look, never to be written back. */
  async find(id: string): Promise<Appointment | null> {
    return this.em.findOne(Appointment, { id }, { disableIdentityMap: true });
  }

  /** Plain rows: each message that is sent asks for its appointment. */
  async findMany(facilityId: string, ids: readonly string[]): Promise<Appointment[]> {
    return (await this.selectMany.run(this.em, [facilityId, ids])).map(row => this.table.read(row));
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

  /** Of the same contact, made after it: ids sort by the time they were made. */
  async countScheduledAfter(em: EntityManager, { facilityId, contactId, id }: Appointment): Promise<number> {
    return em.count(Appointment, { facilityId, contactId, status: 'SCHEDULED', id: { $gt: id } });
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

  /** Oldest first. */
  async timeline(facilityId: string, appointmentId: string): Promise<AppointmentEvent[]> {
    return this.em.find(AppointmentEvent, { facilityId, appointmentId }, { orderBy: { id: 'asc' } });
  }
}
