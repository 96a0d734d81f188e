import { randomUUID } from 'node:crypto';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalHandler } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

/** An appointment in the hospital's own books. */
export interface Row {
  id: string;
  calendarId: string;
  datetime: string;
  status: string;
  patientId: string | null;
  externalReference: string | null;
  updatedAt: string | null;
}

export interface Finding {
  id: string;
  kind: string;
  status: string;
  appointmentId: string | null;
  externalId: string;
  ours: { status: string; start: string | null; calendarId: string | null } | null;
  theirs: { status: string; start: string | null; calendarId: string | null } | null;
  isRepairable: boolean;
  notRepairableCode: string | null;
  reason: string | null;
}

export interface Report {
  run: { id: string; status: string; code: string | null; compared: number; skipped: number; listed: number; finishedAt: string | null };
  isRepairable: boolean;
  data: Finding[];
  nextCursor: string | null;
}

export const LIST = 'GET /appointments';
const PAGE = 4;

/** A hospital with books of its own, connected to a facility. */
export interface Clinic {
  hub: TestHub;
  clock: TestClock;
  hospital: FakeHospital;
  facilityId: string;
  webhooks: WebhookSender;
  rows: Row[];
  /** As it answers its list at first, in pages of four; `brokenPage`: answers 500. */
  list(options?: { brokenPage?: number }): HospitalHandler;
  /** The hospital's staff book, and its webhook tells: the hub's id. */
  staffBook(id: string, start: string): Promise<string>;
  row: (id: string) => Row;
  /** Books by chat; the hospital says yes, and has it in its books. */
  book(start: string): Promise<Answer>;
  start(body?: object): Promise<Answer>;
  /** A run, begun a second later, once it has ended; and what the report then shows. */
  compared(body?: object): Promise<Report>;
  /** The report, once its run has ended. */
  ended(): Promise<Report>;
  report(query?: string): Promise<Report>;
  repair(repairs: { findingId: string; action: string }[], reason?: string): Promise<Answer>;
  read(id: string): Promise<Answer['body']>;
  lastEntry(id: string): Promise<{ type: string; source: string; reference: string | null }>;
  told(id: string): Promise<{ kind: string; source: string }[]>;
}

/** Quarters of an hour from 08:00 of 5 October on. */
export const startAt = (index: number): string =>
  `2026-10-05T${String(8 + Math.floor(index / 4)).padStart(2, '0')}:${String((index % 4) * 15).padStart(2, '0')}:00+08:00`;

/** `count` hospitals at one hub; each test takes its own. */
export async function startClinics(
  count: number,
): Promise<{ hub: TestHub; clock: TestClock; next: () => Promise<Clinic>; close: () => Promise<void> }> {
  const clock = new TestClock(JOURNEY_NOW);
  const hospitals = await Promise.all(Array.from({ length: count }, startFakeHospital));
  const hub = await startHub({
    clock,
    config: { upstreamAllowedHosts: hospitals.map(({ host }) => host), writeTimeoutMs: 500, availabilityTimeoutMs: 500 },
  });
  let taken = 0;
  return {
    hub,
    clock,
    next: async () => {
      const hospital = hospitals[taken++];
      if (!hospital) throw new Error(`More than ${count} clinics`);
      return openClinic(hub, clock, hospital);
    },
    close: async () => {
      await Promise.all(hospitals.map(hospital => hospital.close()));
      await hub.close();
    },
  };
}

