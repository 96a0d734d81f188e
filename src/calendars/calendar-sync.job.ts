import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service.js';
import { CalendarSyncService } from './calendar-sync.service.js';

/** So many hospitals may hang at once, 10 s each at most, before a healthy one of this copy waits. */
const PLACES = 64;

@Injectable()
export class CalendarSyncJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly sync: CalendarSyncService,
  ) {}

  onModuleInit(): void {
    this.jobs.work('calendar-sync', PLACES, ({ facilityId, calendarSyncId }, signal) =>
      this.sync.run({ facilityId, id: calendarSyncId }, signal),
    );
  }
}
