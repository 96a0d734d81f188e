import { Injectable } from '@nestjs/common';

/** Messages that one facility's channel has on the way at once, in one copy of the hub. A provider that hangs takes these, and no more. */
const MOST_AT_ONCE = 24;

/** How much each provider has in hand: one that is slow does not hold up the others. */
@Injectable()
export class ProviderSlots {
  private readonly taken = new Map<string, number>();

  /** False: it has enough. To be given back. */
  take(facilityId: string, channel: string): boolean {
    const key = keyOf(facilityId, channel);
    const present = this.taken.get(key) ?? 0;
    if (present >= MOST_AT_ONCE) return false;
    this.taken.set(key, present + 1);
    return true;
  }

  giveBack(facilityId: string, channel: string): void {
    const key = keyOf(facilityId, channel);
    const left = (this.taken.get(key) ?? 0) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }

  /** `facility|channel` of those that take no more at the moment. */
  full(): string[] {
    return [...this.taken].filter(([, count]) => count >= MOST_AT_ONCE).map(([key]) => key);
  }
}

function keyOf(facilityId: string, channel: string): string {
  return `${facilityId}|${channel}`;
}
