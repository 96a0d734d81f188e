import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { NotificationCountRepository, type FailedCount } from './notification-count.repository.js';

const DAY_MS = 24 * 3_600_000;

/**
 * How many messages are late or lost, for the operations person; each count is at most one more than `MOST_COUNTED`. The caller must be
 * known to be allowed to see the facilities.
 */
@Injectable()
export class NotificationCounts {
  constructor(
    private readonly messages: NotificationCountRepository,
    private readonly clock: Clock,
  ) {}

  /** Messages of which patients were to have been told by now, of each of these facilities. */
  async overdue(facilityIds: readonly string[]): Promise<Map<string, number>> {
    const counts = await this.messages.countOverdue(facilityIds, this.clock.now());
    return new Map(counts.map(({ facilityId, count }) => [facilityId, count]));
  }

  /** Likewise all of them together; null: of all facilities. */
  async allOverdue(facilityIds: readonly string[] | null): Promise<number> {
    return this.messages.countAllOverdue(facilityIds, this.clock.now());
  }

  /** The facilities that have some, newest first, with an id below `before`; at most `limit`. Of `among`; null: of all. */
  async withOverdue(among: readonly string[] | null, before: string | null, limit: number): Promise<string[]> {
    return this.messages.withOverdue(among, this.clock.now(), before, limit);
  }

  /** Those of the last 24 hours that have failed, of each of these facilities. */
  async failedLastDay(facilityIds: readonly string[]): Promise<Map<string, number>> {
    const counts = await this.messages.countFailed(facilityIds, this.yesterday());
    return new Map(counts.map(({ facilityId, count }) => [facilityId, count]));
  }

  /** Likewise of one, by verdict, the most frequent first. */
  async failedByVerdict(facilityId: string): Promise<FailedCount[]> {
    return this.messages.countFailedByVerdict(facilityId, this.yesterday());
  }

  private yesterday(): Date {
    return new Date(this.clock.now().getTime() - DAY_MS);
  }
}