async function openClinic(hub: TestHub, clock: TestClock, hospital: FakeHospital): Promise<Clinic> {
  const rows: Row[] = [];
  const types = [{ id: 't1', name: 'Visit', durationMinutes: 15 }];
  hospital.on(
    'GET /calendars',
    ['c1', 'c2'].map(id => ({ id, name: `Dr. ${id}`, timezone: 'Asia/Manila', appointmentTypes: types })),
  );
  hospital.on(
    'GET /availability',
    Array.from({ length: 40 }, (_, i) => ({ start: startAt(i), available: 3 })),
  );
  hospital.on('POST /appointments', (request, response) => {
    const asked = JSON.parse(request.body) as Record<string, string>;
    const id = `chat-${rows.length}`;
    rows.push({
      id,
      calendarId: asked['calendar_id'] ?? '',
      datetime: asked['datetime'] ?? '',
      status: 'scheduled',
      patientId: null,
      externalReference: asked['external_reference'] ?? null,
      updatedAt: null,
    });
    answerJson(response, 201, { appointmentId: id });
  });
  const list: Clinic['list'] =
    ({ brokenPage } = {}) =>
    ({ path, query }, response) => {
      const page = Number(query.get('page') ?? 1);
      if (page === brokenPage) {
        answerJson(response, 500, { message: 'oops' });
        return;
      }
      const found = rows.filter(row => isAskedFor(row, query));
      const rest = new URLSearchParams(query);
      rest.set('page', String(page + 1));
      const hasMore = found.length > page * PAGE;
      response
        .writeHead(200, {
          'content-type': 'application/json',
          ...(hasMore ? { link: `</api/v1${path}?${String(rest)}>; rel="next"` } : {}),
        })
        .end(JSON.stringify(found.slice((page - 1) * PAGE, page * PAGE)));
    };
  hospital.on(LIST, list());
  const facilityId = await createFacility(hub, hospital);
  const [calendar] = (await syncedCalendars(hub, facilityId)).filter(({ externalId }) => externalId === 'c1');
  const ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  const webhooks = await webhookSender(hub, facilityId, () => clock.now());
  const report: Clinic['report'] = async (query = '') => (await hub.call('GET', `/facilities/${facilityId}/drift?${query}`)).body as Report;
  const start: Clinic['start'] = (body = {}) => hub.call('POST', `/facilities/${facilityId}/drift`, body);
  const ended = (): Promise<Report> =>
    eventually('the run has ended', async () => {
      const seen = await report('limit=200');
      return seen.run.finishedAt === null ? null : seen;
    });
  const row = (id: string): Row => {
    const found = rows.find(each => each.id === id);
    if (!found) throw new Error(`The hospital has no ${id}`);
    return found;
  };
  return {
    hub,
    clock,
    hospital,
    facilityId,
    webhooks,
    rows,
    list,
    row,
    staffBook: async (id, datetime) => {
      const patientId = `P-${id}`;
      rows.push({ id, calendarId: 'c1', datetime, status: 'scheduled', patientId, externalReference: null, updatedAt: null });
      const event = await webhooks.sent({
        action: 'scheduled',
        appointment_id: id,
        patient_id: patientId,
        name: 'Testa Inventada',
        calendar_id: 'c1',
        appointment_type_id: 't1',
        datetime,
        occurred_at: clock.now().toISOString(),
      });
      return event.appointmentId ?? '';
    },
    book: datetime =>
      hub.call(
        'POST',
        `/facilities/${facilityId}/appointments`,
        { contact: aPatient(), ...ids, start: datetime },
        { 'idempotency-key': randomUUID() },
      ),
    start,
    ended,
    compared: async body => {
      clock.advance(1_000);
      const answer = await start(body);
      if (answer.status !== 202) throw new Error(`No run: ${answer.status}`);
      return ended();
    },
    report,
    repair: (repairs, reason) =>
      hub.call('POST', `/facilities/${facilityId}/drift/repairs`, { repairs, ...(reason === undefined ? {} : { reason }) }),
    read: async id => (await hub.call('GET', `/appointments/${id}`)).body,
    lastEntry: async id => {
      const { body } = await hub.call('GET', `/appointments/${id}/timeline`);
      const last = (body as { data: { type: string; source: string; reference: string | null }[] }).data.at(-1);
      if (!last) throw new Error('The timeline is empty');
      return last;
    },
    told: id => hub.sql('select kind, source from notification where appointment_id = $1 order by id', [id]),
  };
}

/** The contract's filters, one of them. */
function isAskedFor(row: Row, query: URLSearchParams): boolean {
  const reference = query.get('external_reference');
  const patientId = query.get('patient_id');
  const temporaryPatientId = query.get('temporary_patient_id');
  if (reference !== null) return row.externalReference === reference;
  if (patientId !== null) return row.patientId === patientId;
  if (temporaryPatientId !== null) return false;
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''].map(text => Date.parse(text));
  const at = Date.parse(row.datetime);
  return row.calendarId === query.get('calendar_id') && at >= (from ?? 0) && at < (to ?? 0);
}
