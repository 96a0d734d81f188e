import { setTimeout as delay } from 'node:timers/promises';
import { median, rounded, spread, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import type { Hub } from './hub.js';
import { StatementCount } from './statement-count.js';
import type { WebhookPlace } from './webhook-place.js';

const WARM_UP = 10;
const ROUNDS = 60;
const MOST_TIMES = 1.3;
const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 15_000;

interface Run {
  /** From the request that forces it to the commit of its end. */
  ms: number;
  /** As the hub says it: from the job's begin. */
  ownMs: number;
  unchanged: number;
}

/**
 * The sync of a facility where nothing has changed, beside one conditional GET of the same list from the same hospital, in turns; and
 * the same where the hospital sends no entity tag, beside a plain GET.
 */
export async function calendarSync(http: HttpClient, place: WebhookPlace, hub: Hub, hospitalUrl: string): Promise<Figure[]> {
  const tagged = await unchanged(http, place, hub, hospitalUrl);
  const untagged = await unchanged(http, place, hub, `${hospitalUrl}/untagged`);
  return [
    { name: 'calendar sync, nothing changed', ...tagged },
    { name: 'the same without entity tags', ...untagged },
  ];
}

async function unchanged(http: HttpClient, place: WebhookPlace, hub: Hub, hospitalUrl: string): Promise<Omit<Figure, 'name'>> {
  const { facilityId } = await hub.createEndpoint(`${hospitalUrl}/api/v1`);
  const etag = await tagOf(`${hospitalUrl}/api/v1/calendars`);
  const statements = await StatementCount.of(place.db);
  const before = await rowVersions(place, facilityId);
  const runs: Run[] = [];
  const gets: number[] = [];
  let cpuMs = 0;
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    if (round === 0) {
      await statements.begin();
      cpuMs = hub.process.cpuMs();
    }
    const getMs = await get(http, `${hospitalUrl}/api/v1/calendars`, etag);
    const run = await sync(place, hub, facilityId);
    if (round < 0) continue;
    gets.push(getMs);
    runs.push(run);
  }
  cpuMs = (hub.process.cpuMs() - cpuMs) / ROUNDS;
  const { count, most } = await statements.end();
  const after = await rowVersions(place, facilityId);
  if (after !== before) throw new Error('A row of the calendars was written though nothing had changed.');
  if (runs.some(run => run.unchanged !== 20)) throw new Error('A run did not find all calendars unchanged.');
  const ms = median(runs.map(run => run.ms));
  const plainMs = median(gets);
  return {
    hub: `${rounded(ms)} ms`,
    plain: `${rounded(plainMs)} ms, one ${etag === null ? '' : 'conditional '}GET`,
    ratio: ms / plainMs,
    reach: `≤ ${MOST_TIMES} ×, no row written`,
    isReached: ms <= plainMs * MOST_TIMES,
    details: {
      fromRequestToCommitMs: spread(runs.map(run => run.ms)),
      runMs: spread(runs.map(run => run.ownMs)),
      getMs: spread(gets),
      hubCpuMs: rounded(cpuMs),
      statements: rounded(count / ROUNDS),
      most,
    },
  };
}

async function tagOf(url: string): Promise<string | null> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.headers.get('etag');
}

/** As the hub asks: with the key, and the tag where there is one. */
async function get(http: HttpClient, url: string, etag: string | null): Promise<number> {
  const start = performance.now();
  const headers = { authorization: 'Bearer bench-upstream-key', ...(etag === null ? {} : { 'if-none-match': etag }) };
  const { status } = await http.send(url, { headers });
  if (status !== (etag === null ? 200 : 304)) throw new Error(`The hospital answered ${status}.`);
  return performance.now() - start;
}

async function sync({ db }: WebhookPlace, hub: Hub, facilityId: string): Promise<Run> {
  const startMs = performance.timeOrigin + performance.now();
  const id = await hub.syncCalendars(facilityId);
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const { rows } = await db.query<{ endMs: number; ownMs: number; unchanged: number }>(
      `select /* bench */ (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as "endMs", duration_ms as "ownMs", unchanged
       from calendar_sync where id = $1 and status = 'succeeded'`,
      [id],
    );
    const [row] = rows;
    if (row) return { ms: row.endMs - startMs, ownMs: row.ownMs, unchanged: row.unchanged };
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('The calendars were not synced.');
}

/** Of all rows of the calendars, the transactions that wrote them: the same again means that nothing was written. `facilityId`: null for all. */
export async function rowVersions({ db }: WebhookPlace, facilityId: string | null): Promise<string> {
  const versions = ['calendar', 'appointment_type', 'calendar_offering'].map(
    table => `select id, xmin::text as version from ${table} where $1::uuid is null or facility_id = $1`,
  );
  const { rows } = await db.query<{ digest: string }>(
    `select /* bench */ md5(string_agg(id || version, ',' order by id)) as digest from (${versions.join(' union all ')}) as written`,
    [facilityId],
  );
  return rows[0]?.digest ?? '';
}
