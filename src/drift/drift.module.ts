import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { DriftBeginning } from './drift-beginning.js';
import { DriftCleanupCron } from './drift-cleanup.cron.js';
import { DriftComparing } from './drift-comparing.service.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DriftJudging } from './drift-judging.service.js';
import { DriftMetrics } from './drift-metrics.js';
import { DriftOpening } from './drift-opening.js';
import { DriftRecording } from './drift-recording.service.js';
import { DriftRepair } from './drift-repair.service.js';
import { DriftRepairsService } from './drift-repairs.service.js';
import { DriftReportService } from './drift-report.service.js';
import { DriftRunRepository } from './drift-run.repository.js';
import { DriftRunService } from './drift-run.service.js';
import { DriftController } from './drift.controller.js';
import { DriftCron } from './drift.cron.js';
import { DriftJob } from './drift.job.js';
import { DriftService } from './drift.service.js';
import { HospitalListing } from './hospital-listing.service.js';
import { RepairCheck } from './repair-check.service.js';

@Module({
  imports: [FacilitiesModule, CalendarsModule, AppointmentsModule],
  controllers: [DriftController],
  providers: [
    DriftService,
    DriftOpening,
    DriftBeginning,
    DriftRunService,
    DriftJudging,
    DriftComparing,
    DriftRecording,
    DriftReportService,
    DriftRepairsService,
    DriftRepair,
    RepairCheck,
    HospitalListing,
    DriftRunRepository,
    DriftFindingRepository,
    DriftCron,
    DriftJob,
    DriftCleanupCron,
    DriftMetrics,
  ],
  exports: [DriftRepairsService, DriftReportService, DriftService],
})
export class DriftModule {}
