import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { RowTable, type StoredRow } from '../database/row-table.js';
import { SharedStatement } from '../database/shared-statement.js';
import { Appointment } from './appointment.entity.js';
import { UpstreamAttempt } from './upstream-attempt.entity.js';

/** An appointment that an event names. */
export type NamedAppointment = Pick<Appointment, 'id' | 'externalId' | 'contactId'>;

const LOCK_EXTERNAL_IDS = new SharedStatement(
  'lock-external-ids',
  `select pg_advisory_xact_lock(hash) from (
     select distinct hashtextextended(key, 1) as hash from unnest($1::text[]) as named (key) order by 1
   ) as ordered`,
  ['text[]'],
);

const NAMED = new SharedStatement<NamedAppointment>(
  'appointments-that-events-name',
  `select id, external_id as "externalId", contact_id as "contactId" from appointment where facility_id = $1 and external_id = any($2::text[])
   union
   select id, external_id, contact_id from appointment where facility_id = $1 and id = any($3::uuid[])`,
  ['uuid', 'text[]', 'uuid[]'],
);

const VERSIONS = new PreparedStatement<{ id: string; version: number }>(
  'versions-of-appointments-that-an-event-names',
  `select id, version from appointment where facility_id = $1 and external_id = $2
   union
   select id, version from appointment where facility_id = $1 and id = $3::uuid`,
);

const WITHOUT_PATIENT_ID = new SharedStatement<{ id: string }>(
  'appointments-without-patient-id',
  'select id from appointment where facility_id = $1 and contact_id = any($2::uuid[]) and patient_id is null',
  ['uuid', 'uuid[]'],
);

/** The appointments of many events, as plain rows: as many statements for one as for thousands, of one facility or of many at once. */
@Injectable()
export class EventAppointmentRepository {
  private readonly appointments: RowTable<Appointment>;
  private readonly attempts: RowTable<UpstreamAttempt>;
  private readonly statements;

  constructor(private readonly em: EntityManager) {
    this.appointments = RowTable.of(em, Appointment);
    this.attempts = RowTable.of(em, UpstreamAttempt);
    this.statements = statementsOver(this.appointments, this.attempts);
  }

  /** Whoever else first sees one of these ids of the hospital waits until the transaction ends. In the order of their hashes: two who want the same never wait for each other. */
  async lockExternalIds(em: EntityManager, facilityId: string, externalIds: readonly string[]): Promise<void> {
    if (externalIds.length > 0) await LOCK_EXTERNAL_IDS.run(em, [externalIds.map(id => `appointment|${facilityId}|${id}`)]);
  }

  /** Those with one of the ids, the hub's or the hospital's: a first look. */
  async findNamed(
    em: EntityManager,
    facilityId: string,
    ids: readonly string[],
    externalIds: readonly string[],
  ): Promise<NamedAppointment[]> {
    return externalIds.length === 0 ? [] : NAMED.run(em, [facilityId, externalIds, ids]);
  }

  /** The versions of those with one of the ids, by the hub's. */
  async versionsOf(facilityId: string, externalId: string, id: string | null): Promise<Map<string, number>> {
    const rows = await VERSIONS.run(this.em, [facilityId, externalId, id]);
    return new Map(rows.map(row => [row.id, row.version]));
  }

  /** Of these contacts' appointments those that were made before the hospital gave a permanent patient id. */
  async idsWithoutPatientId(em: EntityManager, facilityId: string, contactIds: readonly string[]): Promise<string[]> {
    const rows = await WITHOUT_PATIENT_ID.run(em, [facilityId, contactIds]);
    return rows.map(row => row.id);
  }

  /** Bookings of ours that the hospital has not answered in a way that can be told; newest first, at most 200. Not locked. */
  async openBookings(em: EntityManager, facilityId: string): Promise<Appointment[]> {
    return this.read(await this.statements.openBookings.run(em, [facilityId]));
  }

  /** Locked until the transaction ends, as they stand now, in the order of their ids. */
  async lock(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<Appointment[]> {
    return ids.length === 0 ? [] : this.read(await this.statements.lock.run(em, [facilityId, ids]));
  }

  /** Likewise, all of a contact. What the transaction has changed of them is to be written before. */
  async lockOfContact(em: EntityManager, facilityId: string, contactId: string): Promise<Appointment[]> {
    return this.read(await this.statements.lockOfContact.run(em, [facilityId, contactId]));
  }

  /** All calls to the hospital about these appointments, in the order they were made. */
  async attemptsOf(em: EntityManager, facilityId: string, appointmentIds: readonly string[]): Promise<UpstreamAttempt[]> {
    if (appointmentIds.length === 0) return [];
    const rows = await this.statements.attempts.run(em, [facilityId, appointmentIds]);
    return rows.map(row => this.attempts.read(row));
  }

  private read(stored: readonly StoredRow[]): Appointment[] {
    return stored.map(row => this.appointments.read(row));
  }
}

function statementsOver(
  appointments: RowTable<Appointment>,
  attempts: RowTable<UpstreamAttempt>,
): Record<'openBookings' | 'lock' | 'lockOfContact' | 'attempts', SharedStatement<StoredRow>> {
  const ofFacility = `select ${appointments.columns} from appointment r where r.facility_id = $1`;
  return {
    openBookings: new SharedStatement<StoredRow>(
      'open-bookings',
      `${ofFacility} and r.status = 'PENDING' and r.external_id is null order by r.id desc limit 200`,
      ['uuid'],
    ),
    lock: new SharedStatement<StoredRow>('lock-appointments', `${ofFacility} and r.id = any($2::uuid[]) order by r.id for update`, [
      'uuid',
      'uuid[]',
    ]),
    lockOfContact: new SharedStatement<StoredRow>(
      'lock-appointments-of-contact',
      `${ofFacility} and r.contact_id = $2 order by r.id for update`,
      ['uuid', 'uuid'],
    ),
    attempts: new SharedStatement<StoredRow>(
      'attempts-of-appointments',
      `select ${attempts.columns} from upstream_attempt r where r.facility_id = $1 and r.appointment_id = any($2::uuid[]) order by r.id`,
      ['uuid', 'uuid[]'],
    ),
  };
}
