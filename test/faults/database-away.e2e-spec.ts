import { setTimeout as delay } from 'node:timers/promises';
import type http from 'node:http';
import { Invalidations } from '../../src/database/invalidations.js';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/hub.js';
import { answerBooked, startAwayScene, walkIn, type Asked, type AwayScene } from './away-scene.js';
import { startOwnPostgres, startProxiedDatabase } from './own-postgres.js';

/** Whoever asks has an answer by then. */
const ANSWERED_WITHIN_MS = 5_500;
/** Once it is back, all goes on by then. */
const BACK_WITHIN_MS = 10_000;
/** Longer than it takes to be noticed by all that listen. */
const AWAY_MS = 6_000;
const RUN_MS = 120_000;

interface Absence {
  leave: () => Promise<void> | void;
  comeBack: () => Promise<void> | void;
}

/** What was seen of an absence. */
interface Seen {
  /** Of a booking that the hospital confirmed when it was away. */
  told: Answer;
  during: Asked[];
  after: Asked[];
  /** What goes on by itself, and after how long. */
  wentOn: Record<string, number>;
}

/** What needs no database; the others must say that they could not. */
const ANSWERABLE: Record<string, (asked: Asked) => boolean> = {
  live: ({ status }) => status === 200,
  ready: ({ status, code, tookMs }) => status === 503 && code === 'not-ready' && tookMs < 3_000,
  // With what the process itself has counted.
  metrics: ({ status }) => status === 200,
  // While it is not noticed yet, and what it holds can have been changed by nobody.
  'kept month': asked => asked.status === 200 || isAway(asked),
  'unknown webhook': ({ status }) => status === 404,
  // The provider's own library does not show its answer's headers.
  callback: ({ status }) => status === 503,
};
const isAway = ({ status, code, retryAfter }: Asked): boolean => status === 503 && code === 'database-unavailable' && retryAfter === '5';
const isWrong = (asked: Asked): boolean => !(ANSWERABLE[asked.kind] ?? isAway)(asked) || asked.tookMs > ANSWERED_WITHIN_MS;

/** Of an absence in which a booking and a message are in hand, and an event waits to be applied. */
async function live(scene: AwayScene, { leave, comeBack }: Absence): Promise<Seen> {
  const { hub, hospital, twilio, sender } = scene;
  const held: http.ServerResponse[] = [];
  hospital.on('POST /appointments', (_request, response) => held.push(response));
  twilio.next({ kind: 'late', afterMs: 1_000 });
  const texts = twilio.requests.length;
  const booking = scene.book();
  const told = await sender.sent(walkIn(`${new Date(Date.now() + 50 * 86_400_000).toISOString().slice(0, 10)}T20:00:00+08:00`));
  await eventually('a booking and a message are in hand', () => held.length === 1 && twilio.requests.length > texts);
  const waiting = await sender.send(walkIn(`${new Date(Date.now() + 51 * 86_400_000).toISOString().slice(0, 10)}T20:15:00+08:00`));

  await leave();
  const leftMs = performance.now();
  for (const response of held) answerBooked(response);
  hospital.on('POST /appointments', (_request, response) => {
    answerBooked(response);
  });
  const [booked, first] = await Promise.all([booking, scene.askAll()]);
  const second = await scene.askAll();
  await delay(Math.max(0, leftMs + AWAY_MS - performance.now()));
  await comeBack();

  const backMs = performance.now();
  const within = async (what: string, look: () => Promise<unknown>): Promise<[string, number]> => {
    await eventually(what, () => look().then(Boolean, () => false), BACK_WITHIN_MS + 5_000);
    return [what, Math.round(performance.now() - backMs)];
  };
  let after: Asked[] = [];
  const went = await Promise.all([
    within('all requests are answered', async () => {
      after = await scene.askAll();
      return after.every(({ status }) => status < 300 || status === 404);
    }),
    within('the booking is what the hospital said', async () => {
      const { body } = await hub.call('GET', `/appointments/${booked.body.id}`);
      return body.status === 'SCHEDULED';
    }),
    within('the message in hand is noted as sent', async () => {
      const { body } = await hub.call('GET', `/facilities/${scene.facilityId}/notifications?appointmentId=${told.appointmentId}`);
      return body.data.some((message: { status: string }) => message.status === 'sent');
    }),
    within('the event that waited is applied', async () => {
      const { body } = await hub.call('GET', `/webhook-events/${waiting.body.id}`);
      return body.outcome === 'applied';
    }),
    within('the booking is told to the patient', async () => {
      const { body } = await hub.call('GET', `/facilities/${scene.facilityId}/notifications?appointmentId=${booked.body.id}`);
      return body.data.some((message: { status: string }) => message.status === 'sent');
    }),
    within('caches are on', () => Promise.resolve(hub.app.get(Invalidations).isListening)),
    within('jobs are notified', async () => {
      const rows = await scene.sql(`select 1 from pg_stat_activity where application_name = 'hub-jobs-listen' and state = 'idle'`);
      return rows.length > 0;
    }),
    within('a sync that is due is run', async () => {
      const [row] = await scene.sql<{ isRun: boolean }>(
        `update facility set calendar_sync_due_at = least(calendar_sync_due_at, now()) where id = $1
         returning exists (select from calendar_sync where facility_id = $1 and status = 'succeeded' and started_at > $2) as "isRun"`,
        [scene.facilityId, new Date(Date.now() - (performance.now() - backMs))],
      );
      return row?.isRun;
    }),
  ]);
  return { told: booked, during: [...first, ...second], after, wentOn: Object.fromEntries(went) };
}

