import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { AuditLogsController } from './audit-logs.controller.js';
import { AuditLogsService } from './audit-logs.service.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ExplanationController } from './explanation.controller.js';
import { ExplanationService } from './explanation.service.js';
import { FacilityHealthController } from './facility-health.controller.js';
import { FacilityHealthRecorder } from './facility-health-recorder.js';
import { FacilityHealthRepository } from './facility-health.repository.js';
import { FacilityHealthService } from './facility-health.service.js';
import { GoLiveController } from './go-live.controller.js';
import { GoLiveRepository } from './go-live.repository.js';
import { GoLiveService } from './go-live.service.js';
import { HealthCheckCron } from './health-check.cron.js';
import { HealthCheckService } from './health-check.service.js';

@Module({
  imports: [FacilitiesModule, CalendarsModule, AppointmentsModule, ContactsModule, NotificationsModule],
  controllers: [ExplanationController, FacilityHealthController, GoLiveController, AuditLogsController],
  providers: [
    ExplanationService,
    AuditLogsService,
    FacilityHealthService,
    FacilityHealthRecorder,
    FacilityHealthRepository,
    GoLiveService,
    GoLiveRepository,
    HealthCheckService,
    HealthCheckCron,
  ],
  exports: [AuditLogsService, ExplanationService, FacilityHealthService, GoLiveService],
})
export class OperationsModule {}
