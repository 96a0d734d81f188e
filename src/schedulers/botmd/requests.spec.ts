import type { BookCommand, SchedulerConnection } from '../scheduler.js';
import { appointmentPath, bookBody, cancelBody, endpointUrl, requestHeaders, rescheduleBody } from './requests.js';

const CONNECTION: SchedulerConnection = {
  facilityId: 'f',
  baseUrl: 'https://his.example.org/api/v1',
  auth: { scheme: 'bearer', apiKey: 'k' },
};

const COMMAND: BookCommand = {
  reference: 'ref-1',
  calendarExternalId: '7',
  appointmentTypeExternalId: null,
  start: new Date('2026-03-09T01:30:00Z'),
  timezone: 'Asia/Manila',
  patient: {
    name: 'Maria Santos',
    dateOfBirth: '1990-02-01',
    phone: '+639170000000',
    email: null,
    gender: 'female',
    nationalId: null,
    patientId: null,
    temporaryPatientId: 'T1',
  },
  notes: null,
};

describe('what the hub sends', () => {
  it('is snake_case, the datetime with the offset of the zone, and without what is unknown', () => {
    expect(JSON.parse(bookBody(COMMAND))).toEqual({
      calendar_id: '7',
      datetime: '2026-03-09T09:30:00+08:00',
      patient: { name: 'Maria Santos', date_of_birth: '1990-02-01', phone: '+639170000000', gender: 'female', temporary_patient_id: 'T1' },
      external_reference: 'ref-1',
    });
  });

  it('names the appointment in the body of a change as well', () => {
    const change = { appointmentId: 'A 1', calendarExternalId: '7', appointmentTypeExternalId: '70', isRepeat: false };

    expect(JSON.parse(rescheduleBody({ ...change, start: COMMAND.start, timezone: 'Asia/Manila' }))).toEqual({
      appointment_id: 'A 1',
      datetime: '2026-03-09T09:30:00+08:00',
      calendar_id: '7',
      appointment_type_id: '70',
    });
    expect(JSON.parse(cancelBody({ appointmentId: 'A 1', reason: null, isRepeat: false }))).toEqual({ appointment_id: 'A 1' });
  });

  it('leaves out parameters that are null', () => {
    const url = endpointUrl(CONNECTION, 'availability', { month: '2026-03', appointment_type_id: null, calendar_id: 'a&b' });

    expect(url.href).toBe('https://his.example.org/api/v1/availability?month=2026-03&calendar_id=a%26b');
  });

  it.each([
    ['A1', 'appointments/A1/cancel'],
    ['a/../b?x#y', 'appointments/a%2F..%2Fb%3Fx%23y/cancel'],
    ['..', null],
    ['.', null],
    ['', null],
    ['\ud800', null],
  ])('puts the id %j into the path as one segment, or not at all', (id, path) => {
    expect(appointmentPath(id, 'cancel')).toBe(path);
  });

  it.each<[SchedulerConnection['auth'], Record<string, string>]>([
    [{ scheme: 'basic', userId: 'üser', apiKey: 'k:ey' }, { authorization: `Basic ${Buffer.from('üser:k:ey').toString('base64')}` }],
    [{ scheme: 'header', headerName: 'X-API-Key', apiKey: 'k' }, { 'x-api-key': 'k' }],
    [{ scheme: 'bearer', apiKey: 'k' }, { authorization: 'Bearer k' }],
  ])('sends the key by the scheme of the facility: %j', (auth, header) => {
    expect(requestHeaders({ ...CONNECTION, auth })).toMatchObject(header);
  });
});
