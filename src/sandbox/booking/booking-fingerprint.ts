import { createHash } from 'node:crypto';
import type { CreateAppointmentDto } from './appointment.dto.js';

/**
 * Two requests with one fingerprint ask for the same booking. The patient's ids are left out: the hospital itself gives them out, so a
 * repeat may carry what the first try could not know. The moment counts, not how its offset is written.
 */
export function bookingFingerprint(dto: CreateAppointmentDto, startMs: number): string {
  const { patient } = dto;
  const booking = [
    [dto.calendarId, dto.appointmentTypeId, startMs, dto.externalReference, dto.notes],
    [patient.name, patient.dateOfBirth, patient.phone, patient.email, patient.gender, patient.nationalId],
  ];
  // JSON writes undefined in an array as null: absent and null are the same.
  return createHash('sha256').update(JSON.stringify(booking)).digest('hex');
}
