import type pg from 'pg';
import type { WebhookPlace } from './webhook-place.js';

/** A row of another facility: the same but for its ids, which are made of both. */
const OWN = `md5(m.id::text || row.id::text)::uuid`;

/** What all their hospitals sign webhooks with. */
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'invented').toString('base64')}`;
const SECRETS = { 'upstream-key': 'bench-upstream-key', webhook: WEBHOOK_SECRET };

/**
 * Makes as many facilities as are wanted, all alike: copies of one whose calendars are synced, each with keys that are sealed for it, a
 * hospital of its own, and a run that has applied the list. They are in testing: nothing but the sync calls their hospitals.
 */
export class ManyFacilities {
  private readonly place: WebhookPlace;
  private readonly modelId: string;
  private readonly hospitalUrl: string;
  private made = 0;

  constructor(place: WebhookPlace, modelId: string, hospitalUrl: string) {
    this.place = place;
    this.modelId = modelId;
    this.hospitalUrl = hospitalUrl;
  }

  /** `count`: with those that were made before. Answers the ids of those that are made now. */
  async growTo(count: number): Promise<string[]> {
    const { db } = this.place;
    const { rows } = await db.query<{ id: string }>(`select uuidv7() as id from generate_series(1, $1)`, [count - this.made]);
    const ids = rows.map(({ id }) => id);
    const urls = ids.map((_, i) => `${this.hospitalUrl}/h${this.made + i}/api/v1`);
    await db.query('create temp table made as select * from unnest($1::uuid[], $2::text[]) as m(id, url)', [ids, urls]);
    await copy(
      db,
      'facility',
      `row.id = $1`,
      `jsonb_build_object('id', m.id, 'status', 'testing', 'calendar_sync_due_at', now() + interval '1 day',
         'drift_due_at', now() + interval '1 day', 'scheduler', row.scheduler || jsonb_build_object('baseUrl', m.url))`,
      this.modelId,
    );
    for (const [kind, value] of Object.entries(SECRETS)) await this.giveSecret(ids, kind, value);
    const ofFacility = `row.facility_id = $1`;
    for (const table of ['calendar', 'appointment_type'])
      await copy(db, table, ofFacility, `jsonb_build_object('id', ${OWN}, 'facility_id', m.id)`, this.modelId);
    await copy(
      db,
      'calendar_offering',
      ofFacility,
      `jsonb_build_object('id', ${OWN}, 'facility_id', m.id, 'calendar_id', md5(m.id::text || row.calendar_id::text)::uuid,
         'appointment_type_id', md5(m.id::text || row.appointment_type_id::text)::uuid)`,
      this.modelId,
    );
    await copy(
      db,
      'calendar_sync',
      `row.id = (select id from calendar_sync where facility_id = $1 and status = 'succeeded' order by id desc limit 1)`,
      `jsonb_build_object('id', uuidv7(), 'facility_id', m.id)`,
      this.modelId,
    );
    await db.query('drop table made');
    await db.query('vacuum analyze');
    this.made = count;
    return ids;
  }

  /** Sealed for each of them. */
  private async giveSecret(ids: readonly string[], kind: string, value: string): Promise<void> {
    const { db, cipher } = this.place;
    const { rows } = await db.query<{ id: string }>(`select uuidv7() as id from generate_series(1, $1)`, [ids.length]);
    const sealed = rows.map(({ id: rowId }, i) =>
      cipher.seal(value, { table: 'facility_secret', column: 'value_sealed', facilityId: ids[i] ?? '', rowId }),
    );
    await db.query(
      `insert into facility_secret select (jsonb_populate_record(row, to_jsonb(m))).* from facility_secret row
       cross join unnest($3::uuid[], $4::uuid[], $5::text[]) as m (id, facility_id, value_sealed)
       where row.id = (select id from facility_secret where facility_id = $1 and kind = $2 limit 1)`,
      [this.modelId, kind, rows.map(({ id }) => id), ids, sealed],
    );
  }
}

/** `set`: of `row` and `m`, the facility that is made. */
async function copy(db: pg.Client, table: string, which: string, set: string, modelId: string): Promise<void> {
  await db.query(`insert into ${table} select (jsonb_populate_record(row, ${set})).* from ${table} row cross join made m where ${which}`, [
    modelId,
  ]);
}
