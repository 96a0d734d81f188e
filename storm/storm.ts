import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../test/support/eventually.js';
import { startFakeTwilio, type FakeTwilio } from '../test/support/fake-twilio.js';
import { assertKnown, breakBuild, type Break } from './broken-builds.js';
import { canaryChecks } from './canaries.js';
import type { Check } from './check.js';
import { clinicChecks } from './clinic-checks.js';
import { startClinic, webhookOf, type Clinic, type ClinicEvent } from './clinic.js';
import { Copies } from './copies.js';
import { openDatabase, type Database, type GivenServer } from './database.js';
import { openFacility, type OpenedFacility } from './facilities.js';
import { feedChecks, inboxChecks } from './facility-checks.js';
import { FeedFollower } from './feed-follower.js';
import { startHospital, type Hospital } from './hospital.js';
import { leftovers } from './leftovers.js';
import { messageChecks, readLedger, tellingChecks } from './messages.js';
import { makeModel, type Model, type StormSize } from './model.js';
import { aimedStatements, planNemeses, type Nemesis } from './nemesis-plan.js';
import { EVERY_MS, Nemeses } from './nemeses.js';
import { Platform } from './platform.js';
import { ProviderReports } from './provider-reports.js';
import { Random } from './random.js';
import { readRecords } from './records.js';
import { makeSchedule, type Schedule } from './schedule.js';
import { Sender } from './sender.js';
import { makeStories, type Story } from './stories.js';
import { wardChecks } from './ward-checks.js';

export interface StormOptions extends StormSize {
  seed: number;
  /** Patients who book by chat. */
  bookings: number;
  copies: number;
  /** On how many of a hundred messages the provider reports. */
  reported: number;
  nemeses: number;
  /** Only nemeses whose name begins with one of these; none: all. */
  only: readonly string[];
  /** What is broken on purpose. */
  broken: readonly Break[];
  /** The folder that holds `dist`, `migrations`, `package.json` and `node_modules`. */
  build: string;
  /** Where the database is made; null: on a server of the storm's own, which can be restarted. */
  server: GivenServer | null;
}

export interface StormReport {
  checks: Check[];
  schedule: Schedule;
  webhooks: Sender['counts'];
  platform: Platform['counts'];
  struck: Nemeses['struck'];
  messages: number;
  /** Until the last request was answered, and until nothing was left to do. */
  loadMs: number;
  settledMs: number;
}

/** A lease, and what a busy machine makes of it; who is then still in hand is in the report. */
const IN_HAND_WITHIN_MS = 30_000;

/** What was begun and must be ended, however the storm goes. */
type Ends = (() => Promise<void> | void)[];

/** What happens, all of it by the seed. */
interface Script {
  model: Model;
  schedule: Schedule;
  stories: Story[][];
  nemeses: Nemesis[];
  /** The share of messages that the provider reports on. */
  reported: number;
}

/** Everything outside of the hub. */
interface Outside {
  database: Database;
  hospital: Hospital;
  clinic: Clinic;
  twilio: FakeTwilio;
}

/** `folder`: empty, and gone afterwards by the caller's hand. */
export async function storm(options: StormOptions, folder: string, signal: AbortSignal): Promise<StormReport> {
  const ends: Ends = [];
  const running = new AbortController();
  const interrupt = (): void => running.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await new Storm(options, folder, running.signal, ends).run();
  } finally {
    signal.removeEventListener('abort', interrupt);
    running.abort(new Error('The storm is over'));
    for (const end of ends.reverse()) await end();
  }
}

class Storm {
  private readonly options: StormOptions;
  private readonly folder: string;
  private readonly signal: AbortSignal;
  private readonly ends: Ends;
  private readonly script: Script;
  private readonly random: Random;
  private readonly echoes: ClinicEvent[] = [];

  constructor(options: StormOptions, folder: string, signal: AbortSignal, ends: Ends) {
    const { seed, bookings, nemeses: count, only, server } = options;
    this.options = options;
    this.folder = folder;
    this.signal = signal;
    this.ends = ends;
    this.random = new Random(seed ^ 0xdead);
    const model = makeModel(seed, options);
    this.script = {
      model,
      reported: options.reported / 100,
      schedule: makeSchedule(seed, model),
      stories: makeStories(seed, bookings),
      nemeses: planNemeses(new Random(seed ^ 0x0e05), { count, only, canRestart: server === null }),
    };
  }

