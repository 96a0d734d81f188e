import { CLAUSES } from '../../src/conformance/clauses.js';
import type { Media, Operation } from '../support/openapi.js';
import { readSchedulerApi, SchedulerApiCheck, type SentRequest } from './scheduler-api.js';

const document = readSchedulerApi();
const check = new SchedulerApiCheck(document);

/** Every operation with its place. */
const operations: [string, Operation][] = [
  ...Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]),
  ),
  ...Object.entries(document.webhooks).map(([name, { post }]): [string, Operation] => [name, post]),
];

const mediaOf = ({ requestBody, responses }: Operation): Media[] => [
  ...Object.values(requestBody?.content ?? {}),
  ...Object.values(responses).flatMap(response => Object.values(response.content ?? {})),
];

describe('The document of the scheduling system API', () => {
  it("has the mission's five endpoints, two more, and its five webhooks", () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(([place]) => place)).toEqual([
      'GET /calendars',
      'GET /availability',
      'POST /appointments',
      'GET /appointments',
      'PUT /appointments/{appointment_id}/reschedule',
      'PUT /appointments/{appointment_id}/cancel',
      'GET /patient',
      'appointmentCreated',
      'appointmentRescheduled',
      'appointmentCanceled',
      'Queued',
      'patientCreated',
    ]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['basic', 'header', 'bearer', 'standardWebhooks', 'hmacSha256']);
  });

  it.each(operations)('has for %s a summary, a description, and an example wherever a body goes or comes', (_place, operation) => {
    const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    const bodies = [operation.requestBody, ...successes.map(([, response]) => response)];
    const lacking = bodies.flatMap(body => Object.values(body?.content ?? {})).filter(({ examples }) => examples === undefined);

    expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String), description: expect.any(String) });
    expect(lacking).toEqual([]);
  });

  it.each(operations)('has examples that fit for %s', (_place, operation) => {
    const wrong = mediaOf(operation).flatMap(({ schema, examples }) =>
      Object.entries(examples ?? {}).flatMap(([name, { value }]) =>
        check.schemaProblems(schema ?? {}, value).map(problem => `${name}: ${problem}`),
      ),
    );
    const headers = Object.values(operation.responses).flatMap(response => Object.values(response.headers ?? {}));
    const wrongOnes = [...(operation.parameters ?? []), ...(headers as Media[])]
      .filter(({ example }) => example !== undefined)
      .flatMap(({ schema, example }) => check.schemaProblems(schema ?? {}, example));

    expect([...wrong, ...wrongOnes]).toEqual([]);
  });

  it('explains every code that an example has', () => {
    const examples = operations
      .slice(0, Object.keys(document.paths).length + 1)
      .flatMap(([, operation]) => mediaOf(operation))
      .flatMap(({ examples: named }) => Object.values(named ?? {}).map(({ value }) => (value as { code?: string }).code));
    const codes = [...new Set(examples.filter(code => code !== undefined))];

    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter(code => code !== 'not_found' && !document.info.description.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('The clauses of the contract', () => {
  it('are each named where they hold, and there is no other', () => {
    const named = [document, ...operations.map(([, operation]) => operation)].flatMap(place => place['x-clauses'] ?? []);

    expect([...new Set(named)].sort()).toEqual(Object.keys(CLAUSES).sort());
  });
});

describe('Holding what is sent against the document', () => {
  const headers = { authorization: 'Bearer test-key', 'content-type': 'application/json' };
  const aRequest = (change: Partial<SentRequest>): SentRequest => ({
    method: 'GET',
    path: '/availability',
    query: new URLSearchParams('month=2026-10&calendar_id=cal-1'),
    headers: { authorization: 'Bearer test-key' },
    body: '',
    ...change,
  });
  const aBooking = (change: object = {}): SentRequest =>
    aRequest({
      method: 'POST',
      path: '/appointments',
      query: new URLSearchParams(),
      headers: { ...headers, 'idempotency-key': '01999c5e-0000-7000-8000-000000000001' },
      body: JSON.stringify({
        calendar_id: 'cal-1',
        datetime: '2026-10-05T13:00:00+08:00',
        patient: { name: 'Testa Inventada' },
        external_reference: '01999c5e-0000-7000-8000-000000000001',
        ...change,
      }),
    });

  it('finds nothing in what fits', () => {
    expect([...check.requestProblems(aRequest({})), ...check.requestProblems(aBooking())]).toEqual([]);
  });

  it.each([
    ['another endpoint', aRequest({ path: '/slots' }), 'GET /slots is not documented'],
    ['no key', aRequest({ headers: {} }), 'credentials'],
    ['an unknown parameter', aRequest({ query: new URLSearchParams('month=2026-10&calendar_id=c&color=red') }), 'color is not documented'],
    ['a missing parameter', aRequest({ query: new URLSearchParams('month=2026-10') }), 'calendar_id is missing'],
    ['a month that is none', aRequest({ query: new URLSearchParams('month=2026-13&calendar_id=c') }), 'month: '],
    ['an unknown header', aRequest({ headers: { ...headers, 'x-tracking': '1' } }), 'x-tracking is not documented'],
    ['a body where none belongs', aRequest({ body: '{}' }), 'a body is not documented'],
    ['a time without offset', aBooking({ datetime: '2026-10-05T13:00:00' }), '/datetime must match format'],
    ['a null', aBooking({ notes: null }), '/notes must be string'],
    ['a member in camelCase', aBooking({ calendarId: 'c' }), '/calendarId is not documented'],
    ['a missing member', aBooking({ patient: {} }), "/patient must have required property 'name'"],
  ])('finds %s in a request', (_what, request, problem) => {
    expect(check.requestProblems(request)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['a status', { status: 418, headers: {}, body: '' }, 'not documented'],
    ['another media type', { status: 200, headers: { 'content-type': 'text/html' }, body: '[]' }, '"text/html" is not documented'],
    ['a member of a slot', { status: 200, headers, body: '[{"start":"2026-10-05T13:00:00+08:00","left":1}]' }, '/0/left is not documented'],
    ['a 429 that does not say when', { status: 429, headers, body: '{"code":"too_many_requests"}' }, 'Retry-After is missing'],
    ['an error without a code', { status: 422, headers, body: '{"message":"No."}' }, "required property 'code'"],
  ])('finds in an answer %s that is not documented', (_what, answer, problem) => {
    expect(check.answerProblems({ method: 'GET', path: '/availability' }, answer)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['a name that is none', { action: 'sneezed' }, {}, 'none of the events'],
    ['no appointment', { action: 'scheduled' }, {}, "required property 'appointment_id'"],
    ['a date that is none', { action: 'scheduled', appointment_id: 'a', DoB: '01/02/1990' }, {}, '/DoB must match format'],
    ['no queue number', { action: 'queued', appointment_id: 'a' }, {}, "required property 'queue_number'"],
    ['no signature', { action: 'scheduled', appointment_id: 'a' }, { 'webhook-signature': '' }, 'webhook-signature is no signature'],
    ['no id', { action: 'scheduled', appointment_id: 'a' }, { 'webhook-id': undefined }, 'webhook-id'],
  ])('finds %s in a webhook', (_what, body, change, problem) => {
    const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1773021600', 'webhook-signature': `v1,${'A'.repeat(43)}=` };

    const found = check.webhookProblems({ headers: { ...headers, ...signed, ...change }, body: JSON.stringify(body) });

    expect(found).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });
});
