import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import pg from 'pg';
import { ChangeSettlement } from '../../src/appointments/change-settlement.js';
import type { OpenedChange } from '../../src/appointments/change-opening.js';
import { asWorker } from '../../src/database/worker-context.js';
import type { OpenedBooking } from '../../src/appointments/booking-opening.js';
import { BookingSettlement } from '../../src/appointments/booking-settlement.js';
import type { Appointment } from '../../src/appointments/appointment.entity.js';
import type { WriteOutcome } from '../../src/schedulers/scheduler.js';
import { eventually } from '../support/eventually.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';

const NO: WriteOutcome = { outcome: 'no', code: 'slot-unavailable', httpStatus: 409, detail: null, retryAfterSeconds: null };
const NEVER_MADE: WriteOutcome = { ...NO, code: 'upstream-unreachable', httpStatus: null };
const yes = (): WriteOutcome => ({
  outcome: 'yes',
  httpStatus: 201,
  appointment: { appointmentId: randomUUID(), patientId: null, temporaryPatientId: null, updatedAt: null },
});

/** The commit's word can be lost on its way: then the same answer of the hospital is written down a second time. */
describe('An answer of the hospital that is written down twice', () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let facilityId: string;
  let ids: { calendarId: string; appointmentTypeId: string };

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 30 }] },
    ]);
    hospital.on('GET /availability', [
      {
        date: '2026-10-05',
        slots: [
          '09:00',
          '10:00',
          '11:00',
          '12:00',
          '11:30',
          '12:30',
          '13:00',
          '13:30',
          '14:00',
          '14:30',
          '15:00',
          '15:30',
          '16:00',
          '16:30',
          '17:00',
          '17:30',
        ],
      },
    ]);
    hospital.on('POST /appointments', (_request, response) => {
      response.destroy();
    });
    hospital.on('PUT /appointments/:id/cancel', (_request, response) => {
      response.destroy();
    });
    hub = await startHub({ clock: new TestClock(JOURNEY_NOW), config: { upstreamAllowedHosts: [hospital.host] } });
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const aPending = async (time: string): Promise<OpenedBooking> => {
    // A good answer between the lost ones: the hospital is not taken for one that is away.
    await syncedCalendars(hub, facilityId);
    const body = { contact: aPatient(), ...ids, start: `2026-10-05T${time}:00+08:00` };
    const headers = { 'idempotency-key': randomUUID() };
    const { body: pending } = await hub.call('POST', `/facilities/${facilityId}/appointments`, body, headers);
    const [attempt] = await hub.sql<{ id: string }>('select id from upstream_attempt where appointment_id = $1', [pending.id]);
    return {
      appointment: { id: pending.id, facilityId, contactId: pending.contactId, startAt: null, stamps: {}, revision: 0 } as Appointment,
      patient: null,
      attemptId: attempt?.id ?? '',
      deadlineAt: new Date(JOURNEY_NOW),
    };
  };
  const settle = (opened: OpenedBooking, outcome: WriteOutcome): ReturnType<BookingSettlement['settle']> =>
    asWorker(hub.app.get(MikroORM).em, () => hub.app.get(BookingSettlement).settle(opened, null, outcome));

  const kindsTold = async (id: string): Promise<string[]> =>
    (await hub.sql<{ kind: string }>('select kind from notification where appointment_id = $1 order by id', [id])).map(({ kind }) => kind);
  /** While another holds the appointment, so that nothing of it can be written. */
  const whileLocked = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const holder = new pg.Client({ connectionString: hub.databaseUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from appointment where id = $1 for update', [id]);
    try {
      return await work();
    } finally {
      await holder.end();
    }
  };

  it.each([
    ['a no stays a no', '09:00', NO, 409, 'FAILED'],
    ['a yes stays a yes', '10:00', yes(), 201, 'SCHEDULED'],
  ])('%s', async (_, time, outcome, status, state) => {
    const pending = await aPending(time);

    const first = await settle(pending, outcome);
    const second = await settle(pending, outcome);

    expect(first).toMatchObject({ status, appointment: { status: state } });
    expect(second).toMatchObject({ status, appointment: { status: state, revision: first.appointment.revision } });
    expect(second.error?.code).toBe(first.error?.code);
    const [after] = await hub.sql('select outcome from upstream_attempt where appointment_id = $1', [pending.appointment.id]);
    expect(after).toEqual({ outcome: outcome.outcome });
  });

  it('a yes that comes after it was taken for not made: it was made after all, and the patient is told', async () => {
    const pending = await aPending('11:00');
    await settle(pending, NO);

    const late = await settle(pending, yes());

    expect(late).toMatchObject({ status: 201, appointment: { status: 'SCHEDULED', externalId: expect.any(String) } });
    expect(await kindsTold(pending.appointment.id)).toEqual(['booked']);
  });

  it('a yes that comes so late that the patient has booked again is a person\u2019s to look at', async () => {
    const pending = await aPending('16:30');
    const { id } = pending.appointment;
    await settle(pending, NO);
    const again = await aPending('17:00');
    await settle(again, yes());
    await hub.sql('update appointment set contact_id = (select contact_id from appointment where id = $1) where id = $2', [
      id,
      again.appointment.id,
    ]);

    const late = await settle(pending, yes());

    expect(late.appointment).toMatchObject({ status: 'SCHEDULED', needsReview: true, reviewReason: 'confirmed-after-all' });
  });

  it('a no that is noted only after its deadline is told to the patient: a repeat of the request may have been told 202', async () => {
    const pending = await aPending('11:30');

    const late = await settle({ ...pending, deadlineAt: new Date(Date.parse(JOURNEY_NOW) - 1) }, NO);

    expect(late).toMatchObject({ status: 409, appointment: { status: 'FAILED', revision: 1 } });
    expect(await kindsTold(pending.appointment.id)).toEqual(['notBooked']);
  });

  it('a no whose commit\u2019s word came too late for the caller is told to the patient, once', async () => {
    const pending = await aPending('12:30');
    const { id } = pending.appointment;
    await settle(pending, NO);
    expect(await kindsTold(id)).toEqual([]);

    const [first, second] = await whileLocked(id, () => Promise.all([settle(pending, NO), settle(pending, NO)]));

    expect([first, second]).toMatchObject([{ status: 202 }, { status: 202 }]);
    await eventually('it is told', async () => (await kindsTold(id)).length > 0);
    expect(await settle(pending, NO)).toMatchObject({ status: 409, appointment: { revision: 1 } });
    expect(await kindsTold(id)).toEqual(['notBooked']);
  });

  it('a no that could not be written down in time, so that the caller was told 202, is told to the patient', async () => {
    const pending = await aPending('13:30');
    const { id } = pending.appointment;

    const answered = await whileLocked(id, () => settle(pending, NO));

    expect(answered).toMatchObject({ status: 202, error: null });
    await eventually('it has failed', async () => (await hub.call('GET', `/appointments/${id}`)).body.status === 'FAILED');
    expect(await kindsTold(id)).toEqual(['notBooked']);
    expect((await hub.call('GET', `/appointments/${id}`)).body.revision).toBe(1);
  });

  /** As when another copy has taken the call for lost. */
  const repeatedByOthers = (attemptId: string): Promise<object[]> =>
    hub.sql(
      `insert into upstream_attempt (id, facility_id, appointment_id, kind, sent_at, deadline_at, echo_id)
       select gen_random_uuid(), facility_id, appointment_id, kind, sent_at, deadline_at, id from upstream_attempt where id = $1`,
      [attemptId],
    );

  it('a booking that others have sent again stays open, whatever becomes of the call of the process that stood still', async () => {
    const pending = await aPending('15:00');
    await repeatedByOthers(pending.attemptId);

    const late = await settle(pending, NEVER_MADE);

    expect(late).toMatchObject({ status: 202, error: null, appointment: { status: 'PENDING' } });
  });

  /** A cancel that is out. */
  const aCancel = async (time: string): Promise<OpenedChange> => {
    const booking = await aPending(time);
    await settle(booking, yes());
    const { id } = booking.appointment;
    const { status } = await hub.call('PUT', `/appointments/${id}/cancel`, {});
    expect(status).toBe(202);
    const [row] = await hub.sql<{ pending: OpenedChange['pending'] }>('select pending_change as pending from appointment where id = $1', [
      id,
    ]);
    if (!row) throw new Error('No appointment');
    return { appointment: booking.appointment, attemptId: row.pending.attemptId, deadlineAt: new Date(JOURNEY_NOW), pending: row.pending };
  };
  const settleCancel = (opened: OpenedChange, outcome: WriteOutcome): ReturnType<ChangeSettlement['settleCancel']> =>
    asWorker(hub.app.get(MikroORM).em, () => hub.app.get(ChangeSettlement).settleCancel(opened, null, null, outcome));

  it('a cancel that others have done is done, also for the process that stood still and never made the call', async () => {
    const opened = await aCancel('12:00');
    await settleCancel(opened, yes());

    const late = await settleCancel(opened, NEVER_MADE);

    expect(late).toMatchObject({ status: 200, error: null, appointment: { status: 'CANCELED' } });
  });

  it('a cancel that others have sent again stays open, whatever becomes of the call of the process that stood still', async () => {
    const opened = await aCancel('13:00');
    await repeatedByOthers(opened.attemptId);

    const late = await settleCancel(opened, NEVER_MADE);

    expect(late).toMatchObject({ status: 202, error: null, appointment: { status: 'SCHEDULED', pendingChange: { kind: 'cancel' } } });
  });

  it('a cancel that the staff have done, too, is told once', async () => {
    const opened = await aCancel('14:30');
    const { id } = opened.appointment;
    await hub.sql(`update appointment set status = 'CANCELED', revision = revision + 1 where id = $1`, [id]);

    const settled = await settleCancel(opened, yes());

    expect(settled).toMatchObject({ status: 200, appointment: { status: 'CANCELED', revision: 2, pendingChange: null } });
    expect(await kindsTold(id)).toEqual(['booked']);
  });

  describe('a reschedule of what the staff have canceled meanwhile', () => {
    const settledReschedule = async (
      time: string,
      outcome: WriteOutcome,
    ): Promise<Awaited<ReturnType<ChangeSettlement['settleReschedule']>>> => {
      const cancel = await aCancel(time);
      const { id } = cancel.appointment;
      const start = '2026-10-05T08:00:00.000Z';
      const pending = { ...cancel.pending, kind: 'reschedule', start, calendarId: ids.calendarId } as const;
      await hub.sql(`update appointment set status = 'CANCELED', revision = 2, pending_change = $2 where id = $1`, [id, pending]);
      const slot = { startAt: new Date(start), endAt: new Date('2026-10-05T08:30:00.000Z') };
      const bookable = { calendarId: ids.calendarId } as Parameters<ChangeSettlement['settleReschedule']>[2];
      return asWorker(hub.app.get(MikroORM).em, () =>
        hub.app.get(ChangeSettlement).settleReschedule({ ...cancel, pending }, slot, bookable, null, outcome),
      );
    };

    it('that is refused because it is canceled is told once', async () => {
      const settled = await settledReschedule('15:30', { ...NO, code: 'appointment-canceled' });

      expect(settled).toMatchObject({ status: 409, appointment: { status: 'CANCELED', revision: 2, pendingChange: null } });
      expect(await kindsTold(settled.appointment.id)).toEqual(['booked']);
    });

    it('that was done is a person\u2019s to look at, and nobody is told of a move', async () => {
      const settled = await settledReschedule('16:00', yes());

      expect(settled.appointment).toMatchObject({ status: 'CANCELED', revision: 2, reviewReason: 'change-overtaken' });
      expect(await kindsTold(settled.appointment.id)).toEqual(['booked']);
      const types = await hub.sql<{ type: string }>('select type from appointment_event where appointment_id = $1 order by id', [
        settled.appointment.id,
      ]);
      expect(types.map(({ type }) => type)).toContain('review-needed');
      expect(types.map(({ type }) => type)).not.toContain('rescheduled');
    });
  });

  it('a cancel that was never made, and that nobody has sent again, was not done', async () => {
    const opened = await aCancel('14:00');

    const settled = await settleCancel(opened, NEVER_MADE);

    expect(settled).toMatchObject({ status: 409, error: { code: 'upstream-unreachable' }, appointment: { pendingChange: null } });
  });

  it('a cancel that a person was asked about is off their queue once it is known', async () => {
    const opened = await aCancel('17:30');
    const sql = `update appointment set needs_review = true, review_reason = 'change-outcome-unknown' where id = $1`;
    await hub.sql(sql, [opened.appointment.id]);

    const settled = await settleCancel(opened, yes());

    expect(settled.appointment).toMatchObject({ status: 'CANCELED', needsReview: false, reviewReason: null });
  });
});
