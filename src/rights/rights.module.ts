import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { ContactExportService } from './contact-export.service.js';
import { ContactRightsController } from './contact-rights.controller.js';
import { ErasureService } from './erasure.service.js';

/** What a patient may ask for: all that is kept of them, and to be forgotten. */
@Module({
  imports: [FacilitiesModule, ContactsModule, NotificationsModule, AppointmentsModule, WebhooksModule, OperationsModule],
  controllers: [ContactRightsController],
  providers: [ContactExportService, ErasureService],
})
export class RightsModule {}
