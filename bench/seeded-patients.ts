import type pg from 'pg';

/** Appointments of a patient. */
const PER_CONTACT = 5;
/** Besides the one that is measured, which has a fifth of all patients. */
const OTHER_FACILITIES = 49;
/** What makes an id or a text of a number, the same each time. */
const FUNCTIONS = `
  create or replace function seed_id(kind text, n bigint) returns uuid language sql immutable parallel safe as $$
    select (lpad(to_hex(1764000000000 + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid $$;
  create or replace function seed_text(n bigint, length int) returns text language sql immutable parallel safe as $$
    select 'v1.k1.' || substr(md5(n::text) || md5((-n)::text) || md5((n + 1)::text), 1, length - 6) $$`;
const TABLES = ['contact', 'contact_identity', 'appointment'];

/** One of them, and one of their appointments. */
export interface SeededPatient {
  contactId: string;
  patientId: string;
  appointmentId: string;
}

/** How many there are. */
export interface Seeded {
  appointments: number;
  contacts: number;
}

/**
 * Appointments and their patients as years of work leave them, made in the database: each patient's lie far apart. Only lengths are true
 * of what stands sealed, so nobody can read it: a list of appointments needs none of it.
 */
export class SeededPatients {
  private readonly db: pg.Client;
  private readonly facilityId: string;
  private seeded: Seeded = { appointments: 0, contacts: 0 };

  constructor(db: pg.Client, facilityId: string) {
    this.db = db;
    this.facilityId = facilityId;
  }

  /** More of them, until there are so many; with statistics, and nothing left to tidy up. */
  async growTo(appointments: number): Promise<Seeded> {
    const before = this.seeded;
    const after = { appointments, contacts: appointments / PER_CONTACT };
    if (before.appointments === 0) await this.db.query(FUNCTIONS);
    await this.db.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'; set synchronous_commit = off`);
    const indexes = await this.dropIndexes();
    await this.db.query(this.facilities());
    await this.db.query(contacts(), [before.contacts, after.contacts, this.facilityId]);
    await this.db.query(identities(), [before.contacts, after.contacts, this.facilityId]);
    await this.db.query(appointmentRows(), [before.appointments, after.appointments, before.contacts, after.contacts, this.facilityId]);
    for (const index of indexes) await this.db.query(index);
    for (const table of TABLES) await this.db.query(`vacuum (analyze) ${table}`);
    await this.db.query('reset session_replication_role; reset synchronous_commit; checkpoint');
    this.seeded = after;
    return after;
  }

  /** Of the facility that is measured, spread over all of them. */
  async sample(count: number): Promise<SeededPatient[]> {
    const { appointments, contacts: known } = this.seeded;
    const { rows } = await this.db.query<SeededPatient>(
      `select c.id as "contactId", i.value as "patientId",
         (select id from appointment where facility_id = $3 and contact_id = c.id limit 1) as "appointmentId"
       from (select distinct 5 * floor(random() * $1 / 5)::bigint as n from generate_series(1, $2)) as picked
       join contact c on c.id = seed_id('contact', n) join contact_identity i on i.contact_id = c.id`,
      [known, count, this.facilityId],
    );
    if (rows.length === 0 || appointments === 0) throw new Error('There are no patients yet.');
    return rows;
  }

  /** Rows, bytes and bytes of indexes. */
  async sizes(): Promise<Record<string, { rows: number; bytes: number; indexBytes: number }>> {
    const { rows } = await this.db.query<{ name: string; rows: number; bytes: string; indexes: string }>(
      `select relname as name, reltuples::float8 as rows, pg_table_size(oid) as bytes, pg_indexes_size(oid) as indexes
       from pg_class where oid = any($1::regclass[])`,
      [TABLES],
    );
    return Object.fromEntries(rows.map(r => [r.name, { rows: r.rows, bytes: Number(r.bytes), indexBytes: Number(r.indexes) }]));
  }

  private facilities(): string {
    return `insert into facility
      select (jsonb_populate_record(f, jsonb_build_object('id', seed_id('facility', n), 'status', 'inactive'))).*
      from facility f, generate_series(1, ${OTHER_FACILITIES}) as n where f.id = '${this.facilityId}' on conflict do nothing`;
  }

  /** All but those of constraints: to make them again is quicker than to keep them. Answers how. */
  private async dropIndexes(): Promise<string[]> {
    const { rows } = await this.db.query<{ name: string; definition: string }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
       where i.indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
      [TABLES],
    );
    for (const { name } of rows) await this.db.query(`drop index ${name}`);
    return rows.map(({ definition }) => definition);
  }
}

/** Of a patient `n`. */
function facilityIn(parameter: string): string {
  return `case when n % 5 = 0 then ${parameter}::uuid else seed_id('facility', 1 + n % ${OTHER_FACILITIES}) end`;
}

function contacts(): string {
  return `insert into contact (id, facility_id, name_sealed, date_of_birth_sealed, phone_sealed, raw_phone_sealed, gender_sealed, phone_index,
      needs_review, created_at, updated_at, version)
    select seed_id('contact', n), ${facilityIn('$3')}, seed_text(n, 70), seed_text(n, 57), seed_text(n, 61), seed_text(n, 61), seed_text(n, 51),
      substr(md5(n::text) || md5((-n)::text), 1, 43), false, now(), now(), 1
    from generate_series($1::bigint, $2::bigint - 1) as n`;
}

function identities(): string {
  return `insert into contact_identity (id, facility_id, contact_id, kind, value, created_at)
    select seed_id('identity', n), ${facilityIn('$3')}, seed_id('contact', n), 'patient', 'P-' || n, now()
    from generate_series($1::bigint, $2::bigint - 1) as n`;
}

/** The patients take turns. */
function appointmentRows(): string {
  return `insert into appointment (id, facility_id, contact_id, calendar_id, appointment_type_id, start_at, end_at, status, external_id, patient_id,
      source, revision, needs_review, stamps, created_at, updated_at, version)
    select seed_id('appointment', i), ${facilityIn('$5')},
      seed_id('contact', n), case when n % 5 = 0 then c.id end, case when n % 5 = 0 then c.type_id end,
      now() + (i % 1000 - 800) * interval '1 hour', now() + (i % 1000 - 800) * interval '1 hour' + interval '30 min',
      case when i % 1000 < 800 then 'SHOW' else 'SCHEDULED' end, 'A-' || i, 'P-' || n,
      case when i % 2 = 0 then 'platform' else 'hospital' end, 1, false,
      '{"status":{"at":"2026-11-20T08:00:00.000Z","kind":"event"},"schedule":{"at":"2026-11-20T08:00:00.000Z","kind":"event"}}', now(), now(), 1
    from generate_series($1::bigint, $2::bigint - 1) as i
    cross join lateral (select $3::bigint + i % ($4::bigint - $3::bigint) as n) as turn
    cross join (select calendar_id as id, appointment_type_id as type_id from calendar_offering where facility_id = $5 limit 1) as c`;
}
