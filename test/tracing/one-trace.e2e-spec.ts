import { randomBytes, randomUUID } from 'node:crypto';
import { canariesIn, writingsOf } from '../support/canary.js';
import { eventually } from '../support/eventually.js';
import { startFakeCollector, type CollectedSpan, type FakeCollector } from '../support/fake-collector.js';
import { aPatient } from '../support/journey.js';
import { startTelling, type Telling } from '../support/told.js';
import { decided } from '../support/webhooks.js';

const WEBHOOK = 'POST /api/v1/webhooks/:token';
const BOOKING = 'POST /api/v1/facilities/:facilityId/appointments';
const SPAN = '00f067aa0ba902b7';
const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];
const REASON = 'Invented reason, not to be told';

const aTraceId = (): string => randomBytes(16).toString('hex');

describe('A trace', () => {
  let collector: FakeCollector;
  let t: Telling;
  const log: string[] = [];

  beforeAll(async () => {
    collector = await startFakeCollector();
    const traces = { url: collector.url, sampler: 'parentbased_always_on' as const, ratio: 1 };
    t = await startTelling(undefined, { config: { traces }, log });
  });

  // The last spans have no collector any more.
  afterAll(async () => {
    await t.close();
    await collector.close();
  }, 60_000);

  const anEvent = (id: string, phone: string): Record<string, unknown> => ({
    ...{ action: 'scheduled', appointment_id: id, patient_id: `P-${id}`, name: 'Testa Inventada', phone },
    ...{ calendar_id: 'cal', appointment_type_id: 'type', datetime: '2026-10-05T09:00:00+08:00', reason: REASON },
  });
  /** Sends the event, and waits until its patient has been told. */
  const tell = async (id: string, headers: Record<string, string> = {}, phone = t.nextPhone()): Promise<string> => {
    const answer = await t.sender.send(anEvent(id, phone), { headers });
    expect(answer.status).toBe(202);
    const event = await decided(t.hub, (answer.body as { id: string }).id);
    expect(await t.settled(event.appointmentId ?? '')).toMatchObject([{ status: 'sent' }]);
    return answer.headers.get('x-request-id') ?? '';
  };
  const named = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
    const [span, ...more] = spans.filter(each => each.name === name);
    if (!span || more.length > 0) throw new Error(`${more.length + (span ? 1 : 0)} spans ${name}, not one`);
    return span;
  };
  const linesOf = (requestId: string): { msg: string }[] =>
    log.map(line => JSON.parse(line) as { msg: string; requestId?: string }).filter(line => line.requestId === requestId);

  it('leads from a webhook, across the queue, to the message at the provider', async () => {
    const traceId = aTraceId();

    const requestId = await tell('T-1', { traceparent: `00-${traceId}-${SPAN}-01` });
    const spans = await collector.trace(traceId, WEBHOOK, 'webhook receive', 'webhook apply', 'message send');

    const [server, receive] = [named(spans, WEBHOOK), named(spans, 'webhook receive')];
    const [apply, send] = [named(spans, 'webhook apply'), named(spans, 'message send')];
    expect(requestId).toBe(traceId);
    expect(server).toMatchObject({
      kind: SERVER,
      parentSpanId: SPAN,
      isError: false,
      attributes: { 'http.request.method': 'POST', 'http.route': '/api/v1/webhooks/:token', 'http.response.status_code': 202 },
    });
    expect(receive).toMatchObject({
      kind: PRODUCER,
      parentSpanId: server.spanId,
      attributes: { 'hub.facility_id': t.facilityId, 'hub.webhook.receipt': 'accepted' },
    });
    expect(apply).toMatchObject({
      kind: CONSUMER,
      parentSpanId: receive.spanId,
      attributes: { 'hub.webhook.type': 'appointmentCreated', 'hub.webhook.outcome': 'applied' },
    });
    expect(send).toMatchObject({
      kind: CLIENT,
      parentSpanId: apply.spanId,
      isError: false,
      attributes: {
        ...{ 'hub.facility_id': t.facilityId, 'hub.message.channel': 'sms', 'hub.message.kind': 'booked' },
        ...{ 'hub.message.outcome': 'accepted', 'hub.message.verdict': 'sent-no-receipt', 'http.response.status_code': 201 },
      },
    });
    expect(t.twilio.requests.filter(({ headers }) => 'traceparent' in headers || 'tracestate' in headers)).toEqual([]);
  });

  it('begins with the request where the hospital sends none, and its id is on the lines of the jobs', async () => {
    const phone = t.nextPhone();
    t.twilio.next({ kind: 'error', code: 20429, retryAfterSeconds: 1 });

    const sent = tell('T-2', {}, phone);
    await eventually('the provider has refused it once', () => {
      t.clock.advance(1_000);
      return t.smsTo(phone).length > 0;
    });
    const requestId = await sent;
    const spans = await collector.trace(requestId, WEBHOOK, 'webhook apply', 'message send');

    expect(named(spans, WEBHOOK).parentSpanId).toBeNull();
    expect(linesOf(requestId).map(({ msg }) => msg)).toEqual(['request', 'A provider did not take a message']);
    expect(spans.filter(({ isError }) => isError)).toMatchObject([
      { name: 'message send', attributes: { 'error.type': 'provider-rate-limited', 'hub.message.verdict': 'waiting' } },
    ]);
  });

  it('leads from a booking by chat, over the call to the hospital, to its confirmation', async () => {
    const traceId = aTraceId();
    const headers = { traceparent: `00-${traceId}-${SPAN}-01`, 'idempotency-key': randomUUID() };
    const { body: ids } = await t.hub.call('GET', `/facilities/${t.facilityId}/calendars`);
    const [calendar] = (ids as { data: { id: string; appointmentTypes: { id: string }[] }[] }).data;
    const booking = {
      contact: aPatient({ phone: t.nextPhone() }),
      start: t.nextStart(),
      calendarId: calendar?.id,
      appointmentTypeId: calendar?.appointmentTypes[0]?.id,
    };

    const answer = await t.hub.call('POST', `/facilities/${t.facilityId}/appointments`, booking, headers);
    await t.settled((answer.body as { id: string }).id);
    const spans = await collector.trace(traceId, BOOKING, 'hospital book', 'message send');

    const server = named(spans, BOOKING);
    expect(answer.headers.get('x-request-id')).toBe(traceId);
    expect(named(spans, 'hospital book')).toMatchObject({
      kind: CLIENT,
      parentSpanId: server.spanId,
      attributes: { 'hub.facility_id': t.facilityId, 'hub.hospital.call': 'book', 'hub.hospital.outcome': 'answered' },
    });
    expect(named(spans, 'message send').parentSpanId).toBe(server.spanId);
    expect(t.hospital.requests.filter(request => 'traceparent' in request.headers)).toEqual([]);
  });

  it('has the id that a problem names', async () => {
    const { status, headers, body } = await t.hub.call('GET', `/appointments/${randomUUID()}`);

    const { requestId } = body as { requestId: string };
    expect(status).toBe(404);
    expect(headers.get('x-request-id')).toBe(requestId);
    expect(await collector.trace(requestId, 'GET /api/v1/appointments/:id')).toMatchObject([
      { attributes: { 'http.response.status_code': 404 }, isError: false },
    ]);
  });

  it('that its caller does not record is not recorded, and has its id all the same', async () => {
    const traceId = aTraceId();

    const requestId = await tell('T-3', { traceparent: `00-${traceId}-${SPAN}-00` });
    const later = await tell('T-4');
    await collector.trace(later, 'message send');

    expect(requestId).toBe(traceId);
    expect(collector.spans.filter(span => span.traceId === traceId)).toEqual([]);
  });

  it('tells of no health check, no patient, no secret and no query', async () => {
    await t.hub.call('GET', `/facilities/${t.facilityId}/appointments?status=SCHEDULED&limit=77`);
    await fetch(`${t.hub.url}/health/live`);
    const { headers } = await t.hub.call('GET', `/facilities/${t.facilityId}`);
    await collector.trace(headers.get('x-request-id') ?? '', 'GET /api/v1/facilities/:facilityId');

    const secret = [t.sender.secret, new URL(t.sender.url).pathname.split('/').at(-1) ?? '', t.twilio.authToken];
    const canaries = ['Testa Inventada', '+63917', '63917000', '0917 000', '1990-01-01', REASON, 'P-T-1', 'limit=77', ...secret];
    const told = collector.bodies.join('\n');
    expect(canaries.flatMap(canary => canariesIn(told, writingsOf(canary)))).toEqual([]);
    expect(collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
    expect(told).toContain('botmd-hub');
  });

  it('disturbs nothing where nobody takes it, and that is said once', async () => {
    await collector.close();

    await tell('T-5');
    await tell('T-6');

    const said = 'The collector takes no traces: what cannot be sent is dropped';
    await eventually('it is said', () => log.some(line => line.includes(said)), 30_000);
    expect(log.filter(line => line.includes(said))).toHaveLength(1);
  }, 60_000);
});
