import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { NotificationRepository, type FailedCount } from './notification.repository.js';

const DAY_MS = 24 * 3_600_000;

/** How many messages are late or lost, for the operations person. The caller must be known to be allowed to see the facilities. */
@Injectable()
export class NotificationCounts {
  constructor(
    private readonly messages: NotificationRepository,
    private readonly clock: Clock,
  ) {}

  /** Facilities whose patients were to have been told by now, and how many messages it is; null: of all. */
  async overdueByFacility(facilityIds: readonly string[] | null = null): Promise<Map<string, number>> {
    const counts = await this.messages.countOverdue(facilityIds, this.clock.now());
    return new Map(counts.map(({ facilityId, count }) => [facilityId, count]));
  }

  /** Those of the last 24 hours that have failed, by facility and verdict, the most frequent first. */
  async failedLastDay(facilityIds: readonly string[]): Promise<FailedCount[]> {
    return this.messages.countFailed(facilityIds, new Date(this.clock.now().getTime() - DAY_MS));
  }
}
