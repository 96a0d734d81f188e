import type { UpstreamAnswer, UpstreamFailure, ReplyBody } from '../upstream-reply.js';
import type { AskedFor } from './write-answer.js';
import { writeOutcome } from './write-outcome.js';

const BOOK: AskedFor = {
  kind: 'book',
  isRepeat: false,
  appointmentId: null,
  start: new Date('2026-03-09T01:30:00Z'),
  timezone: 'Asia/Manila',
  calendarExternalId: '7',
  reference: 'ref-1',
  patientId: 'P1',
  temporaryPatientId: 'T1',
};
const RESCHEDULE: AskedFor = {
  ...BOOK,
  kind: 'reschedule',
  appointmentId: 'A1',
  reference: null,
  patientId: null,
  temporaryPatientId: null,
};
const CANCEL: AskedFor = { ...RESCHEDULE, kind: 'cancel', start: null, calendarExternalId: null };
const repeat = (asked: AskedFor): AskedFor => ({ ...asked, isRepeat: true });

const json = (value: unknown): ReplyBody => ({ kind: 'json', value });
const HTML: ReplyBody = { kind: 'unreadable', detail: 'content type text/html, JSON expected' };
const EMPTY: ReplyBody = { kind: 'empty' };

function answered(status: number, body: ReplyBody = EMPTY): UpstreamAnswer {
  return { kind: 'answered', status, body, etag: null, link: null, retryAfterSeconds: null };
}

function failed(overrides: Partial<UpstreamFailure> = {}): UpstreamFailure {
  return { kind: 'failed', code: 'upstream-timeout', isSurelyUnsent: false, status: null, detail: 'no answer', ...overrides };
}

describe('a create that was answered with 2xx', () => {
  it.each<[string, unknown]>([
    ['appointmentId', { appointmentId: 'A1', patientId: 'P1', temporaryPatientId: 'T1' }],
    ['appointment_id', { appointment_id: 'A1' }],
    ['id', { id: 'A1' }],
    ['an envelope', { data: { id: 'A1' } }],
    ['nested envelopes', { success: true, error: null, data: { appointment: { id: 'A1' } } }],
    ['an id beside an empty envelope', { id: 'A1', data: {} }],
    ["the envelope's own id", { id: 'request-9', appointment: { id: 'A1' } }],
    ['an explicit id against a bare one', { id: 'request-9', data: { appointmentId: 'A1' } }],
    ['a list of one', [{ id: 'A1' }]],
    ['the same datetime', { id: 'A1', datetime: '2026-03-09T09:30:00+08:00' }],
    ['the same instant elsewhere', { id: 'A1', datetime: '2026-03-09T01:30:00Z' }],
    ['the same local datetime', { id: 'A1', datetime: '2026-03-09T09:30' }],
    ['the same calendar as a number', { id: 'A1', calendarId: 7, external_reference: 'ref-1' }],
    ['a new permanent id beside ours', { id: 'A1', patient: { patient_id: 'P1', temporary_patient_id: 'T1' } }],
    ['a status', { id: 'A1', status: 'scheduled', canceled: false }],
  ])('is a yes: %s', (_what, body) => {
    expect(writeOutcome(answered(201, json(body)), BOOK)).toMatchObject({
      outcome: 'yes',
      appointment: { appointmentId: 'A1' },
      httpStatus: 201,
    });
  });

  it('gives ids as text and the time of the change', () => {
    const body = { id: 9007199254740991, patientId: 5, temporaryPatientId: '', updated_at: '2026-03-01T08:00:00+08:00' };

    expect(writeOutcome(answered(200, json(body)), { ...BOOK, patientId: null })).toEqual({
      outcome: 'yes',
      httpStatus: 200,
      appointment: {
        appointmentId: '9007199254740991',
        patientId: '5',
        temporaryPatientId: null,
        updatedAt: new Date('2026-03-01T00:00:00Z'),
      },
    });
  });

  it.each<[string, ReplyBody]>([
    ['HTML', HTML],
    ['cut JSON', { kind: 'unreadable', detail: 'JSON of 12 bytes is cut or malformed' }],
    ['nothing', EMPTY],
    ['{}', json({})],
    ['null', json(null)],
    ['true', json(true)],
    ['text', json('A1')],
    ['a list of two', json([{ id: 'A1' }, { id: 'A2' }])],
    ['an empty id', json({ id: '' })],
    ['an id that is an object', json({ id: {} })],
    ['an id that a double cannot hold', json({ id: 2 ** 60 })],
    ['an id that is no segment', json({ id: '..' })],
    ['an error', json({ id: 'A1', error: 'not_available' })],
    ['no success', json({ success: false, id: 'A1' })],
    ['another datetime', json({ id: 'A1', datetime: '2026-03-09T10:00:00+08:00' })],
    ['another local datetime', json({ id: 'A1', start: '2026-03-09T01:30' })],
    ['a datetime that is none', json({ id: 'A1', datetime: 'Monday at half past nine' })],
    ['another calendar', json({ id: 'A1', calendar_id: 8 })],
    ['another reference', json({ id: 'A1', externalReference: 'ref-2' })],
    ['another patient', json({ id: 'A1', patientId: 'P2' })],
    ['another patient, nested', json({ id: 'A1', patient: { patientId: 'P2' } })],
    ['another temporary patient', json({ id: 'A1', temporary_patient_id: 'T2' })],
    ['a canceled one', json({ id: 'A1', status: 'Cancelled' })],
  ])('is unknown: %s', (_what, body) => {
    expect(writeOutcome(answered(200, body), BOOK)).toMatchObject({
      outcome: 'unknown',
      code: 'upstream-invalid-response',
      httpStatus: 200,
    });
  });
});

