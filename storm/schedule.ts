import { bodyOf } from './event-bodies.js';
import type { Model, StormEvent } from './model.js';
import { Random } from './random.js';

/** One delivery, or two of the same event at the same moment. */
export interface Post {
  webhookId: string;
  body: string;
  copies: 1 | 2;
}

export interface Schedule {
  /** In the order of sending. */
  posts: Post[];
  /** How many events each is true of. */
  reordered: number;
  duplicated: number;
  replayed: number;
}

const REORDERED = 0.2;
const DUPLICATED = 0.2;
const REPLAYED = 0.05;
/** So many appointments are busy at a time: their events meet each other in the hub's batches. */
const BUSY_AT_ONCE = 40;
const LATER_AT_MOST = 150;

/** How the events get to the hub: interleaved, some of an appointment out of order, some twice, some again at the very end. */
export function makeSchedule(seed: number, { streams }: Model): Schedule {
  const random = new Random(seed ^ 0x5eed);
  const sent = streams.map(stream => [...stream]);
  const reordered = reorder(random, sent);
  const order = interleaved(random, sent);
  const bodies = new Map(order.map(event => [event.webhookId, bodyOf(event, random)]));
  const post = ({ webhookId }: StormEvent, copies: 1 | 2 = 1): Post => ({ webhookId, body: bodies.get(webhookId) ?? '', copies });

  const chosen = random.shuffled(order).slice(0, Math.round(order.length * DUPLICATED));
  const atOnce = new Set(chosen.slice(0, Math.floor(chosen.length / 2)));
  const later = new Set(chosen.slice(atOnce.size));
  const slots = order.map((event, at) => ({ at, post: post(event, atOnce.has(event) ? 2 : 1) }));
  const repeats = order.flatMap((event, at) => (later.has(event) ? [{ at: at + 1 + random.below(LATER_AT_MOST), post: post(event) }] : []));
  const replays = random.shuffled(order).slice(0, Math.round(order.length * REPLAYED));
  return {
    posts: [...[...slots, ...repeats].sort((a, b) => a.at - b.at).map(slot => slot.post), ...replays.map(event => post(event))],
    reordered,
    duplicated: chosen.length,
    replayed: replays.length,
  };
}

/** Events change places with one up to three later in their own appointment's history. Answers how many did. */
function reorder(random: Random, streams: StormEvent[][]): number {
  const total = streams.reduce((sum, stream) => sum + stream.length, 0);
  const moved = new Set<StormEvent>();
  for (let tries = total * 100; moved.size < total * REORDERED && tries > 0; tries -= 1) {
    const stream = random.pick(streams);
    const [i, j] = [random.below(stream.length), random.below(stream.length)];
    const [one, other] = [stream[i], stream[j]];
    if (!one || !other || i >= j || j - i > 3 || moved.has(one) || moved.has(other)) continue;
    [stream[i], stream[j]] = [other, one];
    moved.add(one).add(other);
  }
  return moved.size;
}

function interleaved(random: Random, streams: readonly StormEvent[][]): StormEvent[] {
  const waiting = random.shuffled(streams.map(stream => [...stream]));
  const busy = waiting.splice(0, BUSY_AT_ONCE);
  const order: StormEvent[] = [];
  while (busy.length > 0) {
    const stream = random.pick(busy);
    const event = stream.shift();
    if (event) order.push(event);
    if (stream.length > 0) continue;
    busy.splice(busy.indexOf(stream), 1, ...waiting.splice(0, 1));
  }
  return order;
}
