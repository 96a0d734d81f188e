import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Clock } from '../common/clock.js';
import { AppointmentReaderService } from './booking/appointment-reader.service.js';
import { AppointmentsController } from './booking/appointments.controller.js';
import { BookingService } from './booking/booking.service.js';
import { ChangeService } from './booking/change.service.js';
import { SlotAllocationService } from './booking/slot-allocation.service.js';
import { AvailabilityController } from './calendars/availability.controller.js';
import { AvailabilityService } from './calendars/availability.service.js';
import { CalendarsController } from './calendars/calendars.controller.js';
import { CalendarsService } from './calendars/calendars.service.js';
import { ClinicDirectory } from './clinic/clinic-directory.js';
import { DeskController } from './desk/desk.controller.js';
import { DeskService } from './desk/desk.service.js';
import { AnswerInterceptor } from './http/answer.interceptor.js';
import { CallCounts } from './http/call-counts.js';
import { ErrorFilter } from './http/error.filter.js';
import { KeyGuard } from './http/key.guard.js';
import { RequestPipe } from './http/request.pipe.js';
import { PatientRegistryService } from './patients/patient-registry.service.js';
import { PatientController } from './patients/patient.controller.js';
import { Credentials } from './records/credentials.js';
import { HospitalRecords } from './records/hospital-records.js';
import { RandomIds } from './records/random-ids.js';
import { SandboxSettings } from './sandbox-settings.js';
import { FrontDeskService } from './staff/front-desk.service.js';
import { StaffController } from './staff/staff.controller.js';
import { WebhookOutbox } from './webhooks/webhook-outbox.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import { WebhookSettingsService } from './webhooks/webhook-settings.service.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** What one hospital consists of, made before its server. Several may run in one process. */
export interface Hospital {
  clock: Clock;
  directory: ClinicDirectory;
  records: HospitalRecords;
  ids: RandomIds;
  credentials: Credentials;
  settings: SandboxSettings;
  calls: CallCounts;
  outbox: WebhookOutbox;
  sender: WebhookSender;
}

@Module({})
export class SandboxModule {
  static of(hospital: Hospital): DynamicModule {
    return {
      module: SandboxModule,
      controllers: [
        CalendarsController,
        AvailabilityController,
        AppointmentsController,
        PatientController,
        StaffController,
        WebhooksController,
        DeskController,
      ],
      providers: [
        { provide: Clock, useValue: hospital.clock },
        { provide: ClinicDirectory, useValue: hospital.directory },
        { provide: HospitalRecords, useValue: hospital.records },
        { provide: RandomIds, useValue: hospital.ids },
        { provide: Credentials, useValue: hospital.credentials },
        { provide: SandboxSettings, useValue: hospital.settings },
        { provide: CallCounts, useValue: hospital.calls },
        { provide: WebhookOutbox, useValue: hospital.outbox },
        { provide: WebhookSender, useValue: hospital.sender },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_GUARD, useClass: KeyGuard },
        { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
        { provide: APP_PIPE, useClass: RequestPipe },
        RequestPipe,
        DeskService,
        AppointmentReaderService,
        AvailabilityService,
        BookingService,
        CalendarsService,
        ChangeService,
        FrontDeskService,
        PatientRegistryService,
        SlotAllocationService,
        WebhookSettingsService,
      ],
    };
  }
}