  async run(): Promise<StormReport> {
    const outside = await this.openOutside();
    const copies = await this.startCopies(outside);
    const ward = await openFacility(copies, 'Storm Hospital (test)', outside.hospital.baseUrl, outside.twilio);
    const clinic = await openFacility(copies, 'Storm Clinic (test)', outside.clinic.baseUrl, outside.twilio);
    const followers = [ward, clinic].map(({ facilityId }) => new FeedFollower(copies, facilityId));
    this.ends.push(() => Promise.all(followers.map(follower => follower.stop())).then(() => undefined));

    const load = new Load(this.script, { copies, ward, clinic, outside }, this.random, this.signal);
    const begin = performance.now();
    await load.run(this.echoes, this.ends);
    const loadMs = performance.now() - begin;
    const left = await leftovers(outside.database.url, outside.twilio.sent, this.signal);
    const settledMs = performance.now() - begin;
    const checks = [...left, ...(await this.check(outside, copies, { ward, clinic }, load, followers))];
    await copies.stop();
    const secrets = [ward.endpoint.secret, clinic.endpoint.secret, outside.twilio.authToken];
    const logFiles = copies.all.map(hub => hub.logFile);
    const { patients } = this.script.model;
    checks.push(...(await canaryChecks(outside.database.url, logFiles, patients, { apiKey: copies.adminKey, others: secrets })));
    checks.push({ name: 'no copy has ended by itself', checked: copies.all.length, wrong: copies.all.flatMap(hub => hub.ownEnds) });
    const { sender, platform, nemeses } = load;
    const { schedule } = this.script;
    const messages = outside.twilio.sent.length;
    return { checks, schedule, webhooks: sender.counts, platform: platform.counts, struck: nemeses.struck, messages, loadMs, settledMs };
  }

  private async openOutside(): Promise<Outside> {
    const database = await openDatabase(this.folder, this.options.server);
    this.ends.push(() => database.close());
    const stories = this.script.stories.flat();
    const wanted = new Set(stories.flatMap(({ phone, hasEcho }) => (hasEcho ? [phone] : [])));
    const contested = new Set(stories.flatMap(({ phone, isContested }) => (isContested ? [phone] : [])));
    const clinic = await startClinic(this.options.seed, contested, event => {
      if (wanted.has(event.booking.phone)) this.echoes.push({ ...event, booking: { ...event.booking } });
    });
    this.ends.push(() => clinic.close());
    const hospital = await startHospital();
    this.ends.push(() => hospital.close());
    const twilio = await startFakeTwilio();
    this.ends.push(() => twilio.close());
    return { database, hospital, clinic, twilio };
  }

  private async startCopies({ database, hospital, clinic, twilio }: Outside): Promise<Copies> {
    const { copies: count, broken, build } = this.options;
    const { folder } = this;
    const root = broken.length === 0 ? build : path.join(fs.realpathSync(folder), 'broken');
    if (broken.length > 0) breakBuild(build, broken, root);
    assertKnown(root, aimedStatements());
    const outside = [hospital.host, clinic.host, twilio.host].join(',');
    const copies = await Copies.start({ count, root, folder, database, outside }, this.random, this.signal);
    this.ends.push(() => copies.end());
    return copies;
  }

  private async check(
    { database, clinic: books, twilio }: Outside,
    copies: Copies,
    { ward, clinic }: { ward: OpenedFacility; clinic: OpenedFacility },
    load: Load,
    [wardFeed, clinicFeed]: readonly FeedFollower[],
  ): Promise<Check[]> {
    const atWard = await readRecords(database.url, copies, ward.facilityId, (await wardFeed?.readToTheEnd()) ?? []);
    const atClinic = await readRecords(database.url, copies, clinic.facilityId, (await clinicFeed?.readToTheEnd()) ?? []);
    const ledger = await readLedger(database.url);
    const { told } = load.platform;
    const named = (place: string, checks: Check[]): Check[] => checks.map(check => ({ ...check, name: `${place}: ${check.name}` }));
    return [
      ...named('webhooks', [
        ...inboxChecks(load.sender.acknowledged, atWard),
        ...wardChecks(this.script.model, atWard),
        ...feedChecks(atWard),
      ]),
      ...named('bookings', [
        ...clinicChecks(books, told, atClinic),
        ...inboxChecks(load.echoSender.acknowledged, atClinic),
        ...feedChecks(atClinic),
      ]),
      ...named('messages', [...messageChecks(ledger, twilio), ...tellingChecks(books, told, ledger, atClinic.appointments, twilio.sent)]),
    ];
  }
}

