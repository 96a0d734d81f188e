import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { DriftModule } from '../drift/drift.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { HealthModule } from '../health/health.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AppointmentController } from './appointment.controller.js';
import { AppointmentPages } from './appointment-pages.service.js';
import { AppointmentRecords } from './appointment-records.service.js';
import { ConsoleSearch } from './console-search.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { SearchController } from './search.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignInForm } from './sign-in-form.js';
import { ConsoleDryRun } from './console-dry-run.service.js';
import { DriftPagesController } from './drift-pages.controller.js';
import { FacilityController } from './facility.controller.js';
import { FacilityMessagesController } from './facility-messages.controller.js';
import { FacilityPages } from './facility-pages.service.js';
import { FacilityWebhooksController } from './facility-webhooks.controller.js';
import { MessageController } from './message.controller.js';
import { TemplatePagesController } from './template-pages.controller.js';
import { UnknownPageController } from './unknown-page.controller.js';
import { AllWebhooksController } from './all-webhooks.controller.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookPages } from './webhook-pages.service.js';
import { WebhookStream } from './webhook-stream.service.js';

/** The pages for whoever is asked why a patient was told nothing. They show what the API's services say, and do what those do. */
@Module({
  imports: [
    AuthModule,
    FacilitiesModule,
    CalendarsModule,
    ContactsModule,
    NotificationsModule,
    AppointmentsModule,
    WebhooksModule,
    DriftModule,
    OperationsModule,
    HealthModule,
  ],
  controllers: [
    SignInController,
    OverviewController,
    SearchController,
    AppointmentController,
    MessageController,
    AllWebhooksController,
    WebhookController,
    FacilityWebhooksController,
    FacilityMessagesController,
    DriftPagesController,
    TemplatePagesController,
    FacilityController,
    UnknownPageController,
  ],
  providers: [
    SignInForm,
    OverviewService,
    ConsoleSearch,
    AppointmentPages,
    AppointmentRecords,
    WebhookPages,
    WebhookStream,
    ConsoleDryRun,
    FacilityPages,
  ],
})
export class ConsoleModule {}
