import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, rounded, spread, type Figure } from './figure.js';
import { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';

const HOSPITALS = 50;
/** Requests a second, to all hospitals but one together, and to that one. */
const RATES = { reads: 20, bookings: 10, sickReads: 10, sickBookings: 2 };
const WARM_UP_SECONDS = 5;
const RUN_SECONDS = 20;
/** Every run reads months that none has read: nothing is kept. */
const MONTHS_PER_RUN = 8;

/** The hub's own limits: what it may send to a hospital that hangs. */
const FAILURES_TO_OPEN = 5;
const CALL_SECONDS = 3.5;
const PROBE_AFTER_SECONDS = 5;
const PLACES = 64;

const MOST_RISE = 1.2;
const MOST_CALLS = 1.2;
const MOST_RECOVERY_SECONDS = 15;

type Step = <T>(name: string, measure: () => Promise<T>) => Promise<T>;

/** Milliseconds from when each request to one of the others was due until it was answered, and how many came to nothing. */
interface Run {
  reads: number[];
  bookings: number[];
  failed: number;
}

/** 50 hospitals in an open loop, twice as they are and once with one that hangs. */
export async function isolation(hub: Hub, hospitalUrl: string, step: Step): Promise<Figure[]> {
  const place = await step(`${HOSPITALS} hospitals`, () => Place.open(hub, hospitalUrl));
  await step('warm-up', () => place.run(0, WARM_UP_SECONDS));
  const first = await step('all well', () => place.run(1, RUN_SECONDS));
  const second = await step('all well, again', () => place.run(2, RUN_SECONDS));
  await place.tell('hang');
  const before = await place.callsOfSick();
  const beside = await step('one hangs', () => place.run(3, RUN_SECONDS));
  const calls = (await place.callsOfSick()) - before;
  await place.tell('well');
  const recoverySeconds = await step('it is back', () => place.untilLive());
  place.close();
  return [
    risen('reads', first, second, beside),
    risen('bookings', first, second, beside),
    called(calls),
    {
      name: 'back after',
      hub: `${rounded(recoverySeconds)} s`,
      plain: `${PROBE_AFTER_SECONDS} s, the breaker's pause`,
      ratio: recoverySeconds / PROBE_AFTER_SECONDS,
      reach: `≤ ${MOST_RECOVERY_SECONDS} s`,
      isReached: recoverySeconds <= MOST_RECOVERY_SECONDS,
      details: {},
    },
  ];
}

/** Beyond a fifth more than without, and beyond what two runs without differ in. */
function risen(kind: 'reads' | 'bookings', first: Run, second: Run, beside: Run): Figure {
  const [p99First, p99Second, p99] = [first, second, beside].map(run => percentile(run[kind], 0.99)) as [number, number, number];
  const mean = (p99First + p99Second) / 2;
  const most = Math.max(mean * MOST_RISE, p99First, p99Second);
  return {
    name: `${kind} of the others, p99`,
    hub: `${rounded(p99)} ms beside one that hangs`,
    plain: `${rounded(p99First)} and ${rounded(p99Second)} ms, all well`,
    ratio: p99 / mean,
    reach: `≤ ${rounded(most)} ms: ${MOST_RISE} ×, or what two runs differ in`,
    isReached: p99 <= most && beside.failed <= Math.max(first.failed, second.failed),
    details: {
      first: spread(first[kind]),
      second: spread(second[kind]),
      beside: spread(beside[kind]),
      failed: [first, second, beside].map(run => run.failed),
    },
  };
}

function called(calls: number): Figure {
  const perSecond = RATES.sickReads + RATES.sickBookings;
  const openAfterSeconds = FAILURES_TO_OPEN / perSecond + CALL_SECONDS;
  const untilOpen = Math.min(perSecond * openAfterSeconds, PLACES);
  const probes = Math.ceil((RUN_SECONDS - openAfterSeconds) / (PROBE_AFTER_SECONDS + CALL_SECONDS));
  const allowed = Math.round(untilOpen + probes);
  const wanted = perSecond * RUN_SECONDS;
  return {
    name: 'calls to the one that hangs',
    hub: `${calls} of ${wanted}`,
    plain: `${allowed}: until ${FAILURES_TO_OPEN} have timed out, then probes`,
    ratio: calls / allowed,
    reach: `≤ ${MOST_CALLS} ×`,
    isReached: calls <= allowed * MOST_CALLS,
    details: { untilOpen: rounded(untilOpen), probes },
  };
}

/** The hospitals, each connected to the hub; the last of them is the one that will hang. */
class Place {
  private http: HttpClient;
  private readonly sickUrl: string;
  private readonly others: readonly Facility[];
  private readonly sick: Facility;
  private booked = 0;

  private constructor(sickUrl: string, others: readonly Facility[], sick: Facility) {
    this.http = new HttpClient();
    this.sickUrl = sickUrl;
    this.others = others;
    this.sick = sick;
  }

  static async open(hub: Hub, hospitalUrl: string): Promise<Place> {
    const facilities: Facility[] = [];
    for (let i = 1; i <= HOSPITALS; i++) facilities.push(await hub.createFacility(`${hospitalUrl}/h${i}/api/v1`));
    const [sick, ...others] = facilities.reverse();
    if (!sick) throw new Error('There is no hospital.');
    return new Place(`${hospitalUrl}/h${HOSPITALS}`, others, sick);
  }

  close(): void {
    this.http.close();
  }

  async tell(how: 'hang' | 'well'): Promise<void> {
    await this.http.json(`${this.sickUrl}/${how}`, { method: 'POST' });
  }

  async callsOfSick(): Promise<number> {
    return ((await this.http.json(`${this.sickUrl}/calls`)) as { ofOne: number }).ofOne;
  }

  /** Sends by the clock, whether or not what went before is answered. `number`: of the run, from 0. */
  async run(number: number, seconds: number): Promise<Run> {
    // Those of the run before have been idle for so long that the hub may be closing them.
    this.close();
    this.http = new HttpClient();
    const starts = await this.starts(number);
    const startMs = performance.now() + 100;
    let failed = 0;
    const loop = (perSecond: number, send: (index: number) => Promise<number>): Promise<number[]> =>
      Promise.all(
        Array.from({ length: perSecond * seconds }, async (_, index) => {
          const dueMs = startMs + (index * 1_000) / perSecond;
          await delay(Math.ceil(dueMs - performance.now()));
          await send(index);
          return performance.now() - dueMs;
        }),
      );
    const counted = async (answered: Promise<number>): Promise<number> => {
      const status = await answered;
      if (status !== 200 && status !== 201) failed += 1;
      return status;
    };
    const [reads, bookings] = await Promise.all([
      loop(RATES.reads, index => counted(this.read(at(this.others, index), Math.floor(index / this.others.length), number))),
      loop(RATES.bookings, index => counted(this.book(at(this.others, index), starts))),
      loop(RATES.sickReads, index => this.read(this.sick, index, number)),
      loop(RATES.sickBookings, () => this.book(this.sick, starts)),
    ]);
    return { reads, bookings, failed };
  }

  /** Seconds until a month that was never read is read at the one that hung. */
  async untilLive(): Promise<number> {
    const startMs = performance.now();
    for (let index = 0; performance.now() - startMs < 2 * MOST_RECOVERY_SECONDS * 1_000; index++) {
      const calendar = at(this.sick.calendars, index);
      const month = monthAhead(MONTHS_PER_RUN * 5 + (Math.floor(index / this.sick.calendars.length) % 12));
      const { status } = await this.http.send(availabilityUrl(this.sick, calendar, month), { headers: this.sick.headers });
      if (status === 200) return (performance.now() - startMs) / 1_000;
      await delay(100);
    }
    return Infinity;
  }

  /** Slots to book in this run; each hospital's first calendar is read, so that the hub knows them. */
  private async starts(number: number): Promise<string[]> {
    let starts: string[] = [];
    for (const facility of [this.sick, ...this.others]) {
      const url = availabilityUrl(facility, at(facility.calendars, 0), monthAhead(1 + MONTHS_PER_RUN * number));
      const { status, text } = await this.http.send(url, { headers: facility.headers });
      if (status === 200) starts = (JSON.parse(text) as Month).days.flatMap(day => day.slots).map(slot => slot.start);
    }
    return starts;
  }

  /** The `index`th month of this run at that hospital: of another calendar, or another month, than the one before. */
  private async read(facility: Facility, index: number, number: number): Promise<number> {
    const calendar = at(facility.calendars, index);
    const month = 2 + MONTHS_PER_RUN * number + (Math.floor(index / facility.calendars.length) % (MONTHS_PER_RUN - 1));
    return (await this.http.send(availabilityUrl(facility, calendar, monthAhead(month)), { headers: facility.headers })).status;
  }

  private async book(facility: Facility, starts: readonly string[]): Promise<number> {
    const calendar = at(facility.calendars, 0);
    const contact = { name: 'Testa Inventada', dateOfBirth: '1990-01-01', phone: `+63917${3_000_000 + this.booked}`, gender: 'female' };
    const body = {
      contact,
      calendarId: calendar.id,
      appointmentTypeId: calendar.appointmentTypes[0]?.id,
      start: at(starts, this.booked++),
    };
    const headers = { ...facility.headers, 'idempotency-key': randomUUID() };
    return (await this.http.send(`${facility.url}/appointments`, { method: 'POST', headers, body })).status;
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('The list is empty.');
  return item;
}
