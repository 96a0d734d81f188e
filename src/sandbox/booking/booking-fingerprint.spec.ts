import type { CreateAppointmentDto } from './appointment.dto.js';
import { bookingFingerprint } from './booking-fingerprint.js';

const booking: CreateAppointmentDto = {
  calendarId: 'c',
  appointmentTypeId: 't',
  datetime: '2026-10-05T13:00:00+08:00',
  patient: { name: 'Test', dateOfBirth: '1990-01-01' },
  externalReference: 'r',
};

function fingerprint(dto: CreateAppointmentDto): string {
  return bookingFingerprint(dto, Date.parse(dto.datetime));
}

describe('bookingFingerprint', () => {
  it.each<[string, Partial<CreateAppointmentDto>]>([
    ['the same moment in another offset', { datetime: '2026-10-05T05:00:00Z' }],
    ['null for absent', { notes: null }],
    ['ids that the hospital gave out meanwhile', { patient: { ...booking.patient, temporaryPatientId: 'tmp-1', patientId: 'pat-1' } }],
  ])('is the same for %s', (_title, change) => {
    expect(fingerprint({ ...booking, ...change })).toBe(fingerprint(booking));
  });

  it.each<[string, Partial<CreateAppointmentDto>]>([
    ['time', { datetime: '2026-10-05T13:30:00+08:00' }],
    ['calendar', { calendarId: 'd' }],
    ['type', { appointmentTypeId: null }],
    ['patient', { patient: { ...booking.patient, name: 'Test Other' } }],
    ['note', { notes: 'wheelchair' }],
    ['reference', { externalReference: 's' }],
  ])('differs by %s', (_title, change) => {
    expect(fingerprint({ ...booking, ...change })).not.toBe(fingerprint(booking));
  });
});
