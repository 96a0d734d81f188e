import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { isPastCutoff, type BookingPolicy } from '../clinic/booking-policy.js';
import { ClinicDirectory } from '../clinic/clinic-directory.js';
import { zonedText } from '../clinic/local-time.js';
import { AppointmentNotFoundError, ChangeNotAllowedError, CutoffPassedError, InvalidRequestError } from '../hospital.errors.js';
import type { Appointment } from '../records/appointment.js';
import type { Actor, AppointmentEventType, HospitalEvent } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';
import type { CancelAppointmentDto, RescheduleAppointmentDto } from './appointment.dto.js';
import { instantOf } from './instant.js';
import { SlotAllocationService, type WantedPlace } from './slot-allocation.service.js';

/** Journeys 2 and 3: an appointment is canceled or moved, by the hub (within the cutoffs) or by staff (at any time). */
@Injectable()
export class ChangeService {
  constructor(
    private readonly clock: Clock,
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
    private readonly slots: SlotAllocationService,
  ) {}

  /** Moving to where it already is changes nothing: no event, null. So a repeated request is a yes, even if the cutoff passed meanwhile. */
  reschedule(appointmentId: string, dto: RescheduleAppointmentDto, by: Actor): HospitalEvent | null {
    const appointment = this.getNamed(appointmentId, dto.appointmentId);
    if (appointment.status === 'canceled') throw new ChangeNotAllowedError('reschedule_canceled', appointmentId, 'canceled');
    if (appointment.status === 'checked_in') throw new ChangeNotAllowedError('reschedule_not_allowed', appointmentId, 'checked_in');
    const wanted = wantedPlace(appointment, dto);
    if (isAlreadyThere(appointment, wanted)) return null;
    if (by === 'hub') this.requireBeforeCutoff(appointment, 'reschedule_too_close', policy => policy.rescheduleCutoffMinutes);
    return this.change('appointmentRescheduled', by, { ...appointment, ...this.slots.allocate(wanted, by, appointmentId) });
  }

  cancel(appointmentId: string, dto: CancelAppointmentDto, by: Actor): HospitalEvent {
    const appointment = this.getNamed(appointmentId, dto.appointmentId);
    if (appointment.status === 'canceled') throw new ChangeNotAllowedError('already_canceled', appointmentId, 'canceled');
    if (appointment.status === 'checked_in') throw new ChangeNotAllowedError('cancel_not_allowed', appointmentId, 'checked_in');
    if (by === 'hub') this.requireBeforeCutoff(appointment, 'cancel_too_close', policy => policy.cancelCutoffMinutes);
    return this.change('appointmentCanceled', by, { ...appointment, status: 'canceled', cancelReason: dto.reason ?? null });
  }

  /** Journey 5: the patient is here. */
  checkIn(appointmentId: string, queueNumber: string): HospitalEvent {
    const appointment = this.get(appointmentId);
    if (appointment.status !== 'scheduled') throw new ChangeNotAllowedError('check_in_not_allowed', appointmentId, appointment.status);
    return this.change('Queued', 'staff', { ...appointment, status: 'checked_in', queueNumber });
  }

  get(appointmentId: string): Appointment {
    const appointment = this.records.findAppointment(appointmentId);
    if (!appointment) throw new AppointmentNotFoundError(appointmentId);
    return appointment;
  }

  private getNamed(appointmentId: string, namedInBody: string | null | undefined): Appointment {
    const isOther = (namedInBody ?? appointmentId) !== appointmentId;
    if (isOther) throw new InvalidRequestError(`The body names another appointment than the URL, "${appointmentId}".`);
    return this.get(appointmentId);
  }

  /** A calendar that was removed meanwhile has no cutoff left. */
  private requireBeforeCutoff(
    appointment: Appointment,
    code: 'reschedule_too_close' | 'cancel_too_close',
    cutoffOf: (policy: BookingPolicy) => number,
  ): void {
    const calendar = this.directory.calendars().find(({ id }) => id === appointment.calendarId);
    const cutoffMinutes = calendar ? cutoffOf(calendar.policy) : 0;
    if (!isPastCutoff(appointment.startMs, cutoffMinutes, this.clock.now().getTime())) return;
    throw new CutoffPassedError(code, zonedText(appointment.startMs, this.directory.timezoneOf(appointment.calendarId)), cutoffMinutes);
  }

  private change(type: AppointmentEventType, by: Actor, changed: Appointment): HospitalEvent {
    const occurredAtMs = this.clock.now().getTime();
    const appointment = { ...changed, updatedAtMs: occurredAtMs };
    return this.records.record({ type, by, occurredAtMs, appointment, patient: this.records.getPatientOf(appointment) });
  }
}

function wantedPlace(appointment: Appointment, dto: RescheduleAppointmentDto): WantedPlace {
  const calendarId = dto.calendarId ?? appointment.calendarId;
  const presentType = calendarId === appointment.calendarId ? appointment.appointmentTypeId : null;
  return {
    calendarId,
    appointmentTypeId: dto.appointmentTypeId ?? presentType,
    startMs: instantOf(dto.datetime),
  };
}

function isAlreadyThere(appointment: Appointment, wanted: WantedPlace): boolean {
  return (
    appointment.startMs === wanted.startMs &&
    appointment.calendarId === wanted.calendarId &&
    appointment.appointmentTypeId === wanted.appointmentTypeId
  );
}
