import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { AuditLogsController } from './audit-logs.controller.js';
import { AuditLogsService } from './audit-logs.service.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ExplanationController } from './explanation.controller.js';
import { ExplanationService } from './explanation.service.js';

@Module({
  imports: [AppointmentsModule, ContactsModule, FacilitiesModule, NotificationsModule],
  controllers: [ExplanationController, AuditLogsController],
  providers: [ExplanationService, AuditLogsService],
  exports: [AuditLogsService],
})
export class OperationsModule {}
