import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../bench/processes.js';
import { Random } from '../../storm/random.js';
import { eventually } from '../support/eventually.js';
import { makeBuiltCopy, type FreshCopy } from '../support/fresh-copy.js';
import type { Answer } from '../support/hub.js';
import { aPatient } from '../support/journey.js';
import { createMigratedDatabase, type TestDatabase } from '../support/test-database.js';
import { EvilHospital } from './evil-hospital.js';
import { HubProcess } from './hub-process.js';

const WITHIN_MS = 240_000;
const KNOWN_WITHIN_MS = 60_000;
const MONTH = nextMonthButOne();
const STARTS = ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30', '13:00'].map(time => `${MONTH}-05T${time}:00+08:00`);

/** The moments of a booking at which its process dies; first those at which a table is held up: nobody else may write to it then. */
const HELD_UP = ['before its rows', 'answered, not noted'] as const;
const STRUCK = ['line open', 'request read', 'request read and done'] as const;
const MOMENTS = [...HELD_UP, ...STRUCK];
type Moment = (typeof MOMENTS)[number];

interface Interrupted {
  key: string;
  start: string;
  /** What the platform's repeat was told, by the copy that lives. */
  repeat: Answer;
}

/**
 * The built hub as three processes on one database. Two are killed (SIGKILL) in turn in the middle of a booking, one at each moment; the
 * platform repeats it with the same key at the third, which has to find out what became of it.
 */
