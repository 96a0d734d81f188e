import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Bookable } from '../calendars/bookable.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { keyOf, textOf, type MonthKey } from './month-key.js';
import type { OfferedSlot } from './slot-days.js';

/** How long a read may go on behind the backs of those who have stopped waiting for it. */
const READ_TIMEOUT_MS = 3_500;
/** A connector that misses its own deadline is given up then. */
const GIVEN_UP_AFTER_MS = READ_TIMEOUT_MS + 500;
/** A hospital that has just failed is left alone for this long, per month. */
const PAUSE_MS = 2_000;

/** What the hospital said, and when it was asked: the answer is no older than that. */
export interface UpstreamMonth {
  slots: OfferedSlot[];
  fetchedAt: Date;
}

/** The calls to the hospital, and what became of the last that failed. */
@Injectable()
export class UpstreamMonths {
  private readonly logger = new Logger(UpstreamMonths.name);
  private readonly failures = new LRUCache<string, { error: UpstreamError; untilMs: number }>({ max: 5_000 });
  private readonly running = new Set<(error: UpstreamError) => void>();
  private isStopping = false;

  constructor(
    private readonly connections: SchedulerConnections,
    private readonly clock: Clock,
  ) {}

  /** Why the hospital is not to be asked at present, or null. */
  recentFailure(key: MonthKey): { error: UpstreamError; untilMs: number } | null {
    const failure = this.failures.get(textOf(key));
    return failure && this.clock.now().getTime() < failure.untilMs ? failure : null;
  }

  /** Throws `UpstreamError`. */
  async ask(facility: Facility, bookable: Bookable, month: string): Promise<UpstreamMonth> {
    const { scheduler, connection } = await this.connections.of(facility);
    const { calendarExternalId, appointmentTypeExternalId, timezone, durationMinutes } = bookable;
    const query = { month, calendarExternalId, appointmentTypeExternalId, timezone, durationMinutes };
    if (this.isStopping) throw stopping();
    const fetchedAt = this.clock.now();
    try {
      const slots = await this.untilAbandoned(scheduler.getAvailability(connection, query, READ_TIMEOUT_MS));
      return { slots: slots.map(s => ({ startMs: s.start.getTime(), endMs: s.end.getTime(), seats: s.available })), fetchedAt };
    } catch (error) {
      if (error instanceof UpstreamError) this.noteFailure(keyOf(bookable, month), error);
      throw error;
    }
  }

  /** Lets go of all that runs, and begins no more: the process is stopping. */
  abandonAll(): void {
    this.isStopping = true;
    for (const abandon of this.running) abandon(stopping());
  }

  private async untilAbandoned<T>(call: Promise<T>): Promise<T> {
    const abandoned = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      abandoned.reject(new UpstreamError('upstream-timeout', `The connector did not answer within ${GIVEN_UP_AFTER_MS} ms.`));
    }, GIVEN_UP_AFTER_MS);
    this.running.add(abandoned.reject);
    try {
      return await Promise.race([call, abandoned.promise]);
    } finally {
      clearTimeout(timer);
      this.running.delete(abandoned.reject);
    }
  }

  private noteFailure(key: MonthKey, error: UpstreamError): void {
    const { facilityId, calendarId, month } = key;
    this.logger.warn({ msg: 'A month could not be read from the hospital', facilityId, calendarId, month, code: error.code });
    this.failures.set(textOf(key), { error, untilMs: this.clock.now().getTime() + PAUSE_MS });
  }
}

function stopping(): UpstreamError {
  return new UpstreamError('upstream-unreachable', 'The hub is stopping.');
}
