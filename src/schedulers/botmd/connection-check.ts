import type { AvailabilityQuery, CalendarsAnswer, EndpointCheck, UpstreamCalendar, UpstreamSlot } from '../scheduler.js';
import { UpstreamError } from '../upstream.errors.js';
import type { UpstreamReply } from '../upstream-reply.js';
import { isJsonObject, unwrapList } from './fields.js';
import { answerOf } from './read-answer.js';
import { writeDateTime } from './zone-offsets.js';

/** How the check asks: reads only, each with its own deadline. */
export interface Prober {
  listCalendars: () => Promise<CalendarsAnswer>;
  getAvailability: (query: AvailabilityQuery) => Promise<UpstreamSlot[]>;
  get: (path: string, query: Record<string, string>) => Promise<UpstreamReply>;
  monotonicMs: () => number;
}

/** What one endpoint showed, before it is timed. `ok: null`: not tried. */
type Finding = Pick<EndpointCheck, 'ok' | 'httpStatus' | 'detail' | 'code'>;

const WRITES = ['POST appointments', 'PUT appointments/:id/reschedule', 'PUT appointments/:id/cancel'];
/** No appointment and no patient has these: the answer holds nobody's data. */
const NO_REFERENCE = '00000000-0000-0000-0000-000000000000';
const NO_PATIENT = { name: 'Botmd Hub Connection Check', dob: '1900-01-01', phone: '+10000000000' };

/** Asks each endpoint that can be asked without changing anything, and says of the others that it did not. Never rejects. */
export async function checkEndpoints(prober: Prober, now: Date): Promise<EndpointCheck[]> {
  let calendars: UpstreamCalendar[] = [];
  const calendarsCheck = await timed(prober, 'GET calendars', true, async () => {
    const answer = await prober.listCalendars();
    calendars = answer.kind === 'calendars' ? answer.calendars : [];
    return { ok: true, httpStatus: 200, detail: `It lists ${calendars.length} calendars.`, code: null };
  });
  const reads = await Promise.all([
    timed(prober, 'GET availability', true, () => availabilityFinding(prober, calendars[0], now)),
    timed(prober, 'GET appointments', false, async () =>
      appointmentsFinding(await prober.get('appointments', { external_reference: NO_REFERENCE })),
    ),
    timed(prober, 'GET patient', false, async () => patientFinding(await prober.get('patient', NO_PATIENT))),
  ]);
  const untried = notTried('it would change appointments at the hospital');
  return [calendarsCheck, ...reads, ...WRITES.map(endpoint => ({ endpoint, required: true, durationMs: 0, ...untried }))];
}

async function timed(prober: Prober, endpoint: string, required: boolean, ask: () => Promise<Finding>): Promise<EndpointCheck> {
  const startedAtMs = prober.monotonicMs();
  const finding = await ask().catch(failureFinding);
  return { endpoint, required, durationMs: Math.round(prober.monotonicMs() - startedAtMs), ...finding };
}

function failureFinding(error: unknown): Finding {
  if (error instanceof UpstreamError) return { ok: false, httpStatus: error.httpStatus, detail: error.message, code: error.code };
  return {
    ok: false,
    httpStatus: null,
    detail: 'The request could not be formed: check the base URL and the credentials.',
    code: 'request-not-formed',
  };
}

async function availabilityFinding(prober: Prober, calendar: UpstreamCalendar | undefined, now: Date): Promise<Finding> {
  if (calendar === undefined) return notTried('there is no calendar to ask for');
  const type = calendar.appointmentTypes[0];
  const timezone = calendar.timezone ?? 'UTC';
  const slots = await prober.getAvailability({
    month: writeDateTime(now, timezone).slice(0, 7),
    calendarExternalId: calendar.externalId,
    appointmentTypeExternalId: type?.externalId ?? null,
    timezone,
    durationMinutes: type?.durationMinutes ?? 30,
  });
  return { ok: true, httpStatus: 200, detail: `It offers ${slots.length} slots this month in the first calendar.`, code: null };
}

/** An empty list for a reference that no appointment has proves the endpoint and its filter. */
function appointmentsFinding(reply: UpstreamReply): Finding {
  const { status, body } = answerOf(reply, 'GET appointments');
  if (status < 200 || status > 299) return optionalFinding(status);
  const list = body.kind === 'json' ? readAppointments(body.value) : null;
  if (list === null)
    return { ok: false, httpStatus: status, detail: 'It answers, but not with a list.', code: 'upstream-invalid-response' };
  if (list.length === 0) return { ok: true, httpStatus: status, detail: 'It answers and filters by external_reference.', code: null };
  return {
    ok: false,
    httpStatus: status,
    detail: 'It ignores the filter external_reference: the hub cannot use it.',
    code: 'filter-ignored',
  };
}

function readAppointments(body: unknown): unknown[] | null {
  return unwrapList(isJsonObject(body) && body['appointments'] !== undefined ? body['appointments'] : body, () => false);
}

function patientFinding(reply: UpstreamReply): Finding {
  const { status, body } = answerOf(reply, 'GET patient');
  if (status < 200 || status > 299) return optionalFinding(status);
  if (body.kind !== 'unreadable') return { ok: true, httpStatus: status, detail: 'It answers.', code: null };
  return { ok: false, httpStatus: status, detail: `It answers, but ${body.detail}.`, code: 'upstream-invalid-response' };
}

function optionalFinding(status: number): Finding {
  switch (status) {
    case 404:
      return {
        ok: false,
        httpStatus: status,
        detail: 'Not offered, or nothing matched (404). The hub works without it.',
        code: 'not-offered',
      };
    case 405:
    case 501:
      return { ok: false, httpStatus: status, detail: `Not offered (${status}). The hub works without it.`, code: 'not-offered' };
    case 400:
    case 422:
      return { ok: true, httpStatus: status, detail: `It is there and wants other parameters (${status}).`, code: null };
    case 401:
    case 403:
      return { ok: false, httpStatus: status, detail: `It refused the credentials (${status}).`, code: 'upstream-credentials-refused' };
    default:
      return { ok: false, httpStatus: status, detail: `It answered ${status}.`, code: 'upstream-error' };
  }
}

function notTried(why: string): Finding {
  return { ok: null, httpStatus: null, detail: `Not tried: ${why}.`, code: null };
}
