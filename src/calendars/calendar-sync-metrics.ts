import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Metrics } from '../common/metrics.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';

/** What there is to watch of the calendars: of all facilities that are live, and all copies together. */
@Injectable()
export class CalendarSyncMetrics {
  constructor(syncs: CalendarSyncRepository, clock: Clock, metrics: Metrics) {
    const oldest = metrics.storedGauge(
      'hub_calendar_sync_oldest_age_seconds',
      'Since when the calendars that were synced longest ago are as they are, of the facilities that are live',
    );
    const overdue = metrics.storedGauge(
      'hub_calendar_sync_overdue',
      'Facilities that are live and whose calendars were not synced for three of their intervals',
    );
    metrics.onReading(async () => {
      const now = clock.now();
      const ages = await syncs.ages(now);
      oldest.set(ages.oldestAt === null ? 0 : Math.max(0, now.getTime() - ages.oldestAt.getTime()) / 1_000);
      overdue.set(ages.overdue);
    });
  }
}
