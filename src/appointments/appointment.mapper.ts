import { isoInZone } from '../common/zoned-time.js';
import type { FieldCipher, SealedPlace } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentEvent, TimelineState } from './appointment-event.entity.js';
import type { AppointmentDto, ChangePermissionDto, TimelineEntryDto } from './appointment.dto.js';
import type { Appointment } from './appointment.entity.js';
import { changePermission, type ChangeableAppointment, type ChangePermission } from './change-policy.js';

export function changeableOf(appointment: Appointment): ChangeableAppointment {
  const cancel = appointment.externalId !== null;
  const reschedule = cancel && appointment.calendarId !== null && appointment.appointmentTypeId !== null;
  return {
    status: appointment.status,
    startAt: appointment.startAt,
    hasPendingChange: appointment.pendingChange !== null,
    isLinked: { reschedule, cancel },
  };
}

export function sealedPlaceOf(appointment: { id: string; facilityId: string }, column: 'reason_sealed' | 'notes_sealed'): SealedPlace {
  return { table: 'appointment', column, facilityId: appointment.facilityId, rowId: appointment.id };
}

export function notePlaceOf({ id, facilityId }: { id: string; facilityId: string }): SealedPlace {
  return { table: 'appointment_event', column: 'note_sealed', facilityId, rowId: id };
}

/** `zone`: the calendar's, or the facility's where it has none. */
export function toAppointmentDto(
  appointment: Appointment,
  facility: Facility,
  zone: string,
  cipher: FieldCipher,
  now: Date,
): AppointmentDto {
  const iso = (time: Date | null): string | null => (time === null ? null : isoInZone(time, zone));
  const permission = ({ allowed, until, code, phone }: ChangePermission): ChangePermissionDto => ({
    allowed,
    until: iso(until),
    code,
    phone,
  });
  const pending = appointment.pendingChange;
  return {
    id: appointment.id,
    facilityId: appointment.facilityId,
    contactId: appointment.contactId,
    calendarId: appointment.calendarId,
    appointmentTypeId: appointment.appointmentTypeId,
    start: iso(appointment.startAt),
    end: iso(appointment.endAt),
    status: appointment.status,
    appointmentId: appointment.externalId,
    patientId: appointment.patientId,
    temporaryPatientId: appointment.temporaryPatientId,
    queueNumber: appointment.queueNumber,
    reason: cipher.openOptional(appointment.reasonSealed, sealedPlaceOf(appointment, 'reason_sealed')),
    source: appointment.source,
    revision: appointment.revision,
    pendingChange: pending && {
      kind: pending.kind,
      start: iso(pending.start === null ? null : new Date(pending.start)),
      since: isoInZone(new Date(pending.since), zone),
    },
    needsReview: appointment.needsReview,
    reviewReason: appointment.reviewReason,
    canReschedule: permission(changePermission('reschedule', changeableOf(appointment), facility.policies.reschedule, now)),
    canCancel: permission(changePermission('cancel', changeableOf(appointment), facility.policies.cancel, now)),
    createdAt: isoInZone(appointment.createdAt, zone),
    updatedAt: isoInZone(appointment.updatedAt, zone),
  };
}

export function toTimelineEntryDto(event: AppointmentEvent, zone: string, cipher: FieldCipher): TimelineEntryDto {
  const state = (stored: TimelineState | null): TimelineState | null =>
    stored && { ...stored, ...(typeof stored.start === 'string' ? { start: isoInZone(new Date(stored.start), zone) } : {}) };
  return {
    at: isoInZone(event.at, zone),
    type: event.type,
    source: event.source,
    before: state(event.before),
    after: state(event.after),
    reference: event.reference,
    note: cipher.openOptional(event.noteSealed, notePlaceOf(event)),
  };
}
