import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../bench/processes.js';
import { eventually } from '../test/support/eventually.js';
import { startFakeTwilio, type FakeTwilio } from '../test/support/fake-twilio.js';
import { breakBuild, type Break } from './broken-builds.js';
import { check, type Check } from './checker.js';
import { openDatabase } from './database.js';
import { FeedFollower } from './feed-follower.js';
import { startHospital, type Hospital } from './hospital.js';
import { Hub } from './hub.js';
import { killAgainAndAgain } from './killer.js';
import { messageChecks } from './messages.js';
import { makeModel, type StormSize } from './model.js';
import { Random } from './random.js';
import { readRecords, untilSettled } from './records.js';
import { makeSchedule, type Schedule } from './schedule.js';
import { Sender, type Endpoint } from './sender.js';

export interface StormOptions extends StormSize {
  seed: number;
  kills: number;
  /** What is broken on purpose. */
  broken: Break | null;
  /** The folder that holds `dist`, `migrations`, `package.json` and `node_modules`. */
  build: string;
  /** A PostgreSQL server to make a database on; null: one of the storm's own. */
  postgresUrl: string | null;
}

export interface StormReport {
  checks: Check[];
  schedule: Schedule;
  counts: Sender['counts'];
  /** Until all was acknowledged, and until all was applied. */
  sentMs: number;
  settledMs: number;
}

/** What was begun and must be ended, however the storm goes. */
type Ends = (() => Promise<void> | void)[];

/** `folder`: empty, and gone afterwards by the caller's hand. */
export async function storm(options: StormOptions, folder: string, signal: AbortSignal): Promise<StormReport> {
  const ends: Ends = [];
  const running = new AbortController();
  const interrupt = (): void => running.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await run(options, folder, running, ends);
  } finally {
    signal.removeEventListener('abort', interrupt);
    running.abort(new Error('The storm is over'));
    for (const end of ends.reverse()) await end();
  }
}

async function run(options: StormOptions, folder: string, running: AbortController, ends: Ends): Promise<StormReport> {
  const { signal } = running;
  const model = makeModel(options.seed, options);
  const schedule = makeSchedule(options.seed, model);
  const random = new Random(options.seed ^ 0xdead);
  const database = await openDatabase(folder, options.postgresUrl);
  ends.push(() => database.close());
  const hospital = await startHospital();
  ends.push(() => hospital.close());

  const twilio = await startFakeTwilio();
  ends.push(() => twilio.close());

  const outside = `${hospital.host},${twilio.host}`;
  const place = { root: rootOf(options, folder), folder, databaseUrl: database.url, port: await freePort(), outside };
  const hub = new Hub(place, running);
  ends.push(() => hub.kill());
  await hub.migrate();
  await hub.start();
  const facility = await openFacility(hub, hospital, twilio, signal);
  const follower = new FeedFollower(hub, facility.id);
  ends.push(() => follower.stop());

  const begin = performance.now();
  const sender = new Sender(schedule.posts, facility.endpoint, random, signal);
  const tasks = [sender.sendAll(), killAgainAndAgain(hub, sender, options.kills, random)];
  ends.push(() => Promise.allSettled(tasks).then(() => undefined));
  await Promise.all(tasks);
  const sentMs = performance.now() - begin;
  const hasSettled = await untilSettled(database.url, signal);
  const settledMs = performance.now() - begin;
  const records = await readRecords(database.url, hub, facility.id, await follower.readToTheEnd());
  const told = { ...records, sent: twilio.sent, mismatches: twilio.mismatches };
  const checks = [...check({ model, acknowledged: sender.acknowledged, hasSettled }, records), ...messageChecks(told)];
  await hub.stop();
  return { checks, schedule, counts: sender.counts, sentMs, settledMs };
}

function rootOf({ build, broken }: StormOptions, folder: string): string {
  if (broken === null) return build;
  const root = path.join(fs.realpathSync(folder), 'broken');
  breakBuild(build, broken, root);
  return root;
}

async function openFacility(
  hub: Hub,
  { baseUrl }: Hospital,
  twilio: FakeTwilio,
  signal: AbortSignal,
): Promise<{ id: string; endpoint: Endpoint }> {
  const scheduler = { connector: 'botmd', baseUrl, auth: { scheme: 'bearer', apiKey: 'storm-upstream-key' } };
  const { accountSid, authToken } = twilio;
  const sms = { channel: 'sms', baseUrl: twilio.baseUrl, accountSid, authToken, from: '+15005550006' };
  const notifications = { channels: [sms] };
  const body = { name: 'Storm Hospital (test)', timezone: 'Asia/Manila', country: 'PH', scheduler, notifications };
  const facility = (await hub.call('POST', '/facilities', body)) as { id: string; webhook: { url: string; secret: string } };
  await hub.call('POST', `/facilities/${facility.id}/calendar-syncs`);
  await eventually('the calendars are synced', async () => {
    signal.throwIfAborted();
    const { data } = (await hub.call('GET', `/facilities/${facility.id}/calendars`)) as { data: unknown[] };
    return data.length > 0;
  });
  const { pathname } = new URL(facility.webhook.url);
  return { id: facility.id, endpoint: { url: `${hub.url}${pathname}`, secret: facility.webhook.secret } };
}
