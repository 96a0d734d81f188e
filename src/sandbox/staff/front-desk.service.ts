import { Injectable } from '@nestjs/common';
import { BookingService } from '../booking/booking.service.js';
import { ChangeService } from '../booking/change.service.js';
import type { CancelAppointmentDto, CreateAppointmentDto, RescheduleAppointmentDto } from '../booking/appointment.dto.js';
import { ClinicDirectory } from '../clinic/clinic-directory.js';
import { localDate } from '../clinic/local-time.js';
import { NothingToChangeError } from '../hospital.errors.js';
import { PatientRegistryService } from '../patients/patient-registry.service.js';
import type { PermanentIdDto } from '../patients/patient.dto.js';
import type { Appointment } from '../records/appointment.js';
import type { HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { nextQueueNumber } from './queue-number.js';
import type { CheckInDto } from './staff.dto.js';

/** What the hospital's staff do (journeys 4 and 5): the same books as the hub's, without notice, grid or cutoff. */
@Injectable()
export class FrontDeskService {
  constructor(
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
    private readonly bookings: BookingService,
    private readonly changes: ChangeService,
    private readonly patients: PatientRegistryService,
  ) {}

  book(dto: CreateAppointmentDto): HospitalEvent {
    return this.bookings.bookForStaff(dto);
  }

  move(appointmentId: string, dto: RescheduleAppointmentDto): HospitalEvent {
    const event = this.changes.reschedule(appointmentId, dto, 'staff');
    if (!event) throw new NothingToChangeError(appointmentId);
    return event;
  }

  cancel(appointmentId: string, dto: CancelAppointmentDto): HospitalEvent {
    return this.changes.cancel(appointmentId, dto, 'staff');
  }

  checkIn(appointmentId: string, dto: CheckInDto): HospitalEvent {
    const appointment = this.changes.get(appointmentId);
    return this.changes.checkIn(appointmentId, dto.queueNumber ?? nextQueueNumber(this.queueOf(appointment)));
  }

  givePermanentId(temporaryPatientId: string, dto: PermanentIdDto): HospitalEvent {
    return this.patients.givePermanentId(temporaryPatientId, dto.patientId ?? null);
  }

  /** The numbers of that calendar on the appointment's local day. */
  private queueOf({ calendarId, startMs }: Appointment): (string | null)[] {
    const timezone = this.directory.timezoneOf(calendarId);
    const day = localDate(startMs, timezone);
    return this.records
      .occupying(calendarId)
      .filter(other => localDate(other.startMs, timezone).equals(day))
      .map(other => other.queueNumber);
  }
}