describe('a change that was answered with 2xx', () => {
  it.each<[string, AskedFor, ReplyBody]>([
    ['an empty body', RESCHEDULE, EMPTY],
    ['null', CANCEL, json(null)],
    ['{}', CANCEL, json({})],
    ['the id asked for', RESCHEDULE, json({ appointment_id: 'A1', datetime: '2026-03-09T09:30:00+0800' })],
    ['the id asked for, enveloped', CANCEL, json({ data: { id: 'A1', status: 'canceled' } })],
    ['a message', CANCEL, json({ message: 'done', success: true })],
    ['a repeat', repeat(CANCEL), EMPTY],
  ])('is a yes: %s', (_what, asked, body) => {
    expect(writeOutcome(answered(200, body), asked)).toMatchObject({ outcome: 'yes', appointment: { appointmentId: 'A1' } });
  });

  it.each<[string, AskedFor, ReplyBody]>([
    ['HTML', CANCEL, HTML],
    ['text', CANCEL, json('OK')],
    ['a list of none', CANCEL, json([])],
    ['another id', CANCEL, json({ id: 'A2' })],
    ['an id that is none', CANCEL, json({ appointmentId: {} })],
    ['another datetime', RESCHEDULE, json({ id: 'A1', datetime: '2026-03-09T10:30:00+08:00' })],
    ['another calendar', RESCHEDULE, json({ id: 'A1', calendarId: '8' })],
    ['an error', RESCHEDULE, json({ error: { code: 'not_available' } })],
    ['still scheduled', CANCEL, json({ id: 'A1', status: 'scheduled' })],
    ['not canceled', CANCEL, json({ id: 'A1', canceled: false })],
  ])('is unknown: %s', (_what, asked, body) => {
    expect(writeOutcome(answered(200, body), asked)).toMatchObject({ outcome: 'unknown', code: 'upstream-invalid-response' });
  });
});

