import type pg from 'pg';

/** What a hub holds after its first years. */
export const SIZE = {
  facilities: 10_000,
  contacts: 300_000,
  appointments: 1_000_000,
  webhookEvents: 1_000_000,
  messages: 500_000,
  syncRunsEach: 20,
  differences: 20_000,
};

const FILLED = ['appointment', 'appointment_event', 'contact', 'notification', 'notification_attempt', 'webhook_event', 'calendar_sync'];

/** All events of the last two days: half a million in the 24 hours that the overview counts. */
const EVENT_HOURS = 48;
const MESSAGE_DAYS = 30;
const APPOINTMENT_DAYS = 300;

/**
 * Facility number `place` has its share by a power law: the first, `$1`, whose hospital is the fake one, has a twentieth of everything,
 * the first 25, which are the overview's first page, a seventh. Every id is made from its row's time and number, as the hub's ids are.
 */
const FUNCTIONS = `
  create schema bench;
  create function bench.began() returns timestamptz immutable language sql return '$now'::timestamptz;
  create function bench.id(at timestamptz, n bigint) returns uuid immutable language sql return
    (overlay(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') placing '-' from 9 for 0) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
  create function bench.spread(n bigint, total int, over interval) returns timestamptz immutable language sql return
    date_trunc('milliseconds', bench.began() - over * ((total - n)::float8 / total));
  create function bench.contact_id(n bigint) returns uuid immutable language sql return
    bench.id(bench.spread(n, ${SIZE.contacts}, '${APPOINTMENT_DAYS} days'), n);
  create function bench.appointment_id(n bigint) returns uuid immutable language sql return
    bench.id(bench.spread(n, ${SIZE.appointments}, '${APPOINTMENT_DAYS} days'), n);
  create function bench.message_id(n bigint) returns uuid immutable language sql return
    bench.id(bench.spread(n, ${SIZE.messages}, '${MESSAGE_DAYS} days'), n);`;

const FACILITIES = `
  insert into facility select copy.*
  from facility f, generate_series(2, ${SIZE.facilities}) n, jsonb_populate_record(f, jsonb_build_object(
    'id', bench.id(f.created_at - n * interval '1 hour', n),
    'name', concat_ws(' ', (array['Saint Test', 'North', 'South', 'Lakeside', 'Provincial', 'City', 'Harbour'])[1 + n % 7],
      (array['General Hospital', 'Clinic', 'Heart Centre', 'Medical Center', 'Children''s Hospital'])[1 + n % 5], lpad(n::text, 5, '0'), '(test)'),
    'status', case when n % 97 = 0 then 'degraded' when n % 53 = 0 then 'testing' when n % 71 = 0 then 'draft' else 'live' end,
    'created_at', f.created_at - n * interval '1 hour', 'calendar_sync_due_at', '2100-01-01', 'drift_due_at', '2100-01-01',
    'health_check_due_at', '2100-01-01')) copy
  where f.id = $1`;

const PLACES = `
  create table bench.place as
  select row_number() over (order by f.id = $1 desc, f.id desc)::int as place, f.id, (select t.id from appointment_type t where t.facility_id = $1 limit 1) as type_id
  from facility f;
  alter table bench.place add primary key (place)`;

/** Four each, as the first has them from its hospital. */
const CALENDARS = `
  insert into calendar select copy.*
  from calendar c, bench.place p, jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'facility_id', p.id)) copy where c.facility_id = $1 and p.place > 1`;

const SYNCS = `
  insert into calendar_sync (id, facility_id, status, started_at, finished_at, duration_ms, added, changed, removed, unchanged, error)
  select bench.id(bench.began() - n * interval '30 minutes', p.place * 1000 + n), p.id, case when p.place % 40 = 0 then 'failed' else 'succeeded' end,
    bench.began() - n * interval '30 minutes', bench.began() - n * interval '30 minutes', 412, 0, 0, 0, 4,
    case when p.place % 40 = 0 then '{"code": "upstream-timeout", "message": "The hospital did not answer in time."}'::jsonb end
  from bench.place p, generate_series(1, ${SIZE.syncRunsEach}) n`;

