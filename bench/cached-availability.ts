import autocannon from 'autocannon';
import { median, rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';
import type { StartedProcess } from './processes.js';

const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 3;
const LEAST_RATIO = 0.5;
/** Weekdays 9 to 17: about 500 slots in a month. A general practitioner's 1,400 are 120 kB, which costs more than all else. */
const CALENDAR = 'cal-cardiology';

interface Target {
  process: StartedProcess;
  url: string;
  headers?: { authorization: string };
}

interface Load {
  perSecond: number;
  /** Processor time of the server, in microseconds for each request. */
  cpuUs: number;
}

/** A month that the hub keeps, asked for by many at once, beside a bare Nest that says hello, and one that sends as many bytes. */
export async function cachedAvailability(
  http: HttpClient,
  hub: Hub,
  facility: Facility,
  nest: { bare: StartedProcess; url: string },
): Promise<Figure> {
  const calendar = facility.calendars.find(c => c.externalId === CALENDAR);
  if (!calendar) throw new Error(`The sandbox has no ${CALENDAR}.`);
  const month: Target = {
    process: hub.process,
    url: availabilityUrl(facility, calendar, monthAhead(1), 'Consultation'),
    headers: facility.headers,
  };
  const { text } = await http.send(month.url, month);
  const bytes = Buffer.byteLength(text);
  const hello: Target = { process: nest.bare, url: nest.url };
  const sameBytes: Target = { process: nest.bare, url: `${nest.url}bytes/${bytes}` };

  for (const target of [hello, sameBytes, month]) await load(target, WARM_UP_SECONDS);
  const rounds: { hello: Load; sameBytes: Load; hub: Load }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ hello: await load(hello), sameBytes: await load(sameBytes), hub: await load(month) });
  }
  const ratio = median(rounds.map(r => r.hub.perSecond / r.hello.perSecond));
  return {
    name: 'cached availability',
    hub: `${median(rounds.map(r => r.hub.perSecond))}/s`,
    plain: `${median(rounds.map(r => r.hello.perSecond))}/s, Nest "hello"`,
    ratio,
    reach: `≥ ${LEAST_RATIO} ×`,
    isReached: ratio >= LEAST_RATIO,
    details: {
      connections: CONNECTIONS,
      slots: (JSON.parse(text) as Month).days.reduce((sum, day) => sum + day.slots.length, 0),
      bytes,
      ratioToSameBytes: rounded(median(rounds.map(r => r.hub.perSecond / r.sameBytes.perSecond))),
      cpuRatio: rounded(median(rounds.map(r => r.hello.cpuUs / r.hub.cpuUs))),
      rounds,
    },
  };
}

/** Throws unless all requests were answered well: a refusal is quicker than an answer. */
async function load({ process, url, headers }: Target, duration = ROUND_SECONDS): Promise<Load> {
  const before = process.cpuMs();
  const result = await autocannon({ url, connections: CONNECTIONS, duration, headers: { ...headers } });
  const failed = result.non2xx + result.errors;
  if (failed > 0) throw new Error(`${url}: ${failed} of the requests were refused or not answered.`);
  return {
    perSecond: Math.round(result['2xx'] / result.duration),
    cpuUs: Math.round(((process.cpuMs() - before) * 1_000) / result['2xx']),
  };
}