describe('PostgreSQL is away', () => {
  const seen = new Map<string, Promise<Seen>>();
  const closers: (() => Promise<void>)[] = [];

  /** Two hubs, each with two absences after each other: most of it is waiting. */
  beforeAll(async () => {
    const [postgres, proxied] = await Promise.all([startOwnPostgres(), startProxiedDatabase()]);
    const scenes = [await startAwayScene(postgres), await startAwayScene(proxied)] as const;
    closers.push(...scenes.map(scene => scene.close));
    const { proxy } = proxied;
    const inTurn = (scene: AwayScene, ...absences: [string, Absence][]): void => {
      let before: Promise<unknown> = Promise.resolve();
      for (const [how, absence] of absences) {
        const run = before.then(() => live(scene, absence));
        run.catch(() => undefined);
        before = run;
        seen.set(how, run);
      }
    };
    inTurn(
      scenes[0],
      ['frozen', { leave: postgres.freeze, comeBack: postgres.thaw }],
      ['stopped', { leave: postgres.stop, comeBack: postgres.startAgain }],
    );
    inTurn(
      scenes[1],
      ['swallowed by the network', { leave: proxy.swallow, comeBack: proxy.mend }],
      ['cut off', { leave: proxy.cut, comeBack: proxy.mend }],
    );
  }, RUN_MS);
  afterAll(async () => {
    await Promise.allSettled(seen.values());
    await Promise.all(closers.map(close => close()));
  }, RUN_MS);

  it.each(['frozen', 'stopped', 'swallowed by the network', 'cut off'])(
    '%s: each request is told so in time, nothing is said to be done that is not, and all goes on when it is back',
    async how => {
      const { told, during, after, wentOn } = (await seen.get(how)) as Seen;

      expect(during.filter(isWrong)).toEqual([]);
      expect([told.status, told.body.status]).toEqual([202, 'PENDING']);
      expect(after.filter(({ status }) => status >= 500)).toEqual([]);
      expect(Object.entries(wentOn).filter(([, tookMs]) => tookMs > BACK_WITHIN_MS)).toEqual([]);
    },
    RUN_MS,
  );
});