const HEALTH = `
  insert into facility_health (facility_id, breaker, breaker_since, last_success_at, failures)
  select id, case when place % 200 = 0 then 'open' else 'closed' end, bench.began(), bench.began(),
    case when place % 10 = 0 then '[{"at": "2026-01-01T00:00:00.000Z", "call": "GET calendars", "code": "upstream-timeout", "httpStatus": null}]'::jsonb else '[]' end
  from bench.place on conflict do nothing`;

const CONTACTS = `
  create table bench.contact as
  select n as number, bench.contact_id(n) as id, p.id as facility_id, p.type_id
  from generate_series(1, ${SIZE.contacts}) n
  join bench.place p on p.place = 1 + floor(${SIZE.facilities} * power((n * 0.6180339887498949) % 1, 3));
  alter table bench.contact add primary key (number);
  insert into contact (id, facility_id, name_sealed, date_of_birth_sealed, phone_sealed, phone_index, email_index, needs_review, created_at, updated_at)
  select id, facility_id, repeat('x', 60), repeat('x', 60), repeat('x', 60), encode(sha256(('phone' || number)::bytea), 'base64'),
    encode(sha256(('email' || number)::bytea), 'base64'), false, bench.began(), bench.began()
  from bench.contact`;

const APPOINTMENTS = `
  insert into appointment (id, facility_id, contact_id, appointment_type_id, start_at, end_at, status, external_id, patient_id,
    temporary_patient_id, source, revision, needs_review, review_reason, created_at, updated_at)
  select bench.appointment_id(a), c.facility_id, c.id, c.type_id, at + interval '10 days', at + interval '10 days 30 minutes',
    case when a % 9 = 0 then 'CANCELED' when a % 211 = 0 then 'FAILED' when a > ${SIZE.appointments} / 30 * 29 then 'SCHEDULED' else 'SHOW' end,
    'A-seed-' || a, 'P-seed-' || c.number, 'T-seed-' || c.number, case when a % 4 = 0 then 'hospital' else 'platform' end, 1, a % 5000 = 0,
    case when a % 5000 = 0 then 'outcome-unknown' end, at, at
  from generate_series(1, ${SIZE.appointments}) a
  join bench.contact c on c.number = 1 + a % ${SIZE.contacts},
  lateral (select bench.spread(a, ${SIZE.appointments}, '${APPOINTMENT_DAYS} days') as at) when_made;
  insert into appointment_event (id, facility_id, appointment_id, at, type, source, after)
  select id, facility_id, id, created_at, 'booked', 'platform', '{"status": "SCHEDULED"}' from appointment where external_id like 'A-seed-%'`;

/** A few are late, some are on their way, two in a hundred have failed; none is ever due, so that nothing is sent while it is measured. */
const MESSAGES = `
  insert into notification (id, facility_id, appointment_id, contact_id, occasion, kind, source, revision, status, verdict, channel, locale, text_sealed,
    send_after, deadline_at, tried_since, created_at, updated_at)
  select bench.message_id(n), c.facility_id, bench.appointment_id(a), c.id, 'r1', 'booked', case when n % 4 = 0 then 'staff' else 'chat' end, 1,
    state.status, state.verdict, case when n % 50 > 0 then 'sms' end, 'en', repeat('x', 300), case when state.is_open then '2100-01-01' else at end,
    case when n % 1700 = 0 then at + interval '1 minute' when state.is_open then '2100-01-01' else at + interval '5 minutes' end, at, at, bench.began()
  from generate_series(1, ${SIZE.messages}) n,
  lateral (select ${SIZE.appointments} - n * 2 + 1 as a, bench.spread(n, ${SIZE.messages}, '${MESSAGE_DAYS} days') as at) made
  join bench.contact c on c.number = 1 + made.a % ${SIZE.contacts},
  lateral (select
    case when n % 1700 = 0 or n % 400 = 0 then 'expected' when n % 50 = 0 then 'failed' when n % 10 < 7 then 'delivered' when n % 10 = 7 then 'read' else 'sent' end as status,
    case when n % 1700 = 0 or n % 400 = 0 then 'waiting' when n % 150 = 0 then 'delivery-failed' when n % 50 = 0 then 'no-channel' when n % 10 < 8 then 'delivered' else 'sent-no-receipt' end as verdict,
    n % 1700 = 0 or n % 400 = 0 as is_open) state;
  insert into notification_attempt (id, facility_id, notification_id, at, channel, address_index, finished_at, outcome, provider_message_id)
  select id, facility_id, id, created_at, 'sms', md5(contact_id::text), created_at, 'accepted', 'SM' || md5(id::text) from notification where channel = 'sms'`;

