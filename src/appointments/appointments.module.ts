import { Module } from '@nestjs/common';
import { AvailabilityModule } from '../availability/availability.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { AppointmentLog } from './appointment-log.js';
import { AppointmentEventsService } from './appointment-events.service.js';
import { AppointmentSubject } from './appointment-subject.js';
import { AppointmentRepository } from './appointment.repository.js';
import { AppointmentsController } from './appointments.controller.js';
import { AppointmentsService } from './appointments.service.js';
import { BookingOpening } from './booking-opening.js';
import { BookingRows } from './booking-rows.js';
import { BookingSettlement } from './booking-settlement.js';
import { BookingService } from './booking.service.js';
import { ChangeOpening } from './change-opening.js';
import { ChangeSettlement } from './change-settlement.js';
import { ChangeService } from './change.service.js';
import { ContactMergesController } from './contact-merges.controller.js';
import { ContactMergesService } from './contact-merges.service.js';
import { ContactMovesService } from './contact-moves.service.js';
import { EventAppointmentRepository } from './event-appointment.repository.js';
import { EventRecordsService } from './event-records.service.js';
import { EventSlotsService } from './event-slots.service.js';
import { EventWritingService } from './event-writing.service.js';
import { HospitalCalls } from './hospital-calls.js';
import { HospitalEventsService } from './hospital-events.service.js';
import { IdempotencyCleanupCron } from './idempotency-cleanup.cron.js';
import { IdempotencyService } from './idempotency.service.js';
import { OutcomeNotes } from './outcome-notes.js';
import { RemindersCron } from './reminders.cron.js';
import { RemindersRepository } from './reminders.repository.js';
import { WantedSlotsService } from './wanted-slots.service.js';

@Module({
  imports: [FacilitiesModule, ContactsModule, NotificationsModule, CalendarsModule, AvailabilityModule],
  controllers: [AppointmentsController, ContactMergesController],
  providers: [
    AppointmentEventsService,
    AppointmentRepository,
    AppointmentSubject,
    AppointmentsService,
    AppointmentLog,
    BookingService,
    BookingOpening,
    BookingRows,
    BookingSettlement,
    ChangeService,
    ChangeOpening,
    ChangeSettlement,
    ContactMergesService,
    ContactMovesService,
    EventAppointmentRepository,
    EventRecordsService,
    EventSlotsService,
    EventWritingService,
    HospitalCalls,
    HospitalEventsService,
    IdempotencyService,
    IdempotencyCleanupCron,
    OutcomeNotes,
    RemindersCron,
    RemindersRepository,
    WantedSlotsService,
  ],
  exports: [AppointmentsService, HospitalEventsService],
})
export class AppointmentsModule {}