describe('a refusal', () => {
  it.each<[number, unknown, AskedFor, string]>([
    [409, undefined, BOOK, 'slot-unavailable'],
    [409, {}, RESCHEDULE, 'slot-unavailable'],
    [409, {}, CANCEL, 'upstream-refused'],
    [404, {}, BOOK, 'upstream-refused'],
    [404, {}, RESCHEDULE, 'upstream-appointment-not-found'],
    [404, undefined, CANCEL, 'upstream-appointment-not-found'],
    [400, {}, BOOK, 'upstream-refused'],
    [422, 'nonsense', BOOK, 'upstream-refused'],
    [400, { status_code: 400, message: 'The time is not available.', error: 'not_available' }, BOOK, 'slot-unavailable'],
    [422, { code: 'NOT_AVAILABLE' }, BOOK, 'slot-unavailable'],
    [422, { code: 'notAvailable' }, BOOK, 'slot-unavailable'],
    [422, { error: { code: 'not-available', message: 'x' } }, BOOK, 'slot-unavailable'],
    [422, { error: { error: 'invalid_calendar' } }, BOOK, 'invalid-calendar'],
    [422, { type: 'https://his.example.org/problems/invalid_appointment_type', title: 'x' }, BOOK, 'invalid-appointment-type'],
    [422, { code: 422, error: 'not_available_min_hours_in_advance' }, BOOK, 'min-hours-in-advance'],
    [422, { code: 'not_available_max_days_in_advance' }, BOOK, 'max-days-in-advance'],
    [400, { error: 'reschedule_too_close' }, RESCHEDULE, 'reschedule-cutoff-passed'],
    [400, { error: 'reschedule_not_allowed' }, RESCHEDULE, 'reschedule-not-allowed'],
    [400, { error: 'reschedule_canceled' }, RESCHEDULE, 'appointment-canceled'],
    [400, { error: 'cancel_too_close' }, CANCEL, 'cancel-cutoff-passed'],
    [403, { error: 'cancel_not_allowed' }, CANCEL, 'cancel-not-allowed'],
    [409, { code: 'already_cancelled' }, CANCEL, 'appointment-canceled'],
    [401, { code: 'whatever' }, CANCEL, 'upstream-credentials-refused'],
    [403, {}, BOOK, 'upstream-credentials-refused'],
    [429, {}, BOOK, 'upstream-rate-limited'],
  ])('%i %j is a no', (status, body, asked, code) => {
    expect(writeOutcome(answered(status, body === undefined ? EMPTY : json(body)), asked)).toMatchObject({
      outcome: 'no',
      code,
      httpStatus: status,
    });
  });

  it('of a route, as an HTML page, does not say that the appointment is gone', () => {
    expect(writeOutcome(answered(404, HTML), CANCEL)).toMatchObject({ outcome: 'no', code: 'upstream-refused' });
  });

  it.each([301, 304, 402, 405, 408, 410, 451, 500, 502, 503, 504])('with %i proves nothing', status => {
    const code = status < 400 ? 'upstream-redirected' : 'upstream-error';

    expect(writeOutcome(answered(status, json({ code: 'not_available' })), BOOK)).toMatchObject({ outcome: 'unknown', code });
  });

  it('passes on when to ask again', () => {
    expect(writeOutcome({ ...answered(429), retryAfterSeconds: 7 }, BOOK)).toMatchObject({ outcome: 'no', retryAfterSeconds: 7 });
    expect(writeOutcome({ ...answered(503), retryAfterSeconds: 7 }, BOOK)).toMatchObject({ outcome: 'unknown', retryAfterSeconds: 7 });
  });

  it.each<[unknown]>([
    [{ code: 'Juan dela Cruz', message: 'Juan dela Cruz, born 1990-02-01' }],
    [{ error: 'Juan', message: '+639171234567' }],
    [{ code: '639171234567' }],
    [{ code: 'x'.repeat(65) }],
    [{ error: { code: 'juan@example.org' } }],
  ])('repeats nothing of %j', body => {
    const outcome = writeOutcome(answered(400, json(body)), BOOK);

    expect(outcome).toEqual({ outcome: 'no', code: 'upstream-refused', httpStatus: 400, detail: 'status 400', retryAfterSeconds: null });
  });

  it('repeats a code that can be nothing else', () => {
    expect(writeOutcome(answered(422, json({ code: 'E_DUP.1' })), BOOK)).toMatchObject({ detail: 'status 422, code E_DUP.1' });
  });
});

describe('a refusal of a repeat', () => {
  it.each<[string, number, unknown, AskedFor]>([
    ['409 after a reschedule', 409, {}, RESCHEDULE],
    ['a taken slot after a reschedule, by our first try', 400, { error: 'not_available' }, RESCHEDULE],
    ['404 after a reschedule', 404, {}, RESCHEDULE],
    ['canceled after a reschedule', 400, { error: 'reschedule_canceled' }, RESCHEDULE],
    ['too close, measured from the new time', 400, { error: 'reschedule_too_close' }, RESCHEDULE],
    ['404 after a cancel', 404, {}, CANCEL],
    ['409 after a cancel', 409, {}, CANCEL],
    ['401', 401, {}, CANCEL],
    ['403', 403, {}, RESCHEDULE],
    ['429', 429, {}, CANCEL],
    ['409 after a create', 409, {}, BOOK],
  ])('is not a no: %s', (_what, status, body, asked) => {
    expect(writeOutcome(answered(status, json(body)), repeat(asked))).toMatchObject({ outcome: 'unknown', httpStatus: status });
  });

  it.each([400, 409, 422])('%i "already canceled" after a cancel is a yes: what was asked for holds', status => {
    expect(writeOutcome(answered(status, json({ code: 'already_canceled' })), repeat(CANCEL))).toMatchObject({
      outcome: 'yes',
      appointment: { appointmentId: 'A1' },
    });
  });

  it.each<[number, unknown, AskedFor, string]>([
    [400, { error: 'invalid_calendar' }, RESCHEDULE, 'invalid-calendar'],
    [400, { error: 'cancel_not_allowed' }, CANCEL, 'cancel-not-allowed'],
    [422, {}, RESCHEDULE, 'upstream-refused'],
  ])('is a no where the first try cannot have met another answer: %i %j', (status, body, asked, code) => {
    expect(writeOutcome(answered(status, json(body)), repeat(asked))).toMatchObject({ outcome: 'no', code });
  });
});

describe('no answer at all', () => {
  it('is a no only when surely nothing was sent', () => {
    expect(writeOutcome(failed({ isSurelyUnsent: true }), BOOK)).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
    expect(writeOutcome(failed(), BOOK)).toMatchObject({ outcome: 'unknown', code: 'upstream-timeout' });
  });

  it('stays unknown on a repeat, for the first try was sent', () => {
    expect(writeOutcome(failed({ isSurelyUnsent: true, code: 'upstream-unreachable' }), repeat(CANCEL))).toMatchObject({
      outcome: 'unknown',
      code: 'upstream-unreachable',
    });
  });
});