const EVENTS = `
  insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, type, outcome, reason, flags, occurred_at, applied_at,
    appointment_id, contact_id, changes, held_until, look_again_at)
  select bench.id(at, n), c.facility_id, 'evt-seed-' || n, 'd', repeat('x', 400), at, 1,
    case when n % 50 = 0 then null else (array['appointmentCreated', 'appointmentRescheduled', 'appointmentCanceled', 'Queued', 'appointmentCreated'])[1 + n % 5] end,
    state.outcome, state.reason, case when n % 30 = 0 then '{tie}'::text[] else '{}' end, at, case when state.outcome = 'applied' then at end,
    bench.appointment_id(a), c.id, '[]', case when state.outcome = 'held' then timestamptz '2100-01-01' end, case when state.outcome = 'held' then timestamptz '2100-01-01' end
  from generate_series(1, ${SIZE.webhookEvents}) n,
  lateral (select 1 + (n::bigint * 7919) % ${SIZE.appointments} as a, bench.spread(n, ${SIZE.webhookEvents}, '${EVENT_HOURS} hours') as at) made
  join bench.contact c on c.number = 1 + made.a % ${SIZE.contacts},
  lateral (select
    case when n % 50 = 0 or n % 4999 = 0 then 'rejected' when n % 33 = 0 then 'superseded' when n % 1201 = 0 then 'held' when n % 2503 = 0 then 'pending' else 'applied' end as outcome,
    case when n % 50 = 0 then 'unknown-event' when n % 4999 = 0 then 'dead-letter' when n % 33 = 0 then 'older-than-known' end as reason) state`;

const DIFFERENCES = `
  insert into drift_run (id, facility_id, status, started_at, finished_at, compared, skipped, listed, is_smaller_expected)
  select bench.id(bench.began(), place), id, 'succeeded', bench.began(), bench.began(), 100, 0, 100, false from bench.place;
  insert into drift_finding (id, facility_id, fingerprint, kind, appointment_id, external_id, ours, status, first_seen_at, last_seen_at)
  select bench.id(bench.began(), n), c.facility_id, 'seed-' || n, 'missing-upstream', bench.appointment_id(n), 'A-seed-' || n,
    '{"status": "SCHEDULED", "start": "2026-01-01T00:00:00.000Z"}', case when n % 10 = 0 then 'open' else 'closed' end, bench.began(), bench.began()
  from generate_series(1, ${SIZE.differences}) n join bench.contact c on c.number = 1 + n % ${SIZE.contacts}`;

/**
 * Fills the database around the facility, whose calendars are synced, in SQL: sealed columns hold filler, so that nobody but the patients of
 * before can be opened. Triggers and foreign keys rest meanwhile.
 */
export async function seedConsole(db: pg.Client, facilityId: string): Promise<void> {
  await db.query(`set session_replication_role = replica`);
  await db.query(`set maintenance_work_mem = '256MB'`);
  const indexes = await takeIndexes(db);
  await db.query(FUNCTIONS.replace('$now', new Date().toISOString()));
  for (const part of [FACILITIES, PLACES, CALENDARS, SYNCS, HEALTH, CONTACTS, APPOINTMENTS, MESSAGES, EVENTS, DIFFERENCES]) {
    await db.query(part.replaceAll('$1', `'${facilityId}'`));
  }
  for (const index of indexes) await db.query(index);
  await db.query('drop schema bench cascade');
  await db.query(`set session_replication_role = origin`);
  // As autovacuum leaves tables that are a while old.
  await db.query('vacuum (analyze)');
}

/** Drops the indexes of the tables that are filled, but those of constraints; answers how they are made again, which is quicker than to fill them. */
async function takeIndexes(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint where conindid = i.indexrelid)`,
    [FILLED],
  );
  for (const { name } of rows) await db.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
