import type { HeardOf } from './channel-address.repository.js';

export const CHANNEL_EVENT_TYPES = ['inbound', 'opt-out', 'opt-in'] as const;
export type ChannelEventType = (typeof CHANNEL_EVENT_TYPES)[number];

/** How far the platform's clock may be ahead. */
const MAX_AHEAD_MS = 5 * 60_000;

/** When the event counts as having happened: not after `now`; null: its time is none that a clock would give. */
export function eventTime(at: Date, now: Date): Date | null {
  if (at.getTime() > now.getTime() + MAX_AHEAD_MS) return null;
  return at > now ? now : at;
}

/** What the event says of its address. */
export function heardBy(type: ChannelEventType, at: Date): HeardOf {
  switch (type) {
    case 'inbound':
      return { inboundAt: at, optedOut: null };
    case 'opt-out':
    case 'opt-in':
      return { inboundAt: null, optedOut: { isOptedOut: type === 'opt-out', at } };
  }
}