describe('A booking whose process dies', () => {
  let copy: FreshCopy;
  let folder: string;
  let database: TestDatabase;
  let hospital: EvilHospital;
  let dying: [HubProcess, HubProcess];
  let living: HubProcess;
  let admin: pg.Client;
  let facilityId: string;
  let ids: { calendarId: string; appointmentTypeId: string };
  const interrupted = new Map<Moment, Interrupted>();

  beforeAll(async () => {
    copy = await makeBuiltCopy();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-interrupted-'));
    database = await createMigratedDatabase();
    const traits = { hasList: true, isIdempotent: false, hasEchoes: false, seats: 1 };
    hospital = await EvilHospital.start({ traits, starts: STARTS, random: new Random(1) });
    const env = { WRITE_TIMEOUT_MS: '1500' };
    living = new HubProcess({ root: copy.dir, folder, databaseUrl: database.url, outside: hospital.host, env }, await freePort());
    dying = [living.copy(await freePort()), living.copy(await freePort())];
    await Promise.all([living, ...dying].map(hub => hub.start()));
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await openFacility();
    await interruptAll();
  }, WITHIN_MS);
  afterAll(async () => {
    await admin.end();
    await Promise.all(dying.map(hub => hub.end()));
    await living.end();
    await hospital.close();
    await database.drop();
    copy.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function openFacility(): Promise<void> {
    const auth = { scheme: 'bearer', apiKey: 'evil-upstream-key' };
    const made = await living.call('POST', '/facilities', {
      name: 'Test Interrupted Hospital',
      timezone: 'Asia/Manila',
      country: 'PH',
      status: 'live',
      scheduler: { connector: 'botmd', baseUrl: hospital.baseUrl, auth },
      notifications: { channels: [{ channel: 'log' }] },
    });
    facilityId = (made.body as { id: string }).id;
    const calendar = await eventually('the calendars are synced', async () => {
      const { body } = await living.call('GET', `/facilities/${facilityId}/calendars`);
      return (body as { data: { id: string; appointmentTypes: { id: string }[] }[] }).data[0];
    });
    ids = { calendarId: calendar.id, appointmentTypeId: calendar.appointmentTypes[0]?.id ?? '' };
    // What the list is believed by.
    expect(await book(living, STARTS[0] ?? '', randomUUID())).toMatchObject({ status: 201 });
  }

  function book(hub: HubProcess, start: string, key: string): Promise<Answer> {
    const body = { contact: aPatient(), ...ids, start };
    return hub.call('POST', `/facilities/${facilityId}/appointments`, body, { 'idempotency-key': key });
  }

  /** While one that was killed starts anew, the other is killed. */
  async function interruptAll(): Promise<void> {
    const repeats: Promise<unknown>[] = [];
    const ready = dying.map(() => Promise.resolve());
    for (const [i, moment] of MOMENTS.entries()) {
      const turn = i % 2;
      const start = STARTS[i + 1] ?? '';
      await ready[turn];
      const hub = dying[turn] as HubProcess;
      const key = await interrupt(hub, moment, start);
      const repeat = repeated(key, start).then(repeat => interrupted.set(moment, { key, start, repeat }));
      repeats.push(quiet(repeat));
      if (i + 2 < MOMENTS.length) ready[turn] = quiet(hub.start());
      // What is to die next by a table, or by a connection of its own, is not to die by theirs.
      if (i <= HELD_UP.length) await repeat;
      if (i + 1 === HELD_UP.length) await untilKnown(moment);
    }
    await Promise.all(repeats);
  }

  /** Of the one that was interrupted at that moment; how it stands then. */
  function untilKnown(moment: Moment): Promise<{ status: string; appointmentId: string | null }> {
    const { id } = interrupted.get(moment)?.repeat.body as { id: string };
    return eventually(
      'it is known',
      async () => {
        const { body } = await living.call('GET', `/appointments/${id}`);
        const seen = body as { status: string; appointmentId: string | null };
        return seen.status !== 'PENDING' && seen;
      },
      KNOWN_WITHIN_MS,
    );
  }

  /** Books by a hub that is to die, and kills it at the moment. The key of the booking. */
  async function interrupt(hub: HubProcess, moment: Moment, start: string): Promise<string> {
    const key = randomUUID();
    // It knows the month: the booking goes straight to its rows.
    const month = new URLSearchParams({ month: MONTH, ...ids }).toString();
    await hub.call('GET', `/facilities/${facilityId}/availability?${month}`);
    const restore = await arm(hub, moment, start);
    const answer = book(hub, start, key).then(
      () => 'answered',
      () => 'cut',
    );
    await strike(hub, moment, start);
    await hub.untilGone();
    await restore();
    if ((await answer) !== 'cut') throw new Error(`The hub was not killed in time: ${moment}`);
    return key;
  }

  /** What the other says to the same booking. */
  function repeated(key: string, start: string): Promise<Answer> {
    return eventually(
      'the repeat is answered',
      async () => {
        const told = await book(living, start, key);
        return told.status >= 500 || (told.body as { code?: string }).code === 'idempotency-key-in-use' ? null : told;
      },
      KNOWN_WITHIN_MS,
    );
  }

  /** Makes the moment come; what is returned lets go of what was held for it. */
  async function arm(dying: HubProcess, moment: Moment, start: string): Promise<() => Promise<void>> {
    switch (moment) {
      case 'before its rows':
        return holdUp('upstream_attempt');
      case 'line open':
        hospital.onConnection = socket => {
          dying.kill();
          socket.destroy();
        };
        break;
      case 'request read':
      case 'request read and done':
        hospital.whim = ({ method, body }) => {
          if (method !== 'POST' || !body.includes(start)) return null;
          dying.kill();
          return { evil: 'hang', isDone: moment === 'request read and done' };
        };
        break;
      case 'answered, not noted':
        return holdUp('contact_identity');
    }
    return async () => {
      hospital.onConnection = () => undefined;
      hospital.whim = () => null;
      await Promise.resolve();
    };
  }

  /** Whoever writes to the table waits; in the end they are cut off, as if their machine were gone, and all others go on. */
  async function holdUp(table: string): Promise<() => Promise<void>> {
    await admin.query(`begin; lock table ${table} in share row exclusive mode`);
    return async () => {
      await admin.query(
        `select pg_terminate_backend(pid) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
      );
      await admin.query('rollback');
    };
  }

  /** What does not strike by itself: when the hub waits at the table that is held. */
  async function strike(dying: HubProcess, moment: Moment, start: string): Promise<void> {
    if (moment !== 'before its rows' && moment !== 'answered, not noted') return;
    await eventually('the hub is held up', async () => {
      if (moment === 'answered, not noted' && !hospital.books.bookings.some(booking => booking.start === start)) return false;
      const { rows } = await admin.query(
        `select 1 from pg_locks where not granted and relation in ('upstream_attempt'::regclass, 'contact_identity'::regclass)`,
      );
      return rows.length > 0;
    });
    dying.kill();
  }

  async function inTheEnd(moment: Moment): Promise<{ repeat: Answer; status: string; bookings: number; told: string[] }> {
    const found = interrupted.get(moment);
    if (!found) throw new Error(`Nothing was interrupted ${moment}`);
    const { id } = found.repeat.body as { id: string };
    const { status, appointmentId } = await untilKnown(moment);
    const made = hospital.books.bookings.filter(booking => Date.parse(booking.start) === Date.parse(found.start));
    expect(made.map(booking => booking.id)).toEqual(appointmentId === null ? [] : [appointmentId]);
    const told = await living.sql<{ kind: string }>('select kind from notification where appointment_id = $1', [id]);
    return { repeat: found.repeat, status, bookings: made.length, told: told.map(({ kind }) => kind) };
  }

  it(
    'before its rows are written: nothing is left of it, and its repeat books',
    async () => {
      expect(await inTheEnd('before its rows')).toMatchObject({ repeat: { status: 201 }, status: 'SCHEDULED', told: ['booked'] });
    },
    WITHIN_MS,
  );

  it(
    'as its connection to the hospital opens: it is booked by its repeat, or known as not booked',
    async () => {
      const end = await inTheEnd('line open');

      expect([
        [201, 'SCHEDULED', 'booked'],
        [202, 'FAILED', 'notBooked'],
      ]).toContainEqual([end.repeat.status, end.status, end.told.join()]);
    },
    WITHIN_MS,
  );

  it.each<[string, Moment, string, string]>([
    ['when the hospital has its request, and does nothing', 'request read', 'FAILED', 'notBooked'],
    ['when the hospital has its request, and books', 'request read and done', 'SCHEDULED', 'booked'],
    ['when the answer is there, and not noted', 'answered, not noted', 'SCHEDULED', 'booked'],
  ])(
    '%s: its repeat is told 202, and then the truth comes out',
    async (_, moment, status, kind) => {
      expect(await inTheEnd(moment)).toMatchObject({ repeat: { status: 202 }, status, told: [kind] });
    },
    WITHIN_MS,
  );
});

/** That it fails is heard of by whoever awaits it, who may come later, or not at all. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** `YYYY-MM`, surely ahead. */
function nextMonthButOne(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
}
