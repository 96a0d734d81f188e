import { createHmac, randomUUID } from 'node:crypto';
import { TAGS_OF } from '../../src/docs/journeys.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { aFacility, createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, syncedCalendars, type Journey } from '../support/journey.js';
import { decided, webhookSender } from '../support/webhooks.js';
import { fetchOpenApi, OpenApiRecorder, routesOf, type OpenApi, type Route } from '../support/openapi.js';

const NOBODY = '01999c5e-0000-7000-8000-00000000000f';

describe('The OpenAPI document', () => {
  let journey: Journey;
  let document: OpenApi;
  let recorder: OpenApiRecorder;
  let routes: Route[];

  beforeAll(async () => {
    journey = await startJourney();
    document = await fetchOpenApi(journey.hub);
    recorder = new OpenApiRecorder(document);
    routes = routesOf(document);
  });
  afterAll(() => journey.close());

  /** Calls, and holds the answer against the document. */
  const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> => {
    const answer = await journey.hub.call(method, path, body, headers);
    recorder.record(method, `/api/v1${path.split('?', 1)[0] ?? ''}`, answer);
    return answer;
  };
  const named = (problems: (route: Route) => unknown): string[] =>
    routes.filter(problems).map(({ method, path, operation }) => operation.operationId ?? `${method} ${path}`);

  it('is OpenAPI 3.1, beside a page for people and the same as YAML', async () => {
    const page = await fetch(`${journey.hub.url}/docs`);
    const yaml = await fetch(`${journey.hub.url}/docs-yaml`);

    expect(document.openapi).toBe('3.1.0');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(await page.text()).toContain('swagger-ui');
    expect(await yaml.text()).toMatch(/^openapi: ["']?3\.1\.0/);
  });

  it('has an id of its own, a summary and a tag for every operation', () => {
    const ids = routes.map(r => r.operation.operationId);

    expect(routes.length).toBeGreaterThan(25);
    expect(named(r => !r.operation.operationId || !r.operation.summary || !r.operation.tags?.length)).toEqual([]);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('says of every operation that it needs a key, or that it is public', () => {
    expect(named(r => !r.operation.security?.length)).toEqual([
      'receiveWebhook',
      'dryRunWebhook',
      'receiveProviderCallback',
      'verifyMessengerCallback',
      'isLive',
      'isReady',
    ]);
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
  });

  it('has a success with a schema, or 204, for every operation', () => {
    const lacksSuccess = ({ operation }: Route): boolean => {
      const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      return successes.length === 0 || successes.some(([status, r]) => status !== '204' && !Object.values(r.content ?? {})[0]?.schema);
    };

    expect(named(lacksSuccess)).toEqual([]);
  });

  it('has a problem document for every error', () => {
    const lacksProblem = ({ operation }: Route): boolean =>
      Object.entries(operation.responses).some(
        ([status, r]) => /^[45]/.test(status) && (!r.description || !r.content?.['application/problem+json']?.schema),
      );

    expect(named(lacksProblem)).toEqual([]);
    expect(named(r => r.operation.security && ['400', '401', '403', '500', '503'].some(status => !r.operation.responses[status]))).toEqual(
      [],
    );
    expect(named(r => r.path.includes('{') && !r.operation.responses['404'])).toEqual([]);
  });

  it('has 429 with its headers for every operation that needs a key, and of the public ones for the dry run alone', () => {
    const limited = (r: Route): boolean => r.operation.responses['429'] !== undefined;
    const headersOf = ({ operation }: Route): string[] => Object.keys(operation.responses['429']?.headers ?? {});

    expect(named(r => r.operation.security && !limited(r))).toEqual([]);
    expect(named(r => !r.operation.security && limited(r))).toEqual(['dryRunWebhook']);
    expect(named(r => limited(r) && headersOf(r).join() !== 'Retry-After,RateLimit-Policy,RateLimit')).toEqual([]);
  });

  it('describes every parameter of a path, and every body', () => {
    const lacksParameter = ({ path, operation }: Route): boolean => {
      const inPath = (operation.parameters ?? []).filter(p => p.in === 'path').map(p => p.name);
      return JSON.stringify(inPath.sort()) !== JSON.stringify([...path.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort());
    };
    const lacksBody = ({ method, path, operation }: Route): boolean =>
      ['PUT', 'PATCH'].includes(method) && !operation.requestBody?.content['application/json']?.schema && !path.includes('health');

    expect(named(lacksParameter)).toEqual([]);
    expect(named(lacksBody)).toEqual([]);
  });

  it('uses no keyword that OpenAPI 3.1 has dropped, and refers to nothing that it lacks', () => {
    const text = JSON.stringify(document);
    const missing = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
      .map(m => m[1] ?? '')
      .filter(name => !document.components.schemas[name]);

    expect(text).not.toContain('"nullable"');
    expect(text).not.toMatch(/"exclusiveM(in|ax)imum":(true|false)/);
    expect(missing).toEqual([]);
  });

  it('has examples that fit their own schemas', () => {
    const wrong: string[] = [];
    const visit = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { example, examples, ...schema } = node as Record<string, unknown>;
      const isSchema = ['type', '$ref', 'allOf', 'anyOf', 'enum', 'schema'].some(keyword => keyword in schema);
      const shown = [example, ...Object.values((examples ?? {}) as Record<string, { value: unknown }>).map(({ value }) => value)];
      for (const value of isSchema ? shown.filter(v => v !== undefined) : []) {
        const own = ('schema' in schema ? schema['schema'] : schema) as Record<string, unknown>;
        wrong.push(...recorder.problems(own, value).map(problem => `${at}: ${JSON.stringify(value)} ${problem}`));
      }
      for (const [name, child] of Object.entries(node)) if (!name.startsWith('example')) visit(child, `${at}/${name}`);
    };

    visit(document.paths, 'paths');
    visit(document.components.schemas, 'schemas');

    expect(wrong).toEqual([]);
  });

  it('has an example for every body, and for every parameter that may not be left out', () => {
    const lacksBody = ({ operation }: Route): boolean =>
      Object.values(operation.requestBody?.content ?? {}).some(({ example, examples }) => example === undefined && examples === undefined);
    const lacksParameter = ({ operation }: Route): boolean =>
      (operation.parameters ?? []).some(({ required, example }) => required && example === undefined);

    expect(named(lacksBody)).toEqual([]);
    expect(named(lacksParameter)).toEqual([]);
  });

  it('fills in no filter that may be left out', () => {
    const filled = ({ operation }: Route): boolean =>
      (operation.parameters ?? []).some(p => p.in === 'query' && !p.required && (p.example ?? p.schema?.['example']) !== undefined);

    expect(named(filled)).toEqual([]);
  });

  it('has every operation as a step of a journey, of the set-up or of the operations, and describes each of them', () => {
    const tags = (document as unknown as { tags: { name: string; description: string }[] }).tags;
    const known = tags.map(({ name }) => name);
    const told = new Set(tags.flatMap(({ description }) => [...description.matchAll(/`([a-z]\w+)`/g)].map(m => m[1] ?? '')));
    const ids = routes.map(r => r.operation.operationId ?? '');

    expect(named(r => !r.operation.tags?.length || r.operation.tags.some(tag => !known.includes(tag)))).toEqual([]);
    expect(Object.keys(TAGS_OF).filter(id => !ids.includes(id))).toEqual([]);
    expect([...told].filter(word => /[A-Z]/.test(word) && !ids.includes(word)).sort()).toEqual([
      'canCancel',
      'canReschedule',
      'patientCreated',
      'queueNumber',
    ]);
  });

  it("shows a journey's operations in the order of its steps", () => {
    const of = (tag: string): (string | undefined)[] =>
      routes.filter(r => r.operation.tags?.includes(tag)).map(r => r.operation.operationId);

    expect(of('Journey 2: cancel')).toEqual([
      'searchContacts',
      'listAppointmentsOfContact',
      'cancelAppointment',
      'getAppointment',
      'explainAppointment',
    ]);
    expect(of('Journey 3: reschedule')).toEqual([
      'searchContacts',
      'listAppointmentsOfContact',
      'getAvailability',
      'findNextSlots',
      'rescheduleAppointment',
      'getAppointment',
      'explainAppointment',
    ]);
  });

  describe('in a session', () => {
    let hospital: FakeHospital;
    let failing: string;

    beforeAll(async () => {
      hospital = await startFakeHospital();
      journey.hub.config.upstreamAllowedHosts.push(hospital.host);
      failing = await createFacility(journey.hub, hospital);
    });
    afterAll(() => hospital.close());

    it('fits every answer, of successes and of errors', async () => {
      const { facilityId } = journey;
      const facility = `/facilities/${facilityId}`;
      const ids = journey.ids('cal-cardiology', 'type-consultation');
      const key = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });

      // Set-up
      const made = await call('POST', '/facilities', aFacility());
      await call('POST', '/facilities', { ...aFacility(), timezone: '+08:00', colour: 'blue' });
      await call('GET', '/facilities?limit=1');
      await call('GET', '/facilities?limit=0');
      await call('GET', `/facilities/${made.body.id}`);
      await call('GET', `/facilities/${NOBODY}`);
      await call('PATCH', `/facilities/${made.body.id}`, { policies: { cancel: { mode: 'call', phone: '+63 2 8000 0000' } } });
      const channels = [
        { channel: 'sms', accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-token', from: 'TEST' },
        { channel: 'viber', authToken: 'test-token', senderName: 'Test' },
        { channel: 'messenger', pageAccessToken: 'test-token', appSecret: 'test-secret' },
        { channel: 'log' },
      ];
      const testAddresses = [{ channel: 'sms', address: '+639170000001' }];
      const notifications = { channels, testAddresses, reminders: [{ minutesBefore: 60 }], quietHours: { from: '21:00', to: '07:00' } };
      const writing = await call('PATCH', `/facilities/${made.body.id}`, { notifications });
      expect(writing.status).toBe(200);
      await call('PATCH', `/facilities/${NOBODY}`, {});
      await call('PATCH', `/facilities/${made.body.id}`, 'not json');
      await call('POST', `/facilities/${made.body.id}/webhook-secret`);
      await call('POST', `/facilities/${NOBODY}/webhook-secret`);
      await call('DELETE', `/facilities/${made.body.id}`);
      await call('DELETE', `/facilities/${NOBODY}`);
      await call('POST', `/facilities/${made.body.id}/calendar-syncs`);
      await call('POST', `/facilities/${made.body.id}/connection-check`);
      await call('POST', `${facility}/connection-check`);
      await call('POST', `/facilities/${failing}/connection-check`);
      await call('GET', `${facility}/health`);
      await call('GET', `/facilities/${failing}/health`);
      await call('GET', `/facilities/${NOBODY}/health`);
      await call('GET', `${facility}/go-live`);
      await call('GET', `/facilities/${NOBODY}/go-live`);
      await call('PUT', `/facilities/${failing}/status`, { status: 'testing' });
      await call('PUT', `/facilities/${failing}/status`, { status: 'live' });
      await call('PUT', `/facilities/${failing}/status`, { status: 'live', byHand: true, reason: 'Test' });
      await call('PUT', `/facilities/${failing}/status`, { status: 'degraded' });
      await call('PUT', `/facilities/${NOBODY}/status`, { status: 'testing' });
      await call('POST', `${facility}/calendar-syncs`);
      await call('POST', `/facilities/${failing}/calendar-syncs`);
      await call('GET', `${facility}/calendar-syncs`);
      await call('GET', `/facilities/${failing}/calendar-syncs`);
      await call('GET', `${facility}/calendars`);
      await call('GET', `${facility}/calendars/${ids.calendarId}`);
      await call('GET', `${facility}/calendars/${NOBODY}`);
      await call('PATCH', `${facility}/calendars/${ids.calendarId}`, { enabled: true });
      await call('PATCH', `${facility}/calendars/${ids.calendarId}`, { enabled: 'yes' });

      // Keys
      const apiKey = await call('POST', '/api-keys', { name: 'Test', scopes: ['read'], facilityIds: [facilityId] });
      await call('POST', '/api-keys', { name: '', scopes: [] });
      const read = { authorization: `Bearer ${apiKey.body.key}` };
      await call('GET', '/api-keys');
      await call('GET', '/api-keys', undefined, read);
      await call('GET', '/facilities', undefined, read);
      await call('GET', '/facilities', undefined, { authorization: 'Bearer nobody' });
      await call('PUT', `${facility}/contacts`, aPatient(), read);
      await call('DELETE', `/api-keys/${apiKey.body.id}`);
      await call('DELETE', `/api-keys/${NOBODY}`);

      // Patients
      const patient = aPatient({ channels: [{ channel: 'sms', address: '+639170000001', primary: true }], patientId: 'P-1' });
      const contact = await call('PUT', `${facility}/contacts`, patient);
      await call('PUT', `${facility}/contacts`, patient);
      await call('PUT', `${facility}/contacts`, { phone: '12' });
      await call('PUT', `${facility}/contacts`, 'name=Testa', { 'content-type': 'application/x-www-form-urlencoded' });
      await call('PUT', `${facility}/contacts`, { name: 'x'.repeat(300 * 1024) });
      await call('POST', `${facility}/contacts/search`, { phone: patient['phone'] });
      await call('POST', `${facility}/contacts/search`, {});
      await call('GET', `/contacts/${contact.body.id}`);
      await call('GET', `/contacts/${NOBODY}`);
      await call('PATCH', `/contacts/${contact.body.id}`, { email: 'testa@example.org', gender: null });
      await call('PATCH', `/contacts/${contact.body.id}`, { name: null });

      const heard = { channel: 'sms', address: patient['phone'], type: 'inbound', at: '2026-10-01T07:00:00+08:00' };
      await call('POST', `${facility}/channel-events`, heard);
      await call('POST', `${facility}/channel-events`, { ...heard, type: 'seen' });
      await call('POST', `/facilities/${NOBODY}/channel-events`, heard);

      // Slots
      const query = (month: string): string => String(new URLSearchParams({ month, ...ids }));
      await call('GET', `${facility}/availability?${query('2026-10')}`);
      await call('GET', `${facility}/availability?${query('2026-10')}`);
      await call('GET', `${facility}/availability?${query('2020-01')}`);
      await call('GET', `${facility}/availability?month=x`);
      await call('GET', `${facility}/availability/next?limit=2`);
      await call('GET', `${facility}/availability/next?limit=99`);

      // Slot holds
      const wanted = { ...ids, start: '2026-10-05T16:00:00+08:00' };
      const held = await call('POST', `${facility}/slot-holds`, wanted);
      await call('POST', `${facility}/slot-holds`, wanted);
      await call('POST', `${facility}/slot-holds`, { ...wanted, start: '2020-01-01T00:00:00Z' });
      await call('POST', `${facility}/slot-holds`, { ...wanted, start: 'noon' });
      await call('POST', `/facilities/${NOBODY}/slot-holds`, wanted);
      const holdId = held.body.id as string;
      const mismatch = { ...wanted, start: '2026-10-05T16:30:00+08:00', contactId: contact.body.id, holdId };
      await call('POST', `${facility}/appointments`, mismatch, key());
      await call('DELETE', `${facility}/slot-holds/${holdId}`);
      await call('DELETE', `${facility}/slot-holds/${holdId}`);
      await call('POST', `${facility}/appointments`, { ...mismatch, start: wanted.start }, key());

      // Appointments
      const booking = { contactId: contact.body.id, ...ids, start: '2026-10-05T13:00:00+08:00' };
      const repeated = key();
      const booked = await call('POST', `${facility}/appointments`, booking, repeated);
      await call('POST', `${facility}/appointments`, booking, repeated);
      await call('POST', `${facility}/appointments`, { ...booking, notes: 'other' }, repeated);
      await call('POST', `${facility}/appointments`, booking);
      await call('POST', `${facility}/appointments`, booking, key());
      await call('POST', `${facility}/appointments`, { ...booking, start: '2020-01-01T00:00:00Z' }, key());
      await call('POST', `${facility}/appointments`, { ...booking, calendarId: NOBODY }, key());
      await call('GET', `${facility}/appointments?contactId=${contact.body.id}`);
      await call('GET', `${facility}/appointments?status=lost`);
      await call('GET', `/contacts/${contact.body.id}/appointments`);
      await call('GET', `/appointments/${booked.body.id}`);
      await call('GET', `/appointments/${NOBODY}`);
      await call('PUT', `/appointments/${booked.body.id}/reschedule`, { start: '2026-10-05T15:00:00+08:00' });
      await call('PUT', `/appointments/${booked.body.id}/reschedule`, { start: 'tomorrow' });
      await call('PUT', `/appointments/${NOBODY}/reschedule`, { start: '2026-10-05T15:00:00+08:00' });
      await call('PUT', `/appointments/${booked.body.id}/cancel`, { reason: 'Invented' });
      await call('PUT', `/appointments/${booked.body.id}/cancel`, {});
      await call('PUT', `/appointments/${NOBODY}/cancel`, {});
      await call('GET', `/appointments/${booked.body.id}/timeline`);

      // What the hospital tells
      const sender = await webhookSender(journey.hub, facilityId, () => journey.clock.now());
      const { pathname } = new URL(sender.url);
      const tell = async (body: Record<string, unknown>, at?: Date): Promise<Answer> => {
        const answer = await sender.send(body, at ? { at } : {});
        recorder.record('POST', pathname, answer);
        if (answer.status === 202) await decided(journey.hub, answer.body.id as string);
        return answer;
      };
      const staffs = {
        action: 'scheduled',
        name: 'Testa Onlyone',
        datetime: '2026-10-06T13:00:00+08:00',
        occurred_at: '2026-10-01T07:00:00Z',
      };
      const event = await tell({ ...staffs, appointment_id: 'X-1', temporary_patient_id: 'TX-1' });
      await tell({ ...staffs, appointment_id: 'X-2', patient_id: 'PX-1' });
      await tell({ patientId: 'PX-1', temporaryPatientId: 'TX-1' });
      await tell({ action: 'unheard-of' });
      await tell({}, new Date(0));
      const dryRun = await sender.dryRun({ ...staffs, appointment_id: 'X-1' });
      recorder.record('POST', `${pathname}/dry-run`, dryRun);
      await call('GET', `${facility}/webhook-events?limit=2`);
      await call('GET', `${facility}/webhook-events?outcome=lost`);
      await call('GET', `/webhook-events/${event.body.id}`);
      await call('GET', `/webhook-events/${NOBODY}`);
      await call('POST', `/webhook-events/${event.body.id}/replay`);
      await call('POST', `/webhook-events/${NOBODY}/replay`);
      await call('POST', `${facility}/webhook-events/replay`, { since: '2026-10-01T00:00:00Z', outcome: 'rejected' });
      await call('POST', `${facility}/webhook-events/replay`, { since: 'yesterday', outcome: 'lost' });
      const { body: merged } = await journey.hub.call('GET', `${facility}/appointments?appointmentId=X-1`);
      const keptId = merged.data[0].contactId as string;
      const merges = await call('GET', `/contacts/${keptId}/merges`);
      await call('GET', `/contacts/${NOBODY}/merges`);
      await call('POST', `/contacts/${keptId}/merges/${merges.body.data[0].id}/undo`);
      await call('POST', `/contacts/${keptId}/merges/${merges.body.data[0].id}/undo`);
      await call('POST', `/contacts/${keptId}/merges/${NOBODY}/undo`);

      // What the hospital's list says besides
      await journey.staff('POST', '/appointments', {
        calendar_id: 'cal-cardiology',
        appointment_type_id: 'type-consultation',
        datetime: '2026-10-06T15:00:00+08:00',
        patient: { name: 'Testa Untold', date_of_birth: '1990-01-01' },
      });
      await call('POST', `${facility}/drift`, {});
      await call('POST', `${facility}/drift`, { isSmallerListExpected: 'perhaps' });
      await call('POST', `/facilities/${NOBODY}/drift`, {});
      await eventually('the comparison has ended', async () => {
        const { body } = await journey.hub.call('GET', `${facility}/drift`);
        return (body as { run: { finishedAt: string | null } }).run.finishedAt;
      });
      const drift = await call('GET', `${facility}/drift?limit=1&kind=unknown-here`);
      await call('GET', `${facility}/drift?kind=lost`);
      await call('GET', `/facilities/${NOBODY}/drift`);
      const [finding] = drift.body.data as { id: string }[];
      const decision = { findingId: finding?.id, action: 'apply' };
      await call('POST', `${facility}/drift/repairs`, { repairs: [decision] });
      await call('POST', `${facility}/drift/repairs`, { repairs: [decision, decision] });
      await call('POST', `${facility}/drift/repairs`, { repairs: [{ ...decision, findingId: NOBODY }] });
      await call('POST', `${facility}/drift/repairs`, { repairs: [] });
      await call('GET', `/contacts/${keptId}/export`);
      await call('GET', `/contacts/${NOBODY}/export`);
      await call('DELETE', `/contacts/${keptId}`);
      await call('DELETE', `/contacts/${NOBODY}`);
      const forgotten = await call('PUT', `${facility}/contacts`, aPatient({ name: 'Olvidada Inventada', phone: '0917 000 0177' }));
      await call('DELETE', `/contacts/${forgotten.body.id}`);
      await call('GET', `/contacts/${forgotten.body.id}`);
      await call('PATCH', `/contacts/${forgotten.body.id}`, { name: 'Otra Inventada' });
      await call('GET', `${facility}/audit-log`);

      // What the patient is told
      await call('POST', `${facility}/channel-events`, { channel: 'viber', address: 'u-1', type: 'inbound', at: '2026-10-01T00:00:00Z' });
      await call('POST', `${facility}/channel-events`, { channel: 'fax' });
      await call('POST', `/facilities/${NOBODY}/channel-events`, {
        channel: 'viber',
        address: 'u-1',
        type: 'inbound',
        at: '2026-10-01T00:00:00Z',
      });
      const messages = await call('GET', `${facility}/notifications?overdue=false`);
      await call('GET', `${facility}/notifications?status=lost`);
      await call('GET', `/facilities/${NOBODY}/notifications`);
      const messageId = messages.body.data.find((m: { status: string }) => m.status === 'failed').id as string;
      await call('GET', `/notifications/${messageId}`);
      await call('GET', `/notifications/${NOBODY}`);
      await call('POST', `/notifications/${messageId}/resend`, { reason: 'Invented' });
      await call('POST', `/notifications/${messageId}/resend`, { reason: 7 });
      await call('POST', `/notifications/${NOBODY}/resend`, {});
      await call('GET', `/appointments/${booked.body.id}/explanation`);
      await call('GET', `/appointments/${NOBODY}/explanation`);

      const text = { kind: 'booked', locale: 'en', medium: 'sms' };
      await call('GET', `${facility}/notification-templates?kind=booked`);
      await call('GET', `${facility}/notification-templates?kind=lost`);
      await call('GET', `/facilities/${NOBODY}/notification-templates`);
      await call('PUT', `${facility}/notification-templates`, { ...text, text: '{facility}: booked. Ask us when.' });
      await call('PUT', `${facility}/notification-templates`, { ...text, text: '{nobody' });
      await call('PUT', `${facility}/notification-templates`, { ...text, text: null });
      await call('PUT', `/facilities/${NOBODY}/notification-templates`, { ...text, text: null });

      // What its channels' providers call
      const providers = [
        { channel: 'viber', authToken: 'test-token', senderName: 'Test' },
        { channel: 'messenger', pageAccessToken: 'test-token', appSecret: 'test-secret' },
      ];
      const changed = await call('PATCH', facility, { notifications: { channels: providers, quietHours: { from: '21:00', to: '07:00' } } });
      await call('PATCH', facility, { notifications: { channels: [{ channel: 'sms' }] } });
      const callbacks = changed.body.notifications.channels.map(
        ({ callbackUrl }: { callbackUrl: string }) => new URL(callbackUrl).pathname,
      ) as [string, string];
      const [viber, messenger] = [callbacks[0].replace('/api/v1', ''), callbacks[1].replace('/api/v1', '')];
      const receipt = '{"event":"delivered","message_token":1}';
      const signature = createHmac('sha256', 'test-token').update(receipt).digest('hex');
      await call('POST', viber, receipt, { 'x-viber-content-signature': signature });
      await call('POST', viber, receipt);
      await call('POST', viber, '{', { 'x-viber-content-signature': createHmac('sha256', 'test-token').update('{').digest('hex') });
      await call('POST', '/provider-callbacks/viber/nobody', receipt);
      const verify = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '1', 'hub.verify_token': 'x' });
      await call('GET', `${messenger}?${verify.toString()}`);
      const challenge = await fetch(
        `${journey.hub.url}/api/v1${messenger}?${new URLSearchParams({
          'hub.mode': 'subscribe',
          'hub.challenge': '4711',
          'hub.verify_token': messenger.split('/').at(-1) ?? '',
        }).toString()}`,
      );
      recorder.record('GET', `/api/v1${messenger}`, { status: challenge.status, headers: challenge.headers, body: await challenge.text() });

      // Who did all that
      await call('GET', `${facility}/audit-log?limit=200&action=bookAppointment&from=2026-01-01T00:00:00Z`);
      await call('GET', `${facility}/audit-log?from=soon`);
      await call('GET', `/facilities/${NOBODY}/audit-log`);

      // What has changed
      const events = await call('GET', '/events?limit=200');
      await call('GET', `/events?after=${events.body.nextCursor}&facilityId=${facilityId}`);
      await call('GET', '/events?after=x');
      await call('GET', `/events?facilityId=${NOBODY}`);

      expect(recorder.mismatches).toEqual([]);
    });

    it('fits what is answered when the hospital hangs, refuses the key, or is away', async () => {
      const { facilityId, ids } = await connected(hospital);
      const book = (start: string): Promise<Answer> =>
        call('POST', `/facilities/${facilityId}/appointments`, { contact: aPatient(), ...ids, start }, { 'idempotency-key': randomUUID() });

      hospital.on('POST /appointments', (_request, response) => response.destroy());
      const unknown = await book('2026-10-06T09:00:00+08:00');
      hospital.on('POST /appointments', (_request, response) => {
        answerJson(response, 401, { code: 'unauthorized' });
      });
      const refused = await book('2026-10-06T10:00:00+08:00');
      hospital.on('POST /appointments', (_request, response) => {
        answerJson(response, 429, {});
      });
      const limited = await book('2026-10-06T11:00:00+08:00');

      const reviewed = await call('POST', `/appointments/${unknown.body.id}/reviewed`, { note: 'Asked by phone' });

      expect([unknown.status, refused.status, limited.status, reviewed.status]).toEqual([202, 502, 503, 200]);
      expect(recorder.mismatches).toEqual([]);
    });

    it('has been held against every operation', () => {
      const missed = routes
        .map(r => r.operation.operationId ?? '')
        .filter(id => ![...recorder.seen].some(seen => seen.startsWith(`${id} 2`)));

      expect(missed).toEqual(['isLive', 'isReady']);
    });

    /** A facility at `hospital`, which offers one calendar with three slots. */
    async function connected(at: FakeHospital): Promise<{ facilityId: string; ids: { calendarId: string; appointmentTypeId: string } }> {
      at.on('GET /calendars', {
        data: [{ id: 'cal', name: 'Test', appointmentTypes: [{ id: 'type', name: 'Visit', durationMinutes: 30 }] }],
      });
      at.on('GET /availability', { data: [{ date: '2026-10-06', slots: ['09:00', '10:00', '11:00'] }] });
      const facilityId = await createFacility(journey.hub, at);
      const [calendar] = await syncedCalendars(journey.hub, facilityId);
      return { facilityId, ids: { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' } };
    }
  });
});
