import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../common/clock.js';
import type { UpstreamFailureCode } from '../schedulers/scheduler.js';

/** A hospital that is away is asked again after this; with several outcomes to learn there, only a few calls find that out. */
const PAUSE_MS = 12_000;

const AWAY = new Set<UpstreamFailureCode>([
  'upstream-timeout',
  'upstream-unreachable',
  'upstream-connection-lost',
  'upstream-rate-limited',
  'upstream-credentials-refused',
]);

/** Hospitals that have just been seen away, by this process: none is called for what can wait. */
@Injectable()
export class FacilityPauses {
  private readonly untilMs = new LRUCache<string, number>({ max: 5_000 });

  constructor(private readonly clock: Clock) {}

  /** Until when the hospital is left alone; null: it may be called. */
  pausedUntil(facilityId: string): Date | null {
    const untilMs = this.untilMs.get(facilityId);
    return untilMs !== undefined && this.clock.now().getTime() < untilMs ? new Date(untilMs) : null;
  }

  /** Takes note of a failed call; true where it means that the hospital is away, and is now left alone. */
  note(facilityId: string, code: UpstreamFailureCode): boolean {
    if (!AWAY.has(code)) return false;
    this.untilMs.set(facilityId, this.clock.now().getTime() + PAUSE_MS);
    return true;
  }
}
