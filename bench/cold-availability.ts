import { median, rounded, spread, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';

const WARM_UP = 30;
const MEASURED = 120;
const MOST_MS = 3;

/** Months of 1,500 slots that nobody has read yet, one after the other, and between any two of them the same call straight to the hospital. */
export async function coldAvailability(http: HttpClient, hub: Hub, facility: Facility, hospitalUrl: string): Promise<Figure> {
  const own: number[] = [];
  const direct: number[] = [];
  let cpuMs = hub.process.cpuMs();
  let slots = 0;
  for (let i = 0; i < WARM_UP + MEASURED; i += 1) {
    const calendar = facility.calendars[i % facility.calendars.length];
    if (!calendar) throw new Error('The fake hospital has no calendar.');
    const month = monthAhead(1 + Math.floor(i / facility.calendars.length));
    const query = new URLSearchParams({ month, calendar_id: calendar.externalId, appointment_type_id: 'consultation' });
    const hospital = await timed(http, `${hospitalUrl}/api/v1/availability?${query.toString()}`);
    const read = await timed(http, availabilityUrl(facility, calendar, month), facility.headers);
    const { days, freshness } = JSON.parse(read.text) as Month;
    if (freshness.source !== 'live') throw new Error(`${month} was not cold: ${freshness.source}`);
    slots = days.reduce((sum, day) => sum + day.slots.length, 0);
    if (i === WARM_UP) cpuMs = hub.process.cpuMs();
    if (i < WARM_UP) continue;
    direct.push(hospital.ms);
    own.push(read.ms - hospital.ms);
  }
  const perRead = (hub.process.cpuMs() - cpuMs) / MEASURED;
  return {
    name: `cold availability, ${slots} slots, p50`,
    hub: `own ${rounded(median(own))} ms`,
    plain: `${rounded(median(direct))} ms, the hospital's answer`,
    ratio: (median(own) + median(direct)) / median(direct),
    reach: `own ≤ ${MOST_MS} ms`,
    isReached: median(own) <= MOST_MS,
    details: { reads: own.length, hubCpuMsPerRead: rounded(perRead), ownMs: spread(own), hospitalMs: spread(direct) },
  };
}

async function timed(http: HttpClient, url: string, headers: Record<string, string> = {}): Promise<{ ms: number; text: string }> {
  const start = performance.now();
  const { status, text } = await http.send(url, { headers });
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text.slice(0, 300)}`);
  return { ms: performance.now() - start, text };
}
