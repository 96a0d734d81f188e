import { EXAMPLE_EVENTS, exampleEvent } from './example-events.js';
import type { HubWebhooksClient } from './hub-webhooks.client.js';
import { verdictOf } from './verdict-rules.js';
import { reportCase, summed, type Print } from './webhook-report.js';
import { startReceiver, type ReceivedWebhook } from './webhook-receiver.js';

/** An event for the vendor's own code to sign and send. `isFailedFirst`: its first try is answered 503. */
interface VendorCase {
  name: string;
  shows: string;
  event: Record<string, unknown>;
  isFailedFirst: boolean;
}

const ARRIVES_WITHIN_MS = 30_000;
const HOOK_TIMEOUT_MS = 10_000;

/**
 * Hands each event as JSON to the vendor's hook at `url`, whose code signs it and sends it here, at `port`; each try goes to the hub's
 * dry-run. The exit code.
 */
export async function runThroughVendor(
  hub: HubWebhooksClient,
  { port, url }: { port: number; url: string },
  now: Date,
  print: Print,
): Promise<number> {
  const inbox = new Inbox();
  const receiver = await startReceiver(port, webhook => inbox.put(webhook));
  print(`Each event is handed to ${url}, and must come back, signed, to ${receiver.url}`);
  try {
    const results: boolean[] = [];
    for (const one of vendorCases(now)) results.push(reportCase(print, one.name, await problemOf(hub, inbox, url, one), one.shows));
    return summed(print, results);
  } finally {
    await receiver.close();
  }
}

function vendorCases(now: Date): VendorCase[] {
  const of = (
    name: string,
    shows: string,
    kind: (typeof EXAMPLE_EVENTS)[number],
    changes: object = {},
    isFailedFirst = false,
  ): VendorCase => {
    const fields = { calendarId: 'cal-general', appointmentTypeId: 'type-consultation', occurredAt: now };
    const event = exampleEvent(kind, { ...fields, appointmentId: `KIT-${name}`, datetime: '2030-03-09T09:30:00+08:00' });
    return { name, shows, event: { ...event, ...changes }, isFailedFirst };
  };
  const ago = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
  return [
    ...EXAMPLE_EVENTS.map(kind => of(kind, 'arrives, signed, and is understood', kind)),
    of('every-byte-counts', 'other letters, slashes and signs are signed as they are sent', 'appointmentCreated', {
      name: 'Testa Niño / 测试 <&>',
    }),
    of('dst-day', 'a day on which some clocks change', 'appointmentCreated', { datetime: '2027-03-14T02:30:00' }),
    of('late', 'an event of yesterday is signed with the time of sending, not its own', 'appointmentCreated', {
      occurred_at: ago(24 * 60),
    }),
    of('moved-first', 'a move may come before its booking', 'appointmentRescheduled', { occurred_at: ago(1) }),
    of('booked-after', 'a booking that comes after its move keeps its own time', 'appointmentCreated', { occurred_at: ago(2) }),
    of('retried', 'a try that was answered 503 comes again, the same event, signed anew', 'appointmentCreated', {}, true),
  ];
}

/** null: all is well. */
async function problemOf(hub: HubWebhooksClient, inbox: Inbox, url: string, one: VendorCase): Promise<string | null> {
  inbox.clear();
  const asked = await handOver(url, one.event);
  if (asked !== null) return asked;
  const first = await inbox.next(ARRIVES_WITHIN_MS);
  if (!first) return `no webhook came within ${ARRIVES_WITHIN_MS / 1_000} s of handing the event to your hook`;
  if (!one.isFailedFirst) return judged(hub, first, one);
  first.answer(503, { code: 'webhook-unavailable' }, { 'retry-after': '1' });
  const second = await inbox.next(ARRIVES_WITHIN_MS);
  if (!second) return `a try that was answered 503 did not come again within ${ARRIVES_WITHIN_MS / 1_000} s: send again until 2xx`;
  const ids = [first, second].map(({ headers }) => headers.find(([name]) => name === 'webhook-id')?.[1]);
  const problem = await judged(hub, second, one);
  return problem ?? (ids[0] === ids[1] ? null : 'the second try has another webhook-id: keep the id of the event, and sign anew');
}

async function judged(hub: HubWebhooksClient, { headers, body, answer }: ReceivedWebhook, one: VendorCase): Promise<string | null> {
  const told = await hub.dryRun(headers, body);
  const { ok, answer: short, lines } = verdictOf(told);
  answer(ok ? 202 : 400, { status: ok ? 'accepted' : short });
  if (!ok) return lines.join('; ');
  const type = (told.body['event'] as { type?: unknown } | null)?.type;
  return type === one.event['event'] ? null : `the hub understands ${String(type)} instead of ${String(one.event['event'])}`;
}

/** Why the hook did not take it; null: it did. */
async function handOver(url: string, event: object): Promise<string | null> {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(HOOK_TIMEOUT_MS);
    const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event), signal });
    return status < 300 ? null : `your hook answers ${status}: take the event, answer 2xx, and send it`;
  } catch {
    return 'your hook does not answer: is it running at the --through URL?';
  }
}

/** The webhooks that came, each for one taker. */
class Inbox {
  private waiting: ReceivedWebhook[] = [];
  private taker: ((webhook: ReceivedWebhook) => void) | null = null;

  put(webhook: ReceivedWebhook): Promise<void> {
    if (this.taker) this.taker(webhook);
    else this.waiting.push(webhook);
    return Promise.resolve();
  }

  /** What came late of an event before is not of the next: taken, so that it is not sent again. */
  clear(): void {
    for (const { answer } of this.waiting.splice(0)) answer(202, { status: 'duplicate' });
  }

  async next(withinMs: number): Promise<ReceivedWebhook | null> {
    const known = this.waiting.shift();
    if (known) return known;
    return new Promise(resolve => {
      const settle = (webhook: ReceivedWebhook | null): void => {
        clearTimeout(timer);
        this.taker = null;
        resolve(webhook);
      };
      const timer = setTimeout(settle, withinMs, null);
      this.taker = settle;
    });
  }
}
