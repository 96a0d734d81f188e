import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AvailabilityDrops, concerns, type Drop, type ReadPlace } from './availability-drops.js';
import { textOf, type MonthKey } from './month-key.js';
import type { OfferedMonth } from './offered-month.js';

const MAX_BYTES = 32 * 1024 * 1024;

/** A month as it is answered until `validUntilMs`: `stale` where the hospital did not answer. */
export interface KeptMonth {
  offered: OfferedMonth;
  source: 'cache' | 'stale';
  validUntilMs: number;
}

interface Entry extends KeptMonth {
  place: ReadPlace;
}

/** The months of this copy's memory; the least recently asked for go first. */
@Injectable()
export class AvailabilityCache {
  private readonly entries = new LRUCache<string, Entry>({
    maxSize: MAX_BYTES,
    sizeCalculation: entry => entry.offered.approximateBytes,
    dispose: (entry, key, reason) => {
      if (reason !== 'set') this.forgetKey(entry, key);
    },
  });
  /** So that a drop need not look at every entry. */
  private readonly keysByCalendar = new Map<string, Set<string>>();

  constructor(private readonly drops: AvailabilityDrops) {
    drops.onDrop(drop => {
      this.drop(drop);
    });
  }

  get(key: MonthKey, now: Date): KeptMonth | undefined {
    if (!this.drops.isListening) return undefined;
    const entry = this.entries.get(textOf(key));
    return entry && now.getTime() < Math.min(entry.validUntilMs, entry.place.untilMs) ? entry : undefined;
  }

  set(key: MonthKey, kept: KeptMonth): void {
    if (!this.drops.isListening) return;
    const text = textOf(key);
    const { facilityId, calendarId } = key;
    this.entries.set(text, { ...kept, place: { facilityId, calendarId, ...kept.offered.window } });
    if (!this.entries.has(text)) return;
    const keys = this.keysByCalendar.get(calendarId);
    if (keys) keys.add(text);
    else this.keysByCalendar.set(calendarId, new Set([text]));
  }

  private drop(drop: Drop): void {
    const keys = drop.calendarId === null ? this.entries.keys() : (this.keysByCalendar.get(drop.calendarId) ?? []);
    for (const key of [...keys]) {
      const entry = this.entries.peek(key);
      if (entry && concerns(drop, entry.place)) this.entries.delete(key);
    }
  }

  private forgetKey(entry: Entry, key: string): void {
    const keys = this.keysByCalendar.get(entry.place.calendarId);
    keys?.delete(key);
    if (keys?.size === 0) this.keysByCalendar.delete(entry.place.calendarId);
  }
}
