import { entityTag } from '../common/entity-tag-rules.js';
import type { AvailabilityDto, AvailabilitySource } from './availability.dto.js';
import { LocalClock } from './local-clock.js';
import type { MonthWindow } from './month.js';
import { freeSlots, nextEndMs, slotDays, upcomingSlots, type ClaimCount, type OfferedSlot } from './slot-days.js';

/** Bytes that a slot takes at most: itself, and its piece of the written answer. */
const BYTES_PER_SLOT = 350;
const BYTES_PER_CLAIM = 60;

/** The answer as it was written last. */
interface Written {
  source: AvailabilitySource;
  validUntilMs: number;
  text: string;
  /** The text as it goes over the wire, once it was asked for. */
  wired?: WiredMonth;
}

/** In UTF-8, with its entity tag. */
export interface WiredMonth {
  bytes: Buffer;
  tag: string;
}

/** One read of one month, less the claims of that moment, each for as long as it lasts: nobody tells when a hold ends. */
export class OfferedMonth {
  /** What is free until the next hold ends. */
  private free: { slots: readonly OfferedSlot[]; untilMs: number };
  private readonly clock: LocalClock;
  private written: Written | undefined;

  constructor(
    readonly month: string,
    readonly timezone: string,
    readonly window: MonthWindow,
    private readonly offered: readonly OfferedSlot[],
    private readonly claims: readonly ClaimCount[],
    /** When the hospital was asked. */
    readonly fetchedAt: Date,
  ) {
    this.free = this.freeAt(fetchedAt);
    this.clock = new LocalClock(timezone);
  }

  get approximateBytes(): number {
    return 500 + this.offered.length * BYTES_PER_SLOT + this.claims.length * BYTES_PER_CLAIM;
  }

  /** Whether a slot could begin at `start`: a whole number of the smallest gaps from one that is offered. True where too few are. */
  isOnGrid(start: Date): boolean {
    const starts = this.offered.map(slot => slot.startMs).sort((a, b) => a - b);
    const gaps = starts.slice(1).map((startMs, i) => startMs - (starts[i] ?? 0));
    const stepMs = Math.min(...gaps.filter(gap => gap > 0));
    return !Number.isFinite(stepMs) || starts.some(startMs => (start.getTime() - startMs) % stepMs === 0);
  }

  /** The slot that the hospital offers at `start`, whoever has claimed it. */
  find(start: Date): OfferedSlot | null {
    return this.offered.find(slot => slot.startMs === start.getTime()) ?? null;
  }

  /** Whether any slot of the month has more seats left than one. */
  get hasSeveralSeats(): boolean {
    return this.offered.some(slot => slot.seats > 1);
  }

  /** The slots with a free seat that begin after `now`, in order of time. */
  upcoming(now: Date): readonly OfferedSlot[] {
    if (now.getTime() >= this.free.untilMs) this.free = this.freeAt(now);
    return upcomingSlots(this.free.slots, now);
  }

  /** The answer as JSON text. Written once for all who ask before the next slot begins, or the next hold ends. */
  json(source: AvailabilitySource, now: Date): string {
    return this.write(source, now).text;
  }

  /** Likewise, as it goes over the wire. */
  wired(source: AvailabilitySource, now: Date): WiredMonth {
    const written = this.write(source, now);
    return (written.wired ??= { bytes: Buffer.from(written.text, 'utf8'), tag: entityTag(written.text) });
  }

  private freeAt(now: Date): { slots: readonly OfferedSlot[]; untilMs: number } {
    return { slots: freeSlots(this.offered, this.claims, this.window, now), untilMs: nextEndMs(this.claims, now) };
  }

  private write(source: AvailabilitySource, now: Date): Written {
    if (this.written?.source === source && now.getTime() < this.written.validUntilMs) return this.written;
    const upcoming = this.upcoming(now);
    const text = JSON.stringify(this.toDto(upcoming, source));
    this.written = { source, validUntilMs: Math.min(upcoming[0]?.startMs ?? Infinity, this.free.untilMs), text };
    return this.written;
  }

  private toDto(upcoming: readonly OfferedSlot[], source: AvailabilitySource): AvailabilityDto {
    return {
      month: this.month,
      timezone: this.timezone,
      days: slotDays(upcoming, this.clock),
      freshness: { source, fetchedAt: this.clock.iso(this.fetchedAt.getTime()) },
      emptyReason: upcoming.length === 0 ? 'none-offered' : null,
    };
  }
}
