import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ExplanationController } from './explanation.controller.js';
import { ExplanationService } from './explanation.service.js';

@Module({
  imports: [AppointmentsModule, ContactsModule, NotificationsModule],
  controllers: [ExplanationController],
  providers: [ExplanationService],
})
export class OperationsModule {}
