// A scheduling system for the hub, in memory: one site, two calendars. Written from docs/vendor-guide.md; see README.md.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { calendars, freeSlots, inZone, isPastCutoff, momentOf, no, placeAt } from './clinic.mjs';
import { tell } from './events.mjs';

const { PORT = '4000', USER_ID = 'demo', API_KEY = 'demo-key' } = process.env;
const FILTERS = {
  external_reference: 'reference',
  patient_id: 'patientId',
  temporary_patient_id: 'temporaryId',
  calendar_id: 'calendarId',
};
const [appointments, bookings] = [new Map(), new Map()];

const view = a => ({
  ...{ appointment_id: a.id, patient_id: a.patientId, temporary_patient_id: a.temporaryId, external_reference: a.reference },
  ...{ calendar_id: a.calendarId, appointment_type_id: a.typeId ?? null, datetime: inZone(a.start), end_datetime: inZone(a.end) },
  ...{ status: a.status, queue_number: a.queueNumber, reason: a.reason, updated_at: new Date(a.updatedAt).toISOString() },
});
const change = (action, a, changes) => {
  appointments.set(a.id, Object.assign(a, changes, { updatedAt: Date.now() }));
  const { end_datetime: _end, status: _status, updated_at: occurred_at, ...fields } = view(a);
  const { name, date_of_birth, phone, email } = a.patient;
  void tell({ action, occurred_at, ...fields, name, date_of_birth, phone, email });
  return [200, view(a)];
};
const get = (id, named = id) => {
  if (named !== id) no(400, 'invalid_request', 'The body names another appointment than the URL.');
  return appointments.get(id) ?? no(404, 'appointment_not_found', 'There is no such appointment.');
};

/** No route awaits anything between `placeAt` and `change`: in one process that is the lock. */
const routes = {
  'GET /calendars': () => [200, calendars],
  'GET /availability': ({ query: { month, calendar_id, appointment_type_id } }) => {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || !calendar_id) no(400, 'invalid_request', 'month (YYYY-MM) and calendar_id are needed.');
    return [200, freeSlots([...appointments.values()], calendar_id, appointment_type_id, month)];
  },
  'POST /appointments': ({ body, headers }) => {
    const { calendar_id, appointment_type_id: typeId, patient, external_reference: reference = null } = body;
    if (!calendar_id || !patient?.name) no(400, 'invalid_request', 'calendar_id and patient.name are needed.');
    const [start, key] = [momentOf(body.datetime), headers['idempotency-key'] ?? reference ?? randomUUID()];
    const booking = JSON.stringify([calendar_id, typeId, start, patient.name, patient.date_of_birth, patient.phone]);
    const { booking: earlier = booking, appointment } = bookings.get(key) ?? {};
    if (earlier !== booking) no(422, 'idempotency_key_reused', 'That key came with another booking.');
    if (appointment) return [201, view(appointment)];
    const { patient_id: patientId = null, temporary_patient_id: temporaryId = patientId ? null : `tmp-${randomUUID()}` } = patient;
    const kept = { patient, patientId, temporaryId, reference, status: 'scheduled', queueNumber: null, reason: null };
    const made = { id: `apt-${randomUUID()}`, ...placeAt([...appointments.values()], calendar_id, typeId, start), ...kept };
    bookings.set(key, { booking, appointment: made });
    return [201, change('scheduled', made)[1]];
  },
  'PUT /appointments/:id/reschedule': ({ id, body }) => {
    const [a, start] = [get(id, body.appointment_id), momentOf(body.datetime)];
    const { calendar_id = a.calendarId, appointment_type_id = a.typeId } = body;
    if (a.status === 'canceled') no(409, 'reschedule_canceled', 'It is canceled.');
    if (a.start === start && a.calendarId === calendar_id && a.typeId === appointment_type_id) return [200, view(a)];
    if (isPastCutoff(a.start)) no(422, 'reschedule_too_close', 'Please call.');
    return change('rescheduled', a, placeAt([...appointments.values()], calendar_id, appointment_type_id, start, a));
  },
  'PUT /appointments/:id/cancel': ({ id, body }) => {
    const a = get(id, body.appointment_id);
    if (a.status === 'canceled') no(409, 'already_canceled', 'It is canceled.');
    if (isPastCutoff(a.start)) no(422, 'cancel_too_close', 'Please call.');
    return change('cancelled', a, { status: 'canceled', reason: body.reason ?? null });
  },
  'GET /appointments': ({ query: { from, to, ...filters } }) => {
    const asked = Object.entries(filters);
    const isKnown = asked.length === 1 && asked[0][0] in FILTERS && ('calendar_id' in filters ? from && to : true);
    if (!isKnown)
      no(400, 'invalid_request', 'One of external_reference, patient_id, temporary_patient_id, or calendar_id with from and to.');
    const [fromMs, toMs] = [from ? momentOf(from) : -Infinity, to ? momentOf(to) : Infinity];
    const isAsked = a => a[FILTERS[asked[0][0]]] === asked[0][1] && a.start >= fromMs && a.start < toMs;
    return [200, [...appointments.values()].filter(isAsked).map(view)];
  },
};

const answer = async ({ method, url, headers }, text) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (headers.authorization !== `Basic ${btoa(`${USER_ID}:${API_KEY}`)}`) no(401, 'unauthorized', 'A valid key is needed.');
  const [, collection, id, action] = /^\/api\/v1\/(\w+)(?:\/([^/]+)\/(\w+))?$/.exec(pathname) ?? [];
  const route = routes[`${method} /${collection}${id ? `/:id/${action}` : ''}`] ?? no(404, 'not_found', 'There is no such endpoint.');
  if (text && !headers['content-type']?.startsWith('application/json')) no(415, 'unsupported_media_type', 'The body must be JSON.');
  return route({
    id: id && decodeURIComponent(id),
    query: Object.fromEntries(searchParams),
    body: Object(JSON.parse(text || '{}')),
    headers,
  });
};
const refusalOf = error => {
  if (error instanceof SyntaxError) return [400, { code: 'invalid_request', message: 'The body is no JSON.' }];
  if (error.status) return [error.status, { code: error.code, message: error.message }];
  console.error(error);
  return [500, { code: 'internal_error', message: 'The log says why.' }];
};
const server = http.createServer(async (request, response) => {
  const text = Buffer.concat(await request.toArray()).toString('utf8');
  const [status, body] = await answer(request, text).catch(refusalOf);
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/api/v1 for ${USER_ID}`));
