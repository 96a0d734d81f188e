import { setTimeout as delay } from 'node:timers/promises';
import { rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import type { Hub } from './hub.js';
import { EventMix } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';

const QUICK = `AC${'0'.repeat(32)}`;
const SLOW = `AC${'f'.repeat(32)}`;
const MESSAGES = 4_000;
const WARM_UP = 1_000;
const SLOW_MESSAGES = 1_000;
const LEAST_PER_SECOND = 200;
/** A run beside a slow provider may take so much longer than one without. */
const MOST_LONGER = 1.25;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 120_000;

interface Counts {
  messages: number;
  slowMessages: number;
}

/**
 * Staff book for patients whom the hub has never seen, and each gets an SMS by a provider that answers in 50 ms: from the first webhook
 * to the last message that the provider has answered. Then the same, while another facility's provider takes 5 s for each of its own.
 */
export async function messagesSent(http: HttpClient, place: WebhookPlace, hub: Hub, providerUrl: string): Promise<Figure[]> {
  const counts = async (): Promise<Counts> => (await http.json(`${providerUrl}/counts`)) as Counts;
  const source = async (name: string, accountSid: string): Promise<Source> => {
    const endpoint = await place.createEndpoint(hub);
    await hub.sendBySms(endpoint.facilityId, providerUrl, accountSid);
    return { endpoint, mix: new EventMix(name) };
  };
  const run = async (name: string, messages = MESSAGES): Promise<{ perSecond: number; cpuMs: number }> => {
    const from = await source(name, QUICK);
    const before = (await counts()).messages;
    const cpuBefore = hub.process.cpuMs();
    const start = performance.now();
    await place.post([from], mix => mix.opening(messages));
    while ((await counts()).messages < before + messages) {
      if (performance.now() - start > PATIENCE_MS) throw new Error(`Not all messages were sent: ${JSON.stringify(await counts())}`);
      await delay(LOOK_EVERY_MS);
    }
    const seconds = (performance.now() - start) / 1_000;
    return { perSecond: rounded(messages / seconds), cpuMs: rounded((hub.process.cpuMs() - cpuBefore) / messages) };
  };

  await run('messages-first', WARM_UP);
  const alone = await run('messages-alone');
  const slow = await source('messages-slow', SLOW);
  await place.post([slow], mix => mix.opening(SLOW_MESSAGES));
  const beside = await run('messages-beside');
  const { slowMessages } = await counts();
  return [
    {
      name: 'messages sent, provider 50 ms',
      hub: `${alone.perSecond}/s`,
      plain: `${MESSAGES} bookings by staff, by webhook`,
      ratio: alone.perSecond / LEAST_PER_SECOND,
      reach: `≥ ${LEAST_PER_SECOND}/s`,
      isReached: alone.perSecond >= LEAST_PER_SECOND,
      details: { hubCpuMsPerMessage: alone.cpuMs },
    },
    {
      name: 'the same beside a provider of 5 s',
      hub: `${beside.perSecond}/s`,
      plain: `${alone.perSecond}/s without it`,
      ratio: alone.perSecond / beside.perSecond,
      reach: `≤ ${MOST_LONGER} × the time`,
      isReached: alone.perSecond / beside.perSecond <= MOST_LONGER,
      details: { hubCpuMsPerMessage: beside.cpuMs, slowSentMeanwhile: slowMessages },
    },
  ];
}
