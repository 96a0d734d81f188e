import { setTimeout as delay } from 'node:timers/promises';
import { rowVersions } from './calendar-sync.js';
import { rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import type { Hub } from './hub.js';
import { ManyFacilities } from './many-facilities.js';
import { StatementCount } from './statement-count.js';
import type { WebhookPlace } from './webhook-place.js';

const SIZES = [1, 10, 100, 1_000, 10_000];
const MOST_SECONDS = 180;
const MOST_MB = 350;
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 30 * 60_000;

interface Round {
  facilities: number;
  /** From the moment that all are due, to the commit of the last run's end; a tick of the cron comes every 5 s. */
  seconds: number;
  /** Likewise, from the first run's beginning. */
  busySeconds: number;
  memoryMb: number;
  hubCpuMsPerSync: number;
  databaseCpuMsPerSync: number;
  statementsPerSync: number;
  /** Lists that the hospitals were asked for at the same time, at most, and in all. */
  atOnce: number;
  calls: number;
  most: unknown;
}

interface Due {
  count: number;
  /** The facility that they are copies of: its syncs do not count. */
  modelId: string;
}

interface HospitalCounts {
  calendars: number;
  atOnce: number;
}

/** All facilities are due at once: 1, 10, … of 20 calendars each, by the cron and the jobs as they are. `most`: facilities. */
export async function calendarSyncRounds(
  http: HttpClient,
  place: WebhookPlace,
  hub: Hub,
  hospitalUrl: string,
  most: number,
): Promise<Figure[]> {
  const { facilityId } = await hub.createEndpoint(`${hospitalUrl}/api/v1`);
  const many = new ManyFacilities(place, facilityId, hospitalUrl);
  const rounds: Round[] = [];
  for (const size of SIZES.filter(each => each <= most)) {
    await many.growTo(size);
    rounds.push(await round(http, place, hub, hospitalUrl, { count: size, modelId: facilityId }));
    process.stderr.write(`\n${JSON.stringify({ ...rounds.at(-1), most: undefined })}`);
  }
  const last = rounds.at(-1);
  if (!last) throw new Error('No round was measured.');
  const plain = `${last.facilities} facilities × 20 calendars`;
  return [
    {
      name: 'calendar sync, all due at once',
      hub: `${rounded(last.seconds)} s`,
      plain,
      ratio: last.seconds / MOST_SECONDS,
      reach: `≤ ${MOST_SECONDS} s`,
      isReached: last.seconds <= MOST_SECONDS,
      details: { rounds },
    },
    {
      name: 'memory meanwhile, greatest',
      hub: `${Math.round(last.memoryMb)} MB`,
      plain,
      ratio: last.memoryMb / MOST_MB,
      reach: `≤ ${MOST_MB} MB`,
      isReached: last.memoryMb <= MOST_MB,
      details: {},
    },
  ];
}

async function round(
  http: HttpClient,
  place: WebhookPlace,
  hub: Hub,
  hospitalUrl: string,
  { count: facilities, modelId }: Due,
): Promise<Round> {
  const { db } = place;
  const statements = await StatementCount.of(db);
  const before = await rowVersions(place, null);
  const { calendars: callsBefore } = (await http.json(`${hospitalUrl}/counts`, { method: 'POST' })) as HospitalCounts;
  const cpuBefore = { hub: hub.process.cpuMs(), database: await place.databaseCpuMs() };
  await statements.begin();
  const { rows: newest } = await db.query<{ id: string }>('select /* bench */ id from calendar_sync order by id desc limit 1');
  await db.query(`update /* bench */ facility set calendar_sync_due_at = now() where status = 'testing'`);
  const dueMs = performance.timeOrigin + performance.now();

  const memory: number[] = [];
  const runs = await untilDone(place, newest[0]?.id ?? '', { count: facilities, modelId }, () => memory.push(hub.process.memoryMb()));

  const { count, most } = await statements.end();
  const databaseCpuMs = (await place.databaseCpuMs()) - cpuBefore.database;
  const { calendars, atOnce } = (await http.json(`${hospitalUrl}/counts`)) as HospitalCounts;
  if ((await rowVersions(place, null)) !== before) throw new Error('A row of the calendars was written though nothing had changed.');
  return {
    facilities,
    seconds: rounded((runs.lastMs - dueMs) / 1_000),
    busySeconds: rounded((runs.lastMs - runs.firstMs) / 1_000),
    memoryMb: rounded(Math.max(...memory)),
    hubCpuMsPerSync: rounded((hub.process.cpuMs() - cpuBefore.hub) / facilities),
    databaseCpuMsPerSync: rounded(databaseCpuMs / facilities),
    statementsPerSync: rounded(count / facilities),
    atOnce,
    calls: calendars - callsBefore,
    most,
  };
}

/** When the first run after `newest` began and the last one ended; throws where one did not find its 20 calendars unchanged. */
async function untilDone(
  { db }: WebhookPlace,
  newest: string,
  { count, modelId }: Due,
  whileWaiting: () => void,
): Promise<{ firstMs: number; lastMs: number }> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    whileWaiting();
    const { rows } = await db.query<{ done: number; well: number; firstMs: number; lastMs: number }>(
      `select /* bench */ count(*)::int as done, count(*) filter (where status = 'succeeded' and unchanged = 20)::int as well,
              min(extract(epoch from started_at) * 1000)::float8 as "firstMs",
              max(extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as "lastMs"
       from calendar_sync where id > $1 and facility_id <> $2 and status <> 'running'`,
      [newest, modelId],
    );
    const [found] = rows;
    if (found?.done === count) {
      if (found.well < count) throw new Error(`${count - found.well} runs did not find their calendars unchanged.`);
      return found;
    }
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('Not all calendars were synced.');
}
