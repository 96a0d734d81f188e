import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CALENDARS_TOPIC } from '../calendars/calendar-catalogue.js';
import { Invalidations, type Announcement } from '../database/invalidations.js';
import { FACILITY_TOPIC } from '../facilities/facilities.service.js';

const TOPIC = 'availability';

/** What must not be shown any more: the months of a calendar that hold `startMs`. Null: all of them. */
export interface Drop {
  facilityId: string | null;
  calendarId: string | null;
  startMs: number | null;
}

/** What a calendar offers around `start` is not what it was. */
export interface ChangedMonth {
  facilityId: string;
  calendarId: string;
  start: Date;
}

/** What a kept or running read is about. */
export interface ReadPlace {
  facilityId: string;
  calendarId: string;
  fromMs: number;
  untilMs: number;
}

export function concerns(drop: Drop, place: ReadPlace): boolean {
  if (drop.facilityId !== null && drop.facilityId !== place.facilityId) return false;
  if (drop.calendarId !== null && drop.calendarId !== place.calendarId) return false;
  return drop.startMs === null || (drop.startMs >= place.fromMs && drop.startMs < place.untilMs);
}

/** Tells every copy of the hub which months have changed, and hears it from them. */
@Injectable()
export class AvailabilityDrops {
  private readonly listeners: ((drop: Drop) => void)[] = [];

  constructor(private readonly invalidations: Invalidations) {
    invalidations.subscribe(TOPIC, key => {
      this.tell(key === null ? { facilityId: null, calendarId: null, startMs: null } : parse(key));
    });
    // A facility or a calendar that is switched off, or has another zone, address or duration: nothing of it holds.
    for (const topic of [FACILITY_TOPIC, CALENDARS_TOPIC]) {
      invalidations.subscribe(topic, facilityId => {
        this.tell({ facilityId, calendarId: null, startMs: null });
      });
    }
  }

  /** Whether every drop is heard; while not, nothing that was kept may be used. */
  get isListening(): boolean {
    return this.invalidations.isListening;
  }

  onDrop(listener: (drop: Drop) => void): void {
    this.listeners.push(listener);
  }

  /** Announces within the transaction of `em`, in one statement, that what calendars offer around these moments has changed. */
  async announceAll(em: EntityManager, months: readonly ChangedMonth[]): Promise<void> {
    const keys = months.map(({ facilityId, calendarId, start }) => keyOf(facilityId, calendarId, start));
    await this.invalidations.announceAll(em, TOPIC, keys);
  }

  /** The same of one, left to a statement of the transaction. */
  announcement(em: EntityManager, facilityId: string, calendarId: string, start: Date): Announcement {
    return this.invalidations.announcement(em, TOPIC, keyOf(facilityId, calendarId, start));
  }

  private tell(drop: Drop): void {
    for (const listener of this.listeners) listener(drop);
  }
}

function keyOf(facilityId: string, calendarId: string, start: Date): string {
  return `${facilityId}|${calendarId}|${start.getTime()}`;
}

function parse(key: string): Drop {
  const [facilityId = null, calendarId = null, start] = key.split('|');
  return { facilityId, calendarId, startMs: start === undefined ? null : Number(start) };
}
