import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { MessageActionsController } from './actions.controller.js';
import { AppointmentController } from './appointment.controller.js';
import { AppointmentPages } from './appointment-pages.service.js';
import { AppointmentRecords } from './appointment-records.service.js';
import { ConsoleSearch } from './console-search.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { SearchController } from './search.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignInForm } from './sign-in-form.js';

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
    OperationsModule,
  ],
  controllers: [SignInController, SearchController, AppointmentController, MessageActionsController, OverviewController],
  providers: [SignInForm, ConsoleSearch, AppointmentPages, AppointmentRecords, OverviewService],
})
export class ConsoleModule {}
