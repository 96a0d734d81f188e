// Tells the hub what has changed. In memory alone: a real system writes the event in the transaction of the change (an outbox).
import { createHmac, randomUUID } from 'node:crypto';

const { WEBHOOK_URL, WEBHOOK_SECRET = '' } = process.env;
/** Seconds before each try: at once, then later and later, for three days. */
const WAITS = [0, 1, 5, 30, 120, 600, ...Array(72).fill(3_600)];

/** Resolves when the hub has taken it, or wants none. The id and the bytes are the same on every try, time and signature are fresh. */
export async function tell(event) {
  if (!WEBHOOK_URL) return;
  const [id, body] = [`msg_${randomUUID()}`, JSON.stringify(event)];
  for (const seconds of WAITS) {
    await new Promise(resolve => setTimeout(resolve, seconds * 1_000).unref());
    const status = await post(id, body).catch(() => 0);
    if ((status >= 200 && status < 300) || status === 404 || status === 410) return;
    console.error(`The hub answered ${status} to ${id}: again later.`);
  }
}

async function post(id, body) {
  const timestamp = Math.floor(Date.now() / 1_000);
  const key = Buffer.from(WEBHOOK_SECRET.replace('whsec_', ''), 'base64');
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  const headers = { 'Content-Type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return (await fetch(WEBHOOK_URL, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })).status;
}
