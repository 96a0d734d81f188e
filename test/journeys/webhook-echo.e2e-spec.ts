import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import { acrossFacilities } from '../../src/database/facility-scope.js';
import { asWorker } from '../../src/database/worker-context.js';
import { Appointment } from '../../src/appointments/appointment.entity.js';
import { ChangeOpening } from '../../src/appointments/change-opening.js';
import { Facility } from '../../src/facilities/facility.entity.js';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalHandler } from '../support/fake-hospital.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { decided, webhookSender, type WebhookEventView, type WebhookSender } from '../support/webhooks.js';

const DAY = '2026-10-05';
const TIMES = Array.from(
  { length: 36 },
  (_, i) => `${String(8 + Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')}`,
);
const at = (time: string): string => `${DAY}T${time}:00+08:00`;
const OCCURRED = '2026-10-01T07:00:00+08:00';

const failing: HospitalHandler = (_request, response) => {
  answerJson(response, 500, { code: 'oops', message: 'Something broke' });
};

describe("A webhook about the hub's own call, whose outcome is not known", () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let clock: TestClock;
  let sender: WebhookSender;
  let facilityId: string;
  let ids: { calendarId: string; appointmentTypeId: string };
  let next = 0;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock, config: { upstreamAllowedHosts: [hospital.host] } });
    hospital.on('GET /calendars', [{ id: 'cal', name: 'Test', appointmentTypes: [{ id: 'type', name: 'Consultation', duration: 15 }] }]);
    hospital.on('GET /availability', [{ date: DAY, slots: TIMES }]);
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    sender = await webhookSender(hub, facilityId, () => clock.now());
  });

  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const nextStart = (): string => at(TIMES[next++] ?? '');
  const patient = (name: string): Record<string, unknown> =>
    aPatient({ name: `Testa ${name}`, phone: `0917 500 ${String(next).padStart(4, '0')}` });

  async function book(start: string, contact: Record<string, unknown>): Promise<Answer> {
    return hub.call('POST', `/facilities/${facilityId}/appointments`, { contact, ...ids, start }, { 'idempotency-key': randomUUID() });
  }

  async function booked(name: string): Promise<{ id: string; appointmentId: string; start: string }> {
    hospital.on('POST /appointments', { appointmentId: `A-${name}` });
    const { status, body } = await book(nextStart(), patient(name));
    expect(status).toBe(201);
    return body as { id: string; appointmentId: string; start: string };
  }

  async function appointment(id: string): Promise<Record<string, unknown>> {
    return (await hub.call('GET', `/appointments/${id}`)).body as Record<string, unknown>;
  }

  async function timeline(id: string): Promise<string[]> {
    const { body } = await hub.call('GET', `/appointments/${id}/timeline`);
    return (body as { data: { type: string }[] }).data.map(entry => entry.type);
  }

  it('comes before the answer: one appointment, booked once', async () => {
    const start = nextStart();
    hospital.on('POST /appointments', (request, response) => {
      const { external_reference } = JSON.parse(request.body) as { external_reference: string };
      const echo = {
        action: 'scheduled',
        appointment_id: 'A-early',
        external_reference,
        datetime: start,
        calendar_id: 'cal',
        occurred_at: OCCURRED,
      };
      void sender.sent(echo).then(() => {
        answerJson(response, 201, { appointmentId: 'A-early', temporaryPatientId: 'T-early' });
      });
    });

    const { status, body } = await book(start, patient('Early'));

    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'SCHEDULED', appointmentId: 'A-early', revision: 1 });
    expect(await timeline((body as { id: string }).id)).toEqual(['booking-requested', 'booked']);
  });

  it.each(['with its reference', 'without one, for the same patient, calendar and time'])('resolves a booking in doubt: %s', async how => {
    hospital.on('POST /appointments', failing);
    const start = nextStart();
    const person = patient('Doubt');
    const { status, body } = await book(start, person);
    expect(status).toBe(202);
    const { id } = body as { id: string };
    const reference = how === 'with its reference' ? { external_reference: id } : {};

    const event = await sender.sent({
      action: 'scheduled',
      appointment_id: `A-${id}`,
      ...reference,
      name: person['name'],
      phone: person['phone'],
      DoB: person['dateOfBirth'],
      patient_id: `P-${id}`,
      datetime: start,
      calendar_id: 'cal',
      occurred_at: OCCURRED,
    });

    expect(event).toMatchObject({ outcome: 'applied', appointmentId: id });
    expect(await appointment(id)).toMatchObject({ status: 'SCHEDULED', appointmentId: `A-${id}`, patientId: `P-${id}`, revision: 1 });
    expect(await hub.sql('select outcome, code from upstream_attempt where appointment_id = $1', [id])).toEqual([
      { outcome: 'yes', code: 'told-by-event' },
    ]);
    expect(await hub.sql('select 1 from slot_claim where holder_id = $1 and confirmed_at is null', [id])).toEqual([]);
  });

  it('has only the fields that the mission asks for: the booking keeps its time', async () => {
    const { id, appointmentId, start } = await booked('Mission');

    const event = await sender.sent({ action: 'scheduled', appointment_id: appointmentId, name: 'Testa Mission', DoB: '1990-01-01' });

    expect(event).toMatchObject({ outcome: 'duplicate', reason: 'echo' });
    expect(await appointment(id)).toMatchObject({ start, status: 'SCHEDULED', revision: 1, needsReview: false });
  });

  it('is of another appointment of the patient, while ours is in flight: ours is not taken for it', async () => {
    const start = nextStart();
    const person = patient('Elsewhere');
    let other: Promise<WebhookEventView> | undefined;
    hospital.on('POST /appointments', (_request, response) => {
      const { name, phone, dateOfBirth } = person;
      void sender.send({ action: 'canceled', appointment_id: 'A-other', name, phone, DoB: dateOfBirth }).then(async answer => {
        other = decided(hub, (answer.body as { id: string }).id);
        await other;
        answerJson(response, 201, { appointmentId: 'A-mine' });
      });
    });

    const { status, body } = await book(start, person);
    clock.advance(61_000);
    await released((await other)?.id ?? '');

    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'SCHEDULED', appointmentId: 'A-mine', start });
    expect(await appointment((body as { id: string }).id)).toMatchObject({ status: 'SCHEDULED', appointmentId: 'A-mine' });
  });

  it('gives the permanent id while our booking is in flight: the appointment keeps it', async () => {
    const person = patient('Permanent');
    const start = nextStart();
    hospital.on('POST /appointments', (request, response) => {
      const { external_reference } = JSON.parse(request.body) as { external_reference: string };
      const told = {
        action: 'scheduled',
        appointment_id: 'A-permanent',
        external_reference,
        patient_id: 'P-permanent',
        datetime: start,
        occurred_at: OCCURRED,
      };
      void sender.sent(told).then(() => {
        answerJson(response, 201, { appointmentId: 'A-permanent', temporaryPatientId: 'T-permanent' });
      });
    });

    const { body } = await book(start, person);

    expect(body).toMatchObject({ patientId: 'P-permanent', appointmentId: 'A-permanent' });
  });

  it('proves what a failing answer leaves open: the call counts as done', async () => {
    const start = nextStart();
    hospital.on('POST /appointments', (request, response) => {
      const { external_reference } = JSON.parse(request.body) as { external_reference: string };
      void sender
        .sent({ action: 'scheduled', appointment_id: 'A-proved', external_reference, datetime: start, occurred_at: OCCURRED })
        .then(() => {
          answerJson(response, 500, {});
        });
    });

    const { status, body } = await book(start, patient('Proved'));

    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'SCHEDULED', appointmentId: 'A-proved' } });
    expect(await hub.sql('select outcome from upstream_attempt where appointment_id = $1', [(body as { id: string }).id])).toEqual([
      { outcome: 'yes' },
    ]);
  });

  it('is held while nobody can tell whether it is ours, and in the end is the staff’s', async () => {
    hospital.on('POST /appointments', failing);
    const start = nextStart();
    const { body } = await book(start, patient('Unsure'));
    const { id } = body as { id: string };

    const held = await sender.sent({
      action: 'scheduled',
      appointment_id: 'A-unsure',
      datetime: start,
      calendar_id: 'cal',
      occurred_at: OCCURRED,
    });
    clock.advance(61_000);
    const { body: end } = await released(held.id);

    expect(held).toMatchObject({ outcome: 'held', reason: 'booking-in-doubt', appointmentId: null });
    expect(end).toMatchObject({ outcome: 'applied' });
    expect((end as { appointmentId: string }).appointmentId).not.toBe(id);
    expect(await appointment(id)).toMatchObject({ status: 'PENDING' });
  });

  /** The event once it is held no more. */
  async function released(id: string): Promise<Answer> {
    return eventually('the event is held no more', async () => {
      const answer = await hub.call('GET', `/webhook-events/${id}`);
      return (answer.body as { outcome: string }).outcome === 'held' ? null : answer;
    });
  }

  it('comes between the first look at an appointment and its lock: a change goes on', async () => {
    const { id, appointmentId, start } = await booked('Crossing');
    const { app } = hub;
    const { em } = app.get(MikroORM);
    const seen = await acrossFacilities(() => em.fork().findOneOrFail(Appointment, { id }));
    const facility = await acrossFacilities(() => em.fork().findOneOrFail(Facility, { id: facilityId }));

    const echo = await sender.sent({ action: 'scheduled', appointment_id: appointmentId, datetime: start, occurred_at: OCCURRED });
    const opened = await asWorker(app.get(MikroORM).em, () => app.get(ChangeOpening).openCancel(facility, seen, null));

    expect(echo).toMatchObject({ outcome: 'duplicate', reason: 'echo' });
    expect(opened).toMatchObject({ pending: { kind: 'cancel' } });
  });

  it('resolves a reschedule in doubt', async () => {
    const { id, appointmentId } = await booked('Move');
    hospital.on('PUT /appointments/:id/reschedule', failing);
    const start = nextStart();
    const moved = await hub.call('PUT', `/appointments/${id}/reschedule`, { start });
    expect(moved).toMatchObject({ status: 202, body: { pendingChange: { kind: 'reschedule', start } } });

    const event = await sender.sent({
      action: 'rescheduled',
      appointment_id: appointmentId,
      datetime: start,
      calendar_id: 'cal',
      occurred_at: OCCURRED,
    });

    expect(event).toMatchObject({ outcome: 'applied', appointmentId: id });
    expect(await appointment(id)).toMatchObject({ start, pendingChange: null, revision: 2, needsReview: false });
  });

  it.each(['unknown', 'no'])(
    'resolves a reschedule whose repeat was answered with yes by a process that died before it could say so; the first call: %s',
    async outcome => {
      const { id, appointmentId } = await booked(`Repeat-${outcome}`);
      hospital.on('PUT /appointments/:id/reschedule', failing);
      const start = nextStart();
      await hub.call('PUT', `/appointments/${id}/reschedule`, { start });
      await hub.sql(`update upstream_attempt set outcome = $2 where appointment_id = $1 and kind = 'reschedule'`, [id, outcome]);
      await hub.sql(
        `insert into upstream_attempt (id, facility_id, appointment_id, kind, calendar_id, start_at, sent_at, deadline_at, finished_at, outcome, echo_id)
         select $2, facility_id, appointment_id, kind, calendar_id, start_at, sent_at + interval '4 s', deadline_at + interval '4 s', sent_at + interval '5 s', 'yes', id
         from upstream_attempt where appointment_id = $1 and kind = 'reschedule'`,
        [id, randomUUID()],
      );

      const event = await sender.sent({
        action: 'rescheduled',
        appointment_id: appointmentId,
        datetime: start,
        calendar_id: 'cal',
        occurred_at: clock.now().toISOString(),
      });

      expect(event).toMatchObject({ outcome: 'applied', appointmentId: id });
      expect(await appointment(id)).toMatchObject({ start, pendingChange: null, revision: 2, needsReview: false });
      expect(await hub.sql('select 1 from slot_claim where holder_id = $1 and confirmed_at is null', [id])).toEqual([]);
    },
  );

  it('resolves a cancel in doubt', async () => {
    const { id, appointmentId } = await booked('Cancel');
    hospital.on('PUT /appointments/:id/cancel', failing);
    expect((await hub.call('PUT', `/appointments/${id}/cancel`, {})).status).toBe(202);

    await sender.sent({ action: 'canceled', appointment_id: appointmentId, occurred_at: OCCURRED });

    expect(await appointment(id)).toMatchObject({ status: 'CANCELED', pendingChange: null, revision: 2 });
  });

  it('says that the staff moved it elsewhere while ours was in doubt: their word stands, and a person looks', async () => {
    const { id, appointmentId } = await booked('Overtaken');
    hospital.on('PUT /appointments/:id/reschedule', failing);
    await hub.call('PUT', `/appointments/${id}/reschedule`, { start: nextStart() });
    clock.advance(10_000);
    const elsewhere = nextStart();

    await sender.sent({
      action: 'rescheduled',
      appointment_id: appointmentId,
      datetime: elsewhere,
      calendar_id: 'cal',
      occurred_at: clock.now().toISOString(),
    });

    expect(await appointment(id)).toMatchObject({
      start: elsewhere,
      pendingChange: null,
      needsReview: true,
      reviewReason: 'change-overtaken',
    });
  });

  it('came with a no of the hospital first: the booking is there after all', async () => {
    hospital.on('POST /appointments', (_request, response) => {
      answerJson(response, 409, { code: 'not_available', message: 'Taken' });
    });
    const refused = await book(nextStart(), patient('Revived'));
    expect(refused.status).toBe(409);
    const rows = await hub.sql<{ id: string; start_at: Date }>(
      `select id, start_at from appointment where status = 'FAILED' order by id desc limit 1`,
    );
    const [failed] = rows;

    const event = await sender.sent({
      action: 'scheduled',
      appointment_id: 'A-revived',
      external_reference: failed?.id,
      datetime: failed?.start_at.toISOString(),
      calendar_id: 'cal',
      occurred_at: OCCURRED,
    });

    expect(event).toMatchObject({ outcome: 'applied', appointmentId: failed?.id });
    expect(await appointment(failed?.id ?? '')).toMatchObject({ status: 'SCHEDULED', appointmentId: 'A-revived' });
  });

  describe('with a list of appointments', () => {
    it('is asked for the time that an event does not name', async () => {
      hospital.on('GET /appointments', [
        { appointment_id: 'A-listed', status: 'scheduled', datetime: at('09:00'), calendar_id: 'cal', patient_id: 'P-listed' },
      ]);

      const event = await sender.sent({
        action: 'rescheduled',
        appointment_id: 'A-listed',
        patient_id: 'P-listed',
        name: 'Testa Listed',
        occurred_at: OCCURRED,
      });

      expect(event).toMatchObject({ outcome: 'applied' });
      expect(await appointment(event.appointmentId ?? '')).toMatchObject({ start: at('09:00'), status: 'SCHEDULED', needsReview: false });
    });

    it('settles which of two changes without times is the last', async () => {
      const of = { appointment_id: 'A-order', patient_id: 'P-order', name: 'Testa Order', calendar_id: 'cal' };
      hospital.on('GET /appointments', [
        { appointment_id: 'A-order', status: 'scheduled', datetime: at('10:00'), calendar_id: 'cal', patient_id: 'P-order' },
      ]);
      await sender.sent({ action: 'rescheduled', ...of, datetime: at('10:00') });

      const late = await sender.sent({ action: 'rescheduled', ...of, datetime: at('09:00') });

      expect(late.flags).toContain('approximate');
      expect(await appointment(late.appointmentId ?? '')).toMatchObject({ start: at('10:00'), needsReview: false });
    });

    it('does not answer: a person looks at what is in doubt', async () => {
      const of = { appointment_id: 'A-doubt', patient_id: 'P-doubt', name: 'Testa Doubt', calendar_id: 'cal' };
      hospital.on('GET /appointments', failing);
      await sender.sent({ action: 'rescheduled', ...of, datetime: at('10:00') });
      clock.advance(1_000);

      const second = await sender.sent({ action: 'rescheduled', ...of, datetime: at('09:00') });

      expect(await appointment(second.appointmentId ?? '')).toMatchObject({
        start: at('09:00'),
        needsReview: true,
        reviewReason: 'order-uncertain',
      });
    });
  });

  it('is applied once, though the same event comes on many connections at the same moment', async () => {
    const { appointmentId, id } = await booked('Crowd');
    const body = { action: 'canceled', appointment_id: appointmentId, occurred_at: OCCURRED };

    const answers = await Promise.all(Array.from({ length: 20 }, () => sender.send(body, { id: 'msg_crowd' })));
    await decided(hub, (answers[0]?.body as { id: string }).id);

    expect(answers.map(answer => answer.status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(answer => (answer.body as { id: string }).id)).size).toBe(1);
    expect(answers.filter(answer => (answer.body as { status: string }).status === 'accepted')).toHaveLength(1);
    expect(await appointment(id)).toMatchObject({ status: 'CANCELED', revision: 2 });
    expect(await timeline(id)).toEqual(['booking-requested', 'booked', 'canceled']);
  });
});
