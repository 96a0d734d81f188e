import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { aSandbox, type SandboxUnderTest } from '../sandbox/a-sandbox.js';
import { typedClient, type AnswerOf, type TypedClient } from './typed-client.js';

const REFERENCE = '01999c5e-0000-7000-8000-000000000001';

describe('A client with the types made out of the document of the scheduling system API', () => {
  let hospital: SandboxUnderTest;
  let client: TypedClient;

  beforeEach(async () => {
    hospital = await aSandbox();
    client = typedClient(hospital.sandbox.baseUrl, hospital.sandbox.credentials.apiKey);
  });
  afterEach(() => hospital.sandbox.close());

  it('has the types of the present document', () => {
    const digest = createHash('sha256').update(readFileSync('docs/scheduler-api.yaml')).digest('hex');

    const [first] = readFileSync('test/contract/scheduler-api.types.ts', 'utf8').split('\n', 1);

    // Not the same: `npm run contract:types`.
    expect(first).toBe(`// npm run contract:types; docs/scheduler-api.yaml ${digest}`);
  });

  const bookFirst = async (): Promise<{ calendarId: string; typeId: string; starts: string[]; booked: AnswerOf<'createAppointment'> }> => {
    const calendars = await client.call('listCalendars', {});
    const calendar = calendars.status === 200 ? calendars.body.find(({ id }) => id === 'cal-cardiology') : undefined;
    const [calendarId, typeId] = [calendar?.id ?? '', calendar?.appointment_types?.[0]?.id ?? ''];
    const month = await client.call('getAvailability', {
      query: { month: '2026-10', calendar_id: calendarId, appointment_type_id: typeId },
    });
    const starts = month.status === 200 ? month.body.map(({ start }) => start) : [];
    const booked = await client.call('createAppointment', {
      header: { 'Idempotency-Key': REFERENCE },
      body: {
        calendar_id: calendarId,
        appointment_type_id: typeId,
        datetime: starts[0] ?? '',
        patient: { name: 'Testa Inventada', gender: 'female' },
        external_reference: REFERENCE,
      },
    });
    return { calendarId, typeId, starts, booked };
  };

  it('books, moves, finds and cancels', async () => {
    const { calendarId, starts, booked } = await bookFirst();
    const id = booked.status === 201 ? booked.body.appointment_id : '';

    const moved = await client.call('rescheduleAppointment', {
      path: { appointment_id: id },
      body: { appointment_id: id, calendar_id: calendarId, datetime: starts[4] ?? '' },
    });
    const found = await client.call('listAppointments', { query: { external_reference: REFERENCE } });
    const canceled = await client.call('cancelAppointment', { path: { appointment_id: id }, body: { appointment_id: id } });
    const again = await client.call('cancelAppointment', { path: { appointment_id: id }, body: { appointment_id: id } });

    expect([booked.status, moved.status, canceled.status, again.status]).toEqual([201, 200, 200, 409]);
    expect(moved.status === 200 && moved.body.datetime).toBe(starts[4]);
    expect(found.status === 200 && found.body.map(({ appointment_id, status }) => [appointment_id, status])).toEqual([[id, 'scheduled']]);
    expect(canceled.status === 200 && canceled.body.status).toBe('canceled');
    expect(again.status === 409 && again.body.code).toBe('already_canceled');
  });

  it('does not compile where the document would be broken', async () => {
    // @ts-expect-error a month is asked for by calendar
    const month = await client.call('getAvailability', { query: { month: '2026-10' } });
    const patient = { name: 'Testa Inventada' };
    const body = { calendar_id: 'cal-cardiology', datetime: '2026-10-05T13:00:00+08:00', patient, external_reference: REFERENCE };
    // @ts-expect-error a booking has its key
    const booked = await client.call('createAppointment', { body: { ...body, calendar_id: 'cal-none' } });

    expect([month.status, booked.status]).toEqual([400, 422]);
  });
});
