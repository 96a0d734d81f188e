import { Module } from '@nestjs/common';
import { HubConfig } from '../config/config.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { DEFAULT_SCHEDULER_LIMITS, type SchedulerOptions } from '../schedulers/scheduler.options.js';
import { SchedulersModule } from '../schedulers/schedulers.module.js';
import { CalendarCatalogue } from './calendar-catalogue.js';
import { CalendarRepository } from './calendar.repository.js';
import { CalendarSyncApplying } from './calendar-sync-applying.js';
import { CalendarSyncOpening } from './calendar-sync-opening.js';
import { CalendarSyncReading } from './calendar-sync-reading.js';
import { CalendarSyncCron } from './calendar-sync.cron.js';
import { CalendarSyncJob } from './calendar-sync.job.js';
import { CalendarSyncMetrics } from './calendar-sync-metrics.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import { CalendarSyncService } from './calendar-sync.service.js';
import { CalendarSyncsController } from './calendar-syncs.controller.js';
import { CalendarSyncsService } from './calendar-syncs.service.js';
import { CalendarsController } from './calendars.controller.js';
import { CalendarsService } from './calendars.service.js';
import { ConnectionCheckController } from './connection-check.controller.js';
import { ConnectionCheckService } from './connection-check.service.js';
import { SchedulerConnections } from './scheduler-connections.js';

const schedulers = SchedulersModule.registerAsync({
  inject: [HubConfig],
  useFactory: (config: HubConfig): SchedulerOptions => ({
    ...DEFAULT_SCHEDULER_LIMITS,
    allowedHosts: config.upstreamAllowedHosts,
    writeTimeoutMs: config.writeTimeoutMs,
  }),
});

@Module({
  imports: [FacilitiesModule, schedulers],
  controllers: [CalendarsController, CalendarSyncsController, ConnectionCheckController],
  providers: [
    CalendarsService,
    CalendarSyncsService,
    CalendarSyncService,
    CalendarSyncOpening,
    CalendarSyncReading,
    CalendarSyncApplying,
    CalendarSyncCron,
    CalendarSyncJob,
    CalendarSyncMetrics,
    CalendarCatalogue,
    CalendarRepository,
    CalendarSyncRepository,
    ConnectionCheckService,
    SchedulerConnections,
  ],
  exports: [CalendarsService, CalendarSyncsService, ConnectionCheckService, SchedulerConnections, schedulers],
})
export class CalendarsModule {}
