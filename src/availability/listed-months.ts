import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import { Invalidations } from '../database/invalidations.js';
import { AvailabilityDrops } from './availability-drops.js';
import type { Snapshot } from './availability-snapshot.repository.js';
import { textOf, type MonthKey } from './month-key.js';

const TOPIC = 'month-listed';
/** Of all months together: some 10 MB. */
const MAX_SLOTS = 100_000;

interface Entry extends Snapshot {
  facilityId: string;
}

/**
 * What the hospital listed last, in this copy's memory: the very snapshot that the database holds, or is about to, or nothing. A booking finds
 * its slot here without a wait. Unlike the answers that are shown, a listing outlives the claims made since.
 */
@Injectable()
export class ListedMonths {
  private readonly entries = new LRUCache<string, Entry>({
    maxSize: MAX_SLOTS,
    sizeCalculation: entry => entry.slots.length + 1,
  });

  constructor(
    private readonly invalidations: Invalidations,
    drops: AvailabilityDrops,
  ) {
    invalidations.subscribe(TOPIC, key => {
      if (key !== null) this.dropOlder(...parse(key));
    });
    drops.onDrop(({ facilityId, startMs }) => {
      if (startMs === null) this.dropAll(facilityId);
    });
  }

  get(key: MonthKey): Snapshot | undefined {
    return this.invalidations.isListening ? this.entries.get(textOf(key)) : undefined;
  }

  set(key: MonthKey, { slots, fetchedAt }: Snapshot): void {
    if (this.invalidations.isListening) this.entries.set(textOf(key), { slots, fetchedAt, facilityId: key.facilityId });
  }

  /** It came to nothing: the database does not hold it. */
  delete(key: MonthKey): void {
    this.entries.delete(textOf(key));
  }

  /** Announces within the transaction of `em`, which stores it, that there is a listing of `fetchedAt`: older ones are dropped. */
  async announce(em: EntityManager, key: MonthKey, fetchedAt: Date): Promise<void> {
    await this.invalidations.announce(em, TOPIC, `${fetchedAt.getTime()}|${textOf(key)}`);
  }

  private dropOlder(text: string, fetchedMs: number): void {
    const entry = this.entries.peek(text);
    if (entry && entry.fetchedAt.getTime() < fetchedMs) this.entries.delete(text);
  }

  /** Of a facility whose settings or calendars have changed; null: of all. */
  private dropAll(facilityId: string | null): void {
    for (const [text, entry] of [...this.entries]) {
      if (facilityId === null || entry.facilityId === facilityId) this.entries.delete(text);
    }
  }
}

function parse(key: string): [text: string, fetchedMs: number] {
  const end = key.indexOf('|');
  return [key.slice(end + 1), Number(key.slice(0, end))];
}