/** All that goes on at once, over the time that the nemeses take. */
class Load {
  readonly sender: Sender;
  readonly echoSender: Sender;
  readonly platform: Platform;
  readonly nemeses: Nemeses;
  private readonly reports: ProviderReports;
  private readonly database: Database;
  private readonly script: Script;
  private readonly signal: AbortSignal;

  constructor(
    script: Script,
    { copies, ward, clinic, outside }: { copies: Copies; ward: OpenedFacility; clinic: OpenedFacility; outside: Outside },
    random: Random,
    signal: AbortSignal,
  ) {
    this.script = script;
    this.signal = signal;
    this.sender = new Sender(script.schedule.posts, copies, ward.endpoint, random, signal);
    this.echoSender = new Sender([], copies, clinic.endpoint, random, signal);
    this.platform = new Platform(copies, clinic, random, signal);
    this.database = outside.database;
    this.reports = new ProviderReports(outside.twilio, copies, script.reported, random, signal);
    this.nemeses = new Nemeses(copies, outside.database, this.sender, signal);
  }

  /** Until every request has its answer, and nobody strikes any more. */
  async run(echoes: readonly ClinicEvent[], ends: Ends): Promise<void> {
    const withinMs = this.script.nemeses.length * EVERY_MS;
    const tasks = [
      this.sender.sendAll(),
      this.releaseOver(withinMs),
      this.platform.liveAll(this.script.stories, withinMs),
      this.nemeses.run(this.script.nemeses),
    ];
    const isDone = Promise.all(tasks).then(() => true);
    const telling = this.tellEchoes(echoes, isDone);
    const background = [...tasks, isDone, telling, this.reports.run()];
    ends.push(() => Promise.allSettled(background).then(() => undefined));
    await Promise.all([isDone, telling]);
    console.error('all answered');
    await this.untilNoneIsInHand();
    this.reports.hurry();
    while (!this.reports.isIdle) await delay(20, undefined, { signal: this.signal });
  }

  /** A report may come after the lease of its message is over: of the last messages, too. */
  private async untilNoneIsInHand(): Promise<void> {
    const sql = `select from notification where status = 'sending' and verdict is distinct from 'outcome-unknown' limit 1`;
    await eventually('no message is in hand', async () => !(await this.database.finds(sql, [])), IN_HAND_WITHIN_MS).catch(() =>
      this.signal.throwIfAborted(),
    );
  }

  private async releaseOver(withinMs: number): Promise<void> {
    const begin = performance.now();
    for (let share = 0; share < 1;) {
      share = withinMs === 0 ? 1 : (performance.now() - begin + 500) / withinMs;
      this.sender.release(share);
      await delay(100, undefined, { signal: this.signal });
    }
  }

  /** What the clinic does it tells, too; a few at a time, in no order. */
  private async tellEchoes(echoes: readonly ClinicEvent[], isDone: Promise<boolean>): Promise<void> {
    const rest = { isOver: false };
    const over = isDone.then(() => (rest.isOver = true));
    const open = new Set<Promise<void>>();
    for (let told = 0; !rest.isOver || told < echoes.length;) {
      const event = echoes[told];
      if (!event) {
        await Promise.race([over, delay(50, undefined, { signal: this.signal })]);
        continue;
      }
      const post = { webhookId: `echo-${told++}`, body: webhookOf(event), copies: 1 as const };
      const delivery: Promise<void> = this.echoSender.deliver(post).finally(() => open.delete(delivery));
      delivery.catch(() => undefined);
      open.add(delivery);
    }
    await Promise.all(open);
  }
}
