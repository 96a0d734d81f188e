import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoClinic } from '../../src/sandbox/clinic/demo-clinic.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { aBooking, aPatient, aSandbox, textOf, type SandboxUnderTest } from './a-sandbox.js';

function basic(userId: string, apiKey: string): string {
  return `Basic ${Buffer.from(`${userId}:${apiKey}`).toString('base64')}`;
}

describe('the sandbox hospital', () => {
  let hospital: SandboxUnderTest;

  beforeEach(async () => {
    hospital = await aSandbox();
  });

  afterEach(async () => {
    await hospital.sandbox.close();
  });

  it('takes its key in each of the three schemes', async () => {
    const { userId, apiKey } = hospital.sandbox.credentials;

    const answers = await Promise.all([
      hospital.get('/api/v1/calendars', { Authorization: basic(userId, apiKey) }),
      hospital.get('/api/v1/calendars', { Authorization: '', 'X-API-Key': apiKey }),
      hospital.get('/api/v1/calendars', { Authorization: `bearer ${apiKey}` }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['no key', '/api/v1/calendars', () => ''],
    ['another user', '/api/v1/calendars', (apiKey: string) => basic('somebody', apiKey)],
    ['another key', '/api/v1/calendars', () => 'Bearer sk-other'],
    ['a part of the key', '/api/v1/calendars', (apiKey: string) => `Bearer ${apiKey.slice(0, -1)}`],
    ['another scheme', '/api/v1/calendars', (apiKey: string) => `Digest ${apiKey}`],
    ['no key, as staff', '/staff/appointments', () => ''],
  ])('refuses %s', async (_title, path, authorization) => {
    const answer = await hospital.get(path, { Authorization: authorization(hospital.sandbox.credentials.apiKey) });

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized', message: expect.any(String) } });
  });

  it('lists its calendars over pages', async () => {
    const first = await hospital.get('/api/v1/calendars');
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await hospital.get(next.replace(hospital.sandbox.url, ''));

    const ids = [first, second].flatMap(({ body }) => (body as { id: string }[]).map(({ id }) => id));

    expect(ids).toEqual(demoClinic.calendars.map(({ id }) => id));
    expect(second.headers.get('link')).toBeNull();
  });

  it('lists a calendar without types, and one without a time zone', async () => {
    const { body } = await hospital.get('/api/v1/calendars?limit=100');

    expect(body).toContainEqual(expect.objectContaining({ id: 'cal-laboratory', appointment_types: [] }));
    expect((body as { id: string }[]).find(({ id }) => id === 'cal-dermatology')).not.toHaveProperty('timezone');
  });

  it('answers 304 until any calendar changes, on whichever page', async () => {
    const etag = (await hospital.get('/api/v1/calendars')).headers.get('etag') ?? '';
    const same = await hospital.get('/api/v1/calendars', { 'If-None-Match': etag });

    hospital.sandbox.replaceClinic({ ...demoClinic, calendars: demoClinic.calendars.slice(0, -1) });
    const changed = await hospital.get('/api/v1/calendars', { 'If-None-Match': etag });

    expect([same.status, same.body, changed.status]).toEqual([304, null, 200]);
  });

  it('counts the calls of each endpoint', async () => {
    await hospital.get('/api/v1/calendars');
    await hospital.put('/api/v1/appointments/apt-none/cancel');
    await hospital.put('/api/v1/appointments/apt-none/cancel');

    const calls = (['listCalendars', 'cancelAppointment', 'createAppointment'] as const).map(endpoint => hospital.sandbox.calls(endpoint));

    expect(calls).toEqual([1, 2, 0]);
  });

  it.each([
    ['no JSON', '{"calendar_id":', 'application/json', 400, 'invalid_request'],
    ['a list', '[]', 'application/json', 400, 'invalid_request'],
    ['a form', 'calendar_id=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['too much', JSON.stringify({ notes: 'x'.repeat(256 * 1024) }), 'application/json', 413, 'body_too_large'],
    ['endless nesting', `{"notes":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'application/json', 400, 'invalid_request'],
  ])('refuses a body that is %s', async (_title, body, contentType, status, code) => {
    const response = await fetch(`${hospital.sandbox.baseUrl}/appointments`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hospital.sandbox.credentials.apiKey}`, 'Content-Type': contentType },
      body,
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, message: expect.any(String) });
  });

  it('names each field that is wrong', async () => {
    const answer = await hospital.post('/api/v1/appointments', {
      calendar_id: {},
      datetime: '2026-10-05T13:00:00',
      patient: { name: 5, date_of_birth: '01/02/1990', email: 'x' },
      notes: 7,
    });

    expect(answer.status).toBe(400);
    expect((answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual([
      'calendar_id',
      'datetime',
      'patient.name',
      'patient.date_of_birth',
      'patient.email',
      'notes',
    ]);
  });

  it.each(['/nothing', '/api/v1/nothing', '/api/v1/appointments/apt-1'])('answers JSON at %s, which it has not', async path => {
    expect(await hospital.get(path)).toMatchObject({ status: 404, body: { code: 'not_found', message: expect.any(String) } });
  });

  it.each(['2026-1', '2026-13', '26-01', 'now', '', '2026-01&month=2026-02'])('refuses the month "%s"', async month => {
    expect((await hospital.get(`/api/v1/availability?calendar_id=cal-laboratory&month=${month}`)).status).toBe(400);
  });

  it('rejects with the server’s own error when its port is taken', async () => {
    await expect(startSandbox({ port: hospital.sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the camel dialect', () => {
  it('answers camelCase under data and reads either spelling', async () => {
    const hospital = await aSandbox({ dialect: 'camel' });
    const booking = {
      calendarId: 'cal-cardiology',
      appointmentTypeId: 'type-consultation',
      datetime: '2026-10-05T13:00:00+08:00',
      patient: { name: 'Test Maria Santos', dateOfBirth: '1990-02-01' },
    };

    const camel = await hospital.post('/api/v1/appointments', booking);
    const snake = await hospital.post('/api/v1/appointments', aBooking({ datetime: '2026-10-05T13:30:00+08:00' }));
    const days = await hospital.get('/api/v1/availability?month=2026-10&calendarId=cal-cardiology&appointmentTypeId=type-consultation');
    const wrong = await hospital.post('/api/v1/appointments', aBooking({ patient: aPatient({ date_of_birth: 'x' }) }));
    await hospital.sandbox.close();

    expect(camel.body).toMatchObject({ data: { appointmentId: expect.any(String), temporaryPatientId: expect.any(String) } });
    expect(snake.status).toBe(201);
    expect((days.body as { data: unknown[] }).data[0]).toMatchObject({
      date: '2026-10-01',
      slots: expect.arrayContaining([{ start: '2026-10-01T09:00:00+08:00', end: '2026-10-01T09:30:00+08:00', available: 1 }]),
    });
    expect(wrong.body).toMatchObject({ errors: [{ field: 'patient.dateOfBirth' }] });
  });
});

describe('the state file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets a second start find the key, the patients and the appointments', async () => {
    const stateFile = join(folder, 'sandbox.json');
    const first = await aSandbox({ stateFile });
    const booking = await first.post('/api/v1/appointments', aBooking(), { 'Idempotency-Key': 'key-1' });
    const before = first.sandbox.appointments();
    await first.sandbox.close();

    const second = await aSandbox({ stateFile });
    const repeat = await second.post('/api/v1/appointments', aBooking(), { 'Idempotency-Key': 'key-1' });
    const taken = await second.post('/api/v1/appointments', aBooking());
    await second.sandbox.close();

    expect(second.sandbox.credentials).toEqual(first.sandbox.credentials);
    expect(second.sandbox.appointments()).toEqual(before);
    expect(textOf(repeat, 'appointment_id')).toBe(textOf(booking, 'appointment_id'));
    expect(taken.status).toBe(409);
  });

  it('has a booking before its answer goes out: a copy taken then is whole', async () => {
    const stateFile = join(folder, 'sandbox.json');
    const first = await aSandbox({ stateFile });
    const slots = ['09:00', '09:30', '10:00', '10:30', '13:00', '13:30', '14:00', '14:30'];

    const found = await Promise.all(
      slots.map(async slot => {
        const answer = await first.post('/api/v1/appointments', aBooking({ datetime: `2026-10-05T${slot}:00+08:00` }));
        const onDisk = await aSandbox({ stateFile });
        await onDisk.sandbox.close();
        return onDisk.sandbox.appointments().some(({ appointmentId }) => appointmentId === textOf(answer, 'appointment_id'));
      }),
    );
    await first.sandbox.close();

    expect(found).toEqual(slots.map(() => true));
  });

  it('that is broken stops the start, by name', async () => {
    const stateFile = join(folder, 'sandbox.json');
    writeFileSync(stateFile, '{"version":1,');

    await expect(startSandbox({ port: 0, stateFile })).rejects.toThrow(`state file ${stateFile} is broken: it is not JSON`);
  });

  it('gives a seeded hospital new ids after a restart', async () => {
    const options = { stateFile: join(folder, 'sandbox.json'), seed: 7 };
    const first = await aSandbox(options);
    const before = await first.post('/api/v1/appointments', aBooking());
    await first.sandbox.close();

    const second = await aSandbox(options);
    const after = await second.post('/api/v1/appointments', aBooking({ datetime: '2026-10-05T14:00:00+08:00' }));
    await second.sandbox.close();

    expect(textOf(after, 'appointment_id')).not.toBe(textOf(before, 'appointment_id'));
  });
});

it('options for the key go before what is made', async () => {
  const hospital = await aSandbox({ auth: { scheme: 'header', apiKey: 'given-key', headerName: 'X-Hospital-Key' } });

  const answer = await hospital.get('/api/v1/calendars', { Authorization: '', 'X-Hospital-Key': 'given-key' });
  await hospital.sandbox.close();

  expect(hospital.sandbox.credentials).toMatchObject({ scheme: 'header', apiKey: 'given-key', headerName: 'X-Hospital-Key' });
  expect(answer.status).toBe(200);
});
