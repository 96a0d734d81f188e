import { Injectable } from '@nestjs/common';

/** Messages that one facility's channel has on the way at once, in one copy of the hub. A provider that hangs takes these, and no more. */
export const MOST_OF_FACILITY = 36;
/** And all facilities together on one channel: most have the same provider. */
const MOST_OF_CHANNEL = 108;

/** Who takes no more at the moment. */
export interface BusyProviders {
  /** `facility|channel`. */
  facilities: string[];
  channels: string[];
  /** How many more each `facility|channel` takes, of those that have some in hand. */
  room: Record<string, number>;
}

/** How much each provider has in hand: one that is slow does not hold up the others. */
@Injectable()
export class ProviderSlots {
  private readonly facilities = new Map<string, number>();
  private readonly channels = new Map<string, number>();

  /** False: it has enough. To be given back. */
  take(facilityId: string, channel: string): boolean {
    const key = keyOf(facilityId, channel);
    const ofFacility = this.facilities.get(key) ?? 0;
    const ofChannel = this.channels.get(channel) ?? 0;
    if (ofFacility >= MOST_OF_FACILITY || ofChannel >= MOST_OF_CHANNEL) return false;
    this.facilities.set(key, ofFacility + 1);
    this.channels.set(channel, ofChannel + 1);
    return true;
  }

  giveBack(facilityId: string, channel: string): void {
    lessen(this.facilities, keyOf(facilityId, channel));
    lessen(this.channels, channel);
  }

  busy(): BusyProviders {
    const room = Object.fromEntries([...this.facilities].map(([key, count]) => [key, MOST_OF_FACILITY - count]));
    return { facilities: atLeast(this.facilities, MOST_OF_FACILITY), channels: atLeast(this.channels, MOST_OF_CHANNEL), room };
  }
}

function lessen(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

function atLeast(counts: ReadonlyMap<string, number>, most: number): string[] {
  return [...counts].filter(([, count]) => count >= most).map(([key]) => key);
}

function keyOf(facilityId: string, channel: string): string {
  return `${facilityId}|${channel}`;
}
