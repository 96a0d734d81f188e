import { median, rounded, type Figure } from './figure.js';
import { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility } from './hub.js';

const REQUESTS = 1_000;
const ROUNDS = 3;

/** The same month that nobody has asked for yet, by a thousand at once: the hospital is asked once. */
export async function coldBurst(facility: Facility, hospitalUrl: string, bareUrl: string): Promise<Figure> {
  const http = new HttpClient(REQUESTS);
  const calendar = facility.calendars[0];
  if (!calendar) throw new Error('The fake hospital has no calendar.');
  const calls = async (): Promise<number> => ((await http.json(`${hospitalUrl}/counts`)) as { availability: number }).availability;
  const rounds: { calls: number; hubMs: number; bareMs: number }[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      await burst(http, new URL('/health/live', facility.url).href);
      await burst(http, bareUrl);
      const before = await calls();
      const hubMs = await burst(http, availabilityUrl(facility, calendar, monthAhead(2 + round)), facility.headers);
      rounds.push({ calls: (await calls()) - before, hubMs, bareMs: await burst(http, bareUrl) });
    }
  } finally {
    http.close();
  }
  const most = Math.max(...rounds.map(r => r.calls));
  return {
    name: '1,000 at once, cold',
    hub: `${most} upstream call${most === 1 ? '' : 's'}`,
    plain: `${REQUESTS}, one for each`,
    ratio: most / REQUESTS,
    reach: 'exactly 1',
    isReached: rounds.every(r => r.calls === 1),
    details: {
      requests: REQUESTS,
      hubMsUntilLast: rounded(median(rounds.map(r => r.hubMs))),
      bareMsUntilLast: rounded(median(rounds.map(r => r.bareMs))),
      rounds: rounds.map(r => ({ calls: r.calls, hubMs: rounded(r.hubMs), bareMs: rounded(r.bareMs) })),
    },
  };
}

/** Milliseconds until the last of them is answered. */
async function burst(http: HttpClient, url: string, headers: Record<string, string> = {}): Promise<number> {
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: REQUESTS }, () => http.send(url, { headers })));
  const took = performance.now() - start;
  const refused = answers.find(answer => answer.status !== 200);
  if (refused) throw new Error(`${url} answered ${refused.status}: ${refused.text.slice(0, 500)}`);
  return took;
}
