import { Module } from '@nestjs/common';
import { AvailabilityModule } from '../availability/availability.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { AppointmentLog } from './appointment-log.js';
import { AppointmentEventsService } from './appointment-events.service.js';
import { AppointmentSubject } from './appointment-subject.js';
import { AppointmentPagesRepository } from './appointment-pages.repository.js';
import { AppointmentRepository } from './appointment.repository.js';
import { AppointmentsController } from './appointments.controller.js';
import { AppointmentsService } from './appointments.service.js';
import { BookingOpening } from './booking-opening.js';
import { BookingRows } from './booking-rows.js';
import { BookingSettlement } from './booking-settlement.js';
import { BookingService } from './booking.service.js';
import { ComparedAppointments } from './compared-appointments.service.js';
import { ChangeOpening } from './change-opening.js';
import { ChangeSettlement } from './change-settlement.js';
import { ChangeService } from './change.service.js';
import { ContactAppointmentsRepository } from './contact-appointments.repository.js';
import { ContactAppointmentsService } from './contact-appointments.service.js';
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
import { BookingReconciliation } from './booking-reconciliation.service.js';
import { BookingResolution } from './booking-resolution.service.js';
import { CallRepeats } from './call-repeats.service.js';
import { ChangeAbandoning } from './change-abandoning.service.js';
import { ChangeReconciliation } from './change-reconciliation.service.js';
import { HospitalRecordsService } from './hospital-records.service.js';
import { ReconciliationCron } from './reconciliation.cron.js';
import { ReconciliationJob } from './reconciliation.job.js';
import { ReconciliationMetrics } from './reconciliation-metrics.js';
import { ReconciliationService } from './reconciliation.service.js';
import { ReviewsService } from './reviews.service.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';
import { UnknownOutcomesService } from './unknown-outcomes.service.js';
import { ReviewsController } from './reviews.controller.js';

@Module({
  imports: [FacilitiesModule, ContactsModule, NotificationsModule, CalendarsModule, AvailabilityModule],
  controllers: [AppointmentsController, ContactMergesController, ReviewsController],
  providers: [
    AppointmentEventsService,
    AppointmentPagesRepository,
    AppointmentRepository,
    AppointmentSubject,
    AppointmentsService,
    AppointmentLog,
    BookingService,
    BookingOpening,
    BookingRows,
    BookingSettlement,
    ChangeService,
    ComparedAppointments,
    ChangeOpening,
    ChangeSettlement,
    ContactAppointmentsRepository,
    ContactAppointmentsService,
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
    BookingReconciliation,
    BookingResolution,
    CallRepeats,
    ChangeAbandoning,
    ChangeReconciliation,
    HospitalRecordsService,
    ReconciliationCron,
    ReconciliationJob,
    ReconciliationMetrics,
    ReconciliationService,
    ReviewsService,
    UnknownOutcomeRepository,
    UnknownOutcomesService,
  ],
  exports: [
    AppointmentsService,
    ComparedAppointments,
    ContactAppointmentsService,
    ContactMergesService,
    HospitalEventsService,
    ReviewsService,
  ],
})
export class AppointmentsModule {}
