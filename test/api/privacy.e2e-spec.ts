import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { canariesIn, writingsOf } from '../support/canary.js';
import { eventually } from '../support/eventually.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import type { Answer } from '../support/hub.js';
import { makeFreshCopy, type FreshCopy } from '../support/fresh-copy.js';
import { Programs, type Program } from '../support/programs.js';
import { createTestDatabase } from '../support/test-database.js';
import { signed } from '../support/webhooks.js';
import { wholeDatabase } from '../support/whole-database.js';

const ADMIN = `planted-admin-${randomBytes(24).toString('base64url')}`;
/** What may be found nowhere but in the answers that are there to give it. */
const PLANTED = {
  name: 'Plantada Quixotesca',
  namePart: 'Quixotesca',
  phone: '0917 555 0123',
  e164: '+639175550123',
  digits: '9175550123',
  dateOfBirth: '1987-06-05',
  email: 'plantada@quixotesca.example',
  nationalId: 'PLNT-4711-0815',
  notes: 'planted note: allergic to everything',
  reason: 'planted reason: moved to the moon',
  messengerId: 'planted-psid-998877',
  replyTo: 'planted-reply-to-554433',
  heardOf: 'planted-heard-of-221100',
  testAddress: 'planted-test-address-776655',
  smsToken: 'planted-sms-token-1234567890',
  pageToken: 'planted-page-token-1234567890',
  appSecret: 'planted-app-secret-1234567890',
  upstreamKey: 'planted-upstream-key-1234567890',
  admin: ADMIN,
};

