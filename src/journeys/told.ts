import type { ApiClient } from './api-client.js';
import { list, text, type Json } from './json.js';

/** Where a message stands when nothing more is to be waited for. */
const ENDED = new Set(['sent', 'delivered', 'read', 'failed', 'suppressed', 'superseded']);

/** What the patient is told of a change, once it went out (or could not), as they read it. */
export async function told(hub: ApiClient, appointment: Json, kind: string): Promise<void> {
  const query = new URLSearchParams({ appointmentId: text(appointment, 'id') });
  const path = `/facilities/${text(appointment, 'facilityId')}/notifications?${query.toString()}`;
  const of = (answer: Json): Json[] => list(answer, 'data').filter(message => message['kind'] === kind);
  const isEnded = (message: Json): boolean => ENDED.has(String(message['status']));
  const answer = await hub.readUntil(`What the patient is told (${kind})`, path, found => of(found).length > 0 && of(found).every(isEnded));
  const [message, ...others] = of(answer);
  hub.check(message !== undefined && others.length === 0, 'there is one message of it, no more');
  const { channel, verdict, text: words } = (await hub.read(`/notifications/${text(message ?? {}, 'id')}`)) ?? {};
  hub.say(words === null ? `Not sent: ${String(verdict)}` : `By ${String(channel)}: ${JSON.stringify(words)}`);
}
