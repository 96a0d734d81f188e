import type { Random } from '../../storm/random.js';

const KEPT = 300;
/** What the `id` of an answer names, by the last word of the operation's path. */
const NAMED_BY: Record<string, string> = {
  'api-keys': 'apiKey',
  facilities: 'facility',
  contacts: 'contact',
  search: 'contact',
  notifications: 'notification',
  calendars: 'calendar',
  'slot-holds': 'hold',
  appointments: 'appointment',
  merges: 'merge',
  'webhook-events': 'webhookEvent',
  webhooks: 'webhookEvent',
  drift: 'finding',
};
/** A hospital's own ids go by the same names. */
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Members of answers that are ids by their own names. */
const MEMBERS: Record<string, string> = { contactId: 'contact', appointmentId: 'appointment', nextCursor: 'cursor', start: 'start' };

/** What earlier answers have told, for later requests. The newest are kept. */
export class KnownIds {
  private readonly pools = new Map<string, string[]>();

  add(kind: string, value: string): void {
    const pool = this.pools.get(kind) ?? [];
    this.pools.set(kind, pool);
    if (pool.includes(value)) return;
    pool.push(value);
    // The first is the one that all is set up for.
    if (pool.length > KEPT) pool.splice(1, 1);
  }

  pick(kind: string, random: Random): string | undefined {
    const pool = this.pools.get(kind) ?? [];
    return pool.length === 0 ? undefined : random.pick(pool);
  }

  first(kind: string): string | undefined {
    return this.pools.get(kind)?.[0];
  }

  /** `path`: the operation's, as the document has it. */
  learn(path: string, body: unknown): void {
    const word = path.split('/').findLast(part => part !== '' && !part.startsWith('{')) ?? '';
    this.visit(NAMED_BY[word], body);
  }

  private visit(kind: string | undefined, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      const named = name === 'id' ? kind : MEMBERS[name];
      if (typeof member === 'string' && named !== undefined && (ID.test(member) || named === 'cursor' || named === 'start'))
        this.add(named, member);
      this.visit(name === 'data' || Array.isArray(value) ? kind : undefined, member);
    }
  }
}