describe('What is told about a patient', () => {
  let copy: FreshCopy;
  let programs: Programs;
  let hospital: FakeHospital;
  let database: { url: string; drop: () => Promise<void> };
  let hub: Program;
  let url: string;
  const errors: string[] = [];
  /** Made by the hub itself; their hash is how an API key is known again. */
  const made: Record<string, string> = {};

  /** Keeps the body of every answer that is an error, and of those that must hold nothing of a patient. */
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Omit<Answer, 'headers'>> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 400) errors.push(text);
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const patient = {
    name: PLANTED.name,
    phone: PLANTED.phone,
    dateOfBirth: PLANTED.dateOfBirth,
    email: PLANTED.email,
    nationalId: PLANTED.nationalId,
    channels: [{ channel: 'messenger', address: PLANTED.messengerId, primary: true }],
  };

  beforeAll(async () => {
    copy = makeFreshCopy();
    programs = new Programs(copy.dir);
    hospital = await startFakeHospital();
    database = await createTestDatabase();
    const build = programs.node(['node_modules/@nestjs/cli/bin/nest.js', 'build', '--no-type-check']);
    await build.exit(60_000);
    const env = {
      PORT: '0',
      DATABASE_URL: database.url,
      ADMIN_API_KEY: ADMIN,
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
      UPSTREAM_ALLOWED_HOSTS: hospital.host,
      LOG_LEVEL: 'debug',
    };
    await programs.node(['dist/commands/migrate.js'], env).exit(60_000);
    hub = programs.node(['dist/main.js'], env);
    await hub.says('Health', 60_000);
    url = /API +(http:\/\/localhost:\d+)/.exec(hub.output())?.[1] ?? '';
  }, 120_000);
  afterAll(async () => {
    await programs.end();
    await hospital.close();
    await database.drop();
    copy.remove();
  });

  it('stands in no log line, no error and no table, whatever goes wrong', async () => {
    const month = `2099-01`;
    hospital.on('GET /calendars', {
      data: [{ id: 'cal', name: 'Test', appointmentTypes: [{ id: 'type', name: 'Visit', durationMinutes: 30 }] }],
    });
    hospital.on('GET /availability', { data: [{ date: `${month}-05`, slots: ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00'] }] });
    const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth: { scheme: 'bearer', apiKey: PLANTED.upstreamKey } };
    const messenger = { channel: 'messenger', pageAccessToken: PLANTED.pageToken, appSecret: PLANTED.appSecret };
    const sms = { channel: 'sms', accountSid: `AC${'0'.repeat(32)}`, authToken: PLANTED.smsToken, from: 'TEST' };
    const notifications = { channels: [messenger, sms], testAddresses: [{ channel: 'viber', address: PLANTED.testAddress }] };
    const facility = await call('POST', '/facilities', { name: 'Test', timezone: 'Asia/Manila', country: 'PH', scheduler, notifications });
    const path = `/facilities/${facility.body.id}`;
    const calendar = await eventually('the calendars are synced', async () => (await call('GET', `${path}/calendars`)).body.data[0]);
    const ids = { calendarId: calendar.id, appointmentTypeId: calendar.appointmentTypes[0].id };
    const book = (hour: number, body: Record<string, unknown> = {}): Promise<Omit<Answer, 'headers'>> =>
      call(
        'POST',
        `${path}/appointments`,
        { contact: patient, ...ids, start: `${month}-05T${String(hour).padStart(2, '0')}:00:00+08:00`, notes: PLANTED.notes, ...body },
        { 'idempotency-key': `${PLANTED.name} ${randomUUID()}` },
      );

    // What goes well.
    hospital.on('POST /appointments', (request, response) => {
      answerJson(response, 201, { appointmentId: `A-${JSON.parse(request.body).datetime}`, patientId: 'P-1' });
    });
    const contact = await call('PUT', `${path}/contacts`, patient);
    const booked = await book(9, { replyTo: { channel: 'viber', address: PLANTED.replyTo } });
    const event = { channel: 'viber', address: PLANTED.heardOf, type: 'opt-out', at: '2026-01-01T00:00:00Z' };
    const heard = await call('POST', `${path}/channel-events`, event);
    hospital.on('PUT /appointments/:id/cancel', (_request, response) => {
      answerJson(response, 200, {});
    });
    const canceled = await call('PUT', `/appointments/${booked.body.id}/cancel`, { reason: PLANTED.reason });
    const found = await call('POST', `${path}/contacts/search`, { phone: PLANTED.phone });

    // What the hospital tells, all five kinds, and what it tells wrongly.
    const { secret, url: endpoint } = facility.body.webhook as { secret: string; url: string };
    made['webhookSecret'] = secret;
    made['apiKey'] = (await call('POST', '/api-keys', { name: 'Test', scopes: ['read'] })).body.key as string;
    await call('GET', '/facilities', undefined, { authorization: `Bearer ${made['apiKey']}`, 'audit-reason': PLANTED.reason });
    const { name, phone, dateOfBirth, email } = PLANTED;
    const told = { name, phone, DoB: dateOfBirth, email, reason: PLANTED.reason, calendar_id: 'cal' };
    const tell = async (event: Record<string, unknown>, key = secret): Promise<Omit<Answer, 'headers'>> => {
      const text = JSON.stringify(event);
      const path = new URL(endpoint).pathname.replace('/api/v1', '');
      const answer = await call('POST', path, text, signed(key, `msg_${randomUUID()}`, new Date(), text));
      if (answer.status !== 202) return answer;
      return eventually('the event is decided', async () => {
        const event = await call('GET', `/webhook-events/${answer.body.id}`);
        return event.body.outcome === 'pending' ? null : event;
      });
    };
    const staffs = { ...told, appointment_id: 'S-1', temporary_patient_id: 'T-1', datetime: `${month}-06T09:00:00+08:00` };
    const events = [
      await tell({ ...staffs, action: 'scheduled' }),
      await tell({ ...staffs, action: 'rescheduled', datetime: `${month}-06T10:00:00+08:00` }),
      await tell({ ...staffs, action: 'queued', queue_number: 7 }),
      await tell({ ...told, patient_id: 'P-9', temporary_patient_id: 'T-1' }),
      await tell({ ...staffs, action: 'canceled' }),
      await tell({ ...told, action: PLANTED.name, appointment_id: PLANTED.name }),
    ];
    const forged = await tell({ ...staffs, action: 'scheduled' }, `whsec_${Buffer.from(PLANTED.name).toString('base64')}`);
    const events200 = events.map(event => event.status);

    // What the hospital answers with the patient in it.
    const echo = { code: 'invalid', message: `${PLANTED.name} ${PLANTED.phone} ${PLANTED.nationalId}`, patient, key: PLANTED.upstreamKey };
    const answers: [number, string][] = [
      [422, JSON.stringify(echo)],
      [500, JSON.stringify(echo)],
      [201, `<html>${PLANTED.name}</html>`],
      [201, `{"appointmentId": "A-2", "patient": {"name": "${PLANTED.name}"`],
    ];
    const failed: number[] = [];
    for (const [i, [status, text]] of answers.entries()) {
      hospital.on('POST /appointments', (_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      });
      failed.push((await book(10 + i)).status);
    }
    hospital.on('POST /appointments', (_request, response) => response.destroy());
    failed.push((await book(14)).status);

    // What is wrong with the request.
    const wrong = [
      await call('PUT', `${path}/contacts`, { ...patient, phone: `${PLANTED.phone} ext ${PLANTED.name}` }),
      await call('PUT', `${path}/contacts`, { ...patient, dateOfBirth: `${PLANTED.dateOfBirth}T${PLANTED.phone}` }),
      await call('PUT', `${path}/contacts`, { ...patient, email: `${PLANTED.email} ${PLANTED.name}`, gender: PLANTED.name }),
      await call('PUT', `${path}/contacts`, { ...patient, locale: PLANTED.name, nationalId: PLANTED.nationalId.repeat(10) }),
      await call('PUT', `${path}/contacts`, `{"name": "${PLANTED.name}", "phone": "${PLANTED.phone}"`),
      await call('PUT', `${path}/contacts`, { ...patient, name: `${PLANTED.name}\0` }),
      await call('PUT', `${path}/contacts`, PLANTED.name, { 'content-type': 'text/plain' }),
      await call('PUT', `${path}/contacts`, { ...patient, name: PLANTED.name.repeat(20_000) }),
      await call('PATCH', `/contacts/${contact.body.id}`, { dateOfBirth: '2090-01-01', name: PLANTED.name }),
      await call('POST', `${path}/contacts/search`, { phone: PLANTED.name }),
      await call('POST', `${path}/contacts/search`, { name: PLANTED.name }),
      await call('GET', `${path}/appointments?patientId=${encodeURIComponent(PLANTED.name)}&status=${encodeURIComponent(PLANTED.name)}`),
      await call('GET', `/contacts/${encodeURIComponent(PLANTED.name)}`),
      await call('GET', `/appointments?phone=${encodeURIComponent(PLANTED.e164)}`),
      await call('PUT', `/appointments/${booked.body.id}/cancel`, { reason: [PLANTED.reason] }),
      await book(9, { start: PLANTED.dateOfBirth }),
      await book(9, { notes: PLANTED.notes.repeat(100) }),
      await book(9, { replyTo: { channel: 'sms', address: PLANTED.replyTo } }),
      await call('POST', `${path}/channel-events`, { ...event, channel: 'sms' }),
      await call('POST', `${path}/channel-events`, { ...event, at: PLANTED.heardOf }),
      await call('PATCH', path, { notifications: { channels: [{ ...sms, baseUrl: `https://x:${PLANTED.smsToken}@x.example` }] } }),
      await call('PATCH', path, { notifications: { channels: [{ ...sms, authToken: `${PLANTED.smsToken} with a space` }] } }),
      await call('PATCH', path, { notifications: { testAddresses: [{ channel: 'sms', address: PLANTED.testAddress }] } }),
      await call('GET', '/facilities', undefined, { authorization: `Bearer ${PLANTED.admin}x` }),
      await call('PATCH', path, { scheduler: { auth: { apiKey: `${PLANTED.upstreamKey} with a space` } } }),
      await call('POST', '/facilities', { name: PLANTED.name, timezone: PLANTED.name, country: PLANTED.name, [PLANTED.upstreamKey]: 1 }),
    ];
    const cursor = await call('GET', `/facilities?cursor=${encodeURIComponent(PLANTED.name)}`);
    const timeline = await call('GET', `/appointments/${booked.body.id}/timeline`);

    const forgotten = await call('PUT', `${path}/contacts`, { ...patient, name: `${PLANTED.name} Segunda`, nationalId: 'PLNT-2' });
    const exported = await call('GET', `/contacts/${forgotten.body.id}/export`, undefined, { 'audit-reason': PLANTED.name });
    const erased = await call('DELETE', `/contacts/${forgotten.body.id}`, undefined, { 'audit-reason': PLANTED.name });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    // Its reasons are for who may read it.
    const auditLog = (await call('GET', `${path}/audit-log?limit=200`)).body.data as { reason: string | null }[];
    const operational = [
      { body: auditLog.map(entry => ({ ...entry, reason: null })) },
      await call('GET', `${path}/health`),
      await call('GET', `${path}/webhook-events?limit=200`),
      await call('GET', '/events?limit=200'),
    ];

    expect(events200).toEqual(events.map(() => 200));
    expect(auditLog.some(({ reason }) => reason === PLANTED.name)).toBe(true);
    expect([forged.status, exported.status, erased.status]).toEqual([401, 200, 204]);
    expect(heard.status).toBe(204);
    expect([facility.status, contact.status, booked.status, canceled.status, found.body.data.length]).toEqual([201, 201, 201, 200, 1]);
    expect(failed).toEqual([422, 202, 202, 202, 202]);
    expect(wrong.map(a => a.status).filter(status => status < 400 || status >= 500)).toEqual([]);
    expect(cursor.status).toBe(400);

    hub.signal('SIGTERM');
    await hub.exit();
    const log = hub.output();
    const tables = await wholeDatabase(database.url);
    expect(log.split('\n').filter(line => line.includes('"request"')).length).toBeGreaterThan(20);
    expect(tables).toContain(contact.body.id);
    expect(places(log)).toEqual([]);
    const { webhook: _, ...facilityShown } = facility.body as Record<string, unknown>;
    expect(places(JSON.stringify([facilityShown, timeline.body, operational.map(a => a.body as unknown)]))).toEqual([]);
    expect(metrics).toContain('# TYPE');
    expect(places(metrics)).toEqual([]);
    // The name of a field that is unknown is said again: it is a name of the caller's own, not a value.
    expect(
      places(errors.join('\n').replaceAll(`${PLANTED.upstreamKey} is not a field`, '').replaceAll(`"field":"${PLANTED.upstreamKey}"`, '')),
    ).toEqual([]);
    expect(places(tables)).toEqual([]);
  }, 120_000);

  /** Which of the planted values `text` holds, in any usual writing, each with what stands around it. */
  function places(text: string): string[] {
    const planted = Object.values(PLANTED).flatMap(value => writingsOf(value));
    return canariesIn(text, [...planted, ...Object.values(made).flatMap(value => writingsOf(value, { hashed: false }))]);
  }

  it('would be found, in whatever usual writing', () => {
    const { name, email } = PLANTED;
    const base64 = (offset: number): string => Buffer.from(`${'x'.repeat(offset)}${name}`).toString('base64');
    const written = [
      name,
      JSON.stringify({ name }),
      encodeURIComponent(name),
      new URLSearchParams({ name }).toString(),
      base64(0),
      base64(1),
    ];
    const others = [base64(2), Buffer.from(name).toString('hex'), createHash('sha256').update(email).digest('hex')];

    for (const text of [...written, ...others]) expect(places(`before ${text} after`).length).toBeGreaterThan(0);
    expect(places('Testa Inventada')).toEqual([]);
  });
});
