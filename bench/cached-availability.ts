import fs from 'node:fs';
import path from 'node:path';
import autocannon from 'autocannon';
import { median, rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';
import type { StartedProcess } from './processes.js';

const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 3;
const LEAST_RATIO = 0.8;
/** Weekdays 9 to 17: about 500 slots in a month. A general practitioner's 1,400 are 120 kB, which costs more than all else. */
const CALENDAR = 'cal-cardiology';

interface Target {
  process: StartedProcess;
  url: string;
  headers?: Record<string, string>;
}

interface Load {
  perSecond: number;
  /** Processor time of the server, in microseconds for each request. */
  cpuUs: number;
}

/** What the bare one gives of itself: who sends a header twice sends another answer. */
const OWN_HEADERS = ['date', 'connection', 'keep-alive', 'content-length'];

/** A month that the hub keeps, asked for by many at once, beside a route of a bare Nest that gives the same answer, and one that says hello. */
export async function cachedAvailability(
  http: HttpClient,
  hub: Hub,
  facility: Facility,
  nest: { bare: StartedProcess; url: string },
  folder: string,
): Promise<Figure> {
  const calendar = facility.calendars.find(c => c.externalId === CALENDAR);
  if (!calendar) throw new Error(`The sandbox has no ${CALENDAR}.`);
  const month: Target = {
    process: hub.process,
    url: availabilityUrl(facility, calendar, monthAhead(1), 'Consultation'),
    headers: facility.headers,
  };
  await http.json(month.url, month);
  const response = await fetch(month.url, { headers: facility.headers });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !OWN_HEADERS.includes(name)));
  const text = await response.text();
  fs.writeFileSync(path.join(folder, 'seen.json'), JSON.stringify({ headers, text }));
  const bytes = Buffer.byteLength(text);
  const tag = response.headers.get('etag') ?? '';
  const hello: Target = { process: nest.bare, url: nest.url };
  const same: Target = { process: nest.bare, url: `${nest.url}seen` };
  const unchanged: Target = { ...month, headers: { ...facility.headers, 'if-none-match': tag } };

  for (const target of [hello, same, month]) await load(target, WARM_UP_SECONDS);
  const rounds: { hello: Load; same: Load; hub: Load; unchanged: Load }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ hello: await load(hello), same: await load(same), hub: await load(month), unchanged: await load(unchanged) });
  }
  const ratio = median(rounds.map(r => r.hub.perSecond / r.same.perSecond));
  return {
    name: 'cached availability',
    hub: `${median(rounds.map(r => r.hub.perSecond))}/s`,
    plain: `${median(rounds.map(r => r.same.perSecond))}/s, Nest, the same answer`,
    ratio,
    reach: `≥ ${LEAST_RATIO} ×`,
    isReached: ratio >= LEAST_RATIO,
    details: {
      connections: CONNECTIONS,
      slots: (JSON.parse(text) as Month).days.reduce((sum, day) => sum + day.slots.length, 0),
      bytes,
      headers: Object.keys(headers).length,
      ratioToHello: rounded(median(rounds.map(r => r.hub.perSecond / r.hello.perSecond))),
      cpuRatio: rounded(median(rounds.map(r => r.same.cpuUs / r.hub.cpuUs))),
      unchangedPerSecond: median(rounds.map(r => r.unchanged.perSecond)),
      rounds,
    },
  };
}

/** Throws unless all requests were answered well: a refusal is quicker than an answer. */
async function load({ process, url, headers }: Target, duration = ROUND_SECONDS): Promise<Load> {
  const before = process.cpuMs();
  const result = await autocannon({ url, connections: CONNECTIONS, duration, headers: { ...headers } });
  const [well, failed] = [result['2xx'] + result['3xx'], result['4xx'] + result['5xx'] + result.errors];
  if (failed > 0 || well === 0) throw new Error(`${url}: ${failed} of the requests were refused or not answered.`);
  return {
    perSecond: Math.round(well / result.duration),
    cpuUs: Math.round(((process.cpuMs() - before) * 1_000) / well),
  };
}
