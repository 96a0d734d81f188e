import { Module } from '@nestjs/common';
import { AvailabilityModule } from '../availability/availability.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { AppointmentLog } from './appointment-log.js';
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
import { HospitalCalls } from './hospital-calls.js';
import { IdempotencyCleanupCron } from './idempotency-cleanup.cron.js';
import { IdempotencyService } from './idempotency.service.js';
import { OutcomeNotes } from './outcome-notes.js';
import { WantedSlotsService } from './wanted-slots.service.js';

@Module({
  imports: [FacilitiesModule, ContactsModule, CalendarsModule, AvailabilityModule],
  controllers: [AppointmentsController],
  providers: [
    AppointmentRepository,
    AppointmentsService,
    AppointmentLog,
    BookingService,
    BookingOpening,
    BookingRows,
    BookingSettlement,
    ChangeService,
    ChangeOpening,
    ChangeSettlement,
    HospitalCalls,
    IdempotencyService,
    IdempotencyCleanupCron,
    OutcomeNotes,
    WantedSlotsService,
  ],
  exports: [AppointmentsService],
})
export class AppointmentsModule {}
