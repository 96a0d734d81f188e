import { aBooking, aPatient, aSandbox, textOf, type SandboxUnderTest } from './a-sandbox.js';

const CARDIOLOGY_OCTOBER = '/api/v1/availability?month=2026-10&calendar_id=cal-cardiology&appointment_type_id=type-consultation';

let hospital: SandboxUnderTest;

beforeEach(async () => {
  hospital = await aSandbox();
});

afterEach(async () => {
  await hospital.sandbox.close();
});

async function booked(change: Record<string, unknown> = {}): Promise<string> {
  return textOf(await hospital.post('/api/v1/appointments', aBooking(change)), 'appointment_id');
}

async function offeredStarts(path = CARDIOLOGY_OCTOBER): Promise<string[]> {
  const { body } = await hospital.get(path);
  return (body as { start: string }[]).map(({ start }) => start);
}

describe('booking', () => {
  it('answers the ids of the appointment and of a new patient', async () => {
    const answer = await hospital.post('/api/v1/appointments', aBooking({ external_reference: 'hub-1' }));

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      appointment_id: expect.stringMatching(/^apt-/),
      patient_id: null,
      temporary_patient_id: expect.stringMatching(/^tmp-/),
      calendar_id: 'cal-cardiology',
      datetime: '2026-10-05T13:00:00+08:00',
      external_reference: 'hub-1',
      updated_at: '2026-10-01T00:00:00.000Z',
    });
  });

  it('takes the slot, and those it overlaps, out of the offer', async () => {
    await booked();

    const starts = (await offeredStarts()).filter(start => start.startsWith('2026-10-05T1') && start < '2026-10-05T14');

    expect(starts.slice(-2)).toEqual(['2026-10-05T13:30:00+08:00', '2026-10-05T13:45:00+08:00']);
  });

  it('takes one of two at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => hospital.post('/api/v1/appointments', aBooking())));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });

  it('takes as many as there are seats', async () => {
    const jab = { calendar_id: 'cal-vaccination', appointment_type_id: 'type-vaccination' };

    const answers = await Promise.all([1, 2, 3, 4].map(() => hospital.post('/api/v1/appointments', aBooking(jab))));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409]);
  });

  it('knows a patient again', async () => {
    const first = await hospital.post('/api/v1/appointments', aBooking());
    const second = await hospital.post('/api/v1/appointments', aBooking({ datetime: '2026-10-05T14:00:00+08:00' }));
    const twin = await hospital.post(
      '/api/v1/appointments',
      aBooking({ datetime: '2026-10-05T15:00:00+08:00', patient: aPatient({ name: 'Test Ana Santos' }) }),
    );

    expect(textOf(second, 'temporary_patient_id')).toBe(textOf(first, 'temporary_patient_id'));
    expect(textOf(twin, 'temporary_patient_id')).not.toBe(textOf(first, 'temporary_patient_id'));
  });

  it('takes the type away where the calendar keeps none', async () => {
    const laboratory = aBooking({ calendar_id: 'cal-laboratory', appointment_type_id: null, datetime: '2026-10-05T06:30:00+08:00' });

    expect((await hospital.post('/api/v1/appointments', laboratory)).body).toMatchObject({ appointment_type_id: null });
  });

  it.each([
    ['a taken time', { datetime: '2026-10-05T09:15:00+08:00' }, 409, 'not_available'],
    ['a time off the grid', { datetime: '2026-10-05T13:07:00+08:00' }, 409, 'not_available'],
    ['the lunch break', { datetime: '2026-10-05T12:00:00+08:00' }, 409, 'not_available'],
    ['a time too soon', { datetime: '2026-10-01T08:45:00+08:00' }, 422, 'not_available_min_hours_in_advance'],
    ['a past time', { datetime: '2026-09-28T13:00:00+08:00' }, 422, 'not_available_min_hours_in_advance'],
    ['a time too far ahead', { datetime: '2027-01-04T13:00:00+08:00' }, 422, 'not_available_max_days_in_advance'],
    ['an unknown calendar', { calendar_id: 'cal-none' }, 422, 'invalid_calendar'],
    ['a type that is offered elsewhere', { appointment_type_id: 'type-vaccination' }, 422, 'invalid_appointment_type'],
    ['no type where one is needed', { appointment_type_id: undefined }, 422, 'invalid_appointment_type'],
  ])('refuses %s', async (_title, change, status, code) => {
    await booked({ datetime: '2026-10-05T09:00:00+08:00' });

    const answer = await hospital.post('/api/v1/appointments', aBooking(change));

    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });

  it('gives the same appointment to a repeat, by key or by reference', async () => {
    const booking = aBooking({ external_reference: 'hub-1' });
    const first = await hospital.post('/api/v1/appointments', booking, { 'Idempotency-Key': 'key-1' });

    const byKey = await hospital.post('/api/v1/appointments', booking, { 'Idempotency-Key': 'key-1' });
    const byReference = await hospital.post('/api/v1/appointments', { ...booking, datetime: '2026-10-05T05:00:00Z' });

    expect([byKey.body, byReference.body]).toEqual([first.body, first.body]);
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });

  it('refuses another booking under the same key or reference', async () => {
    await hospital.post('/api/v1/appointments', aBooking({ external_reference: 'hub-1' }), { 'Idempotency-Key': 'key-1' });
    const other = aBooking({ external_reference: 'hub-1', datetime: '2026-10-05T14:00:00+08:00' });

    const byKey = await hospital.post('/api/v1/appointments', other, { 'Idempotency-Key': 'key-1' });
    const byReference = await hospital.post('/api/v1/appointments', other);

    expect(byKey).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(byReference).toMatchObject({ status: 409, body: { code: 'external_reference_used' } });
  });

  it('tells the two half past ones of a clock change apart', async () => {
    const night = '/api/v1/availability?month=2026-11&calendar_id=cal-night-triage-ny&appointment_type_id=type-teleconsult';
    const isRepeated = (start: string) => start.startsWith('2026-11-01T01:20');
    const before = (await offeredStarts(night)).filter(isRepeated);

    await booked({ calendar_id: 'cal-night-triage-ny', appointment_type_id: 'type-teleconsult', datetime: '2026-11-01T01:20:00-05:00' });

    expect(before).toEqual(['2026-11-01T01:20:00-04:00', '2026-11-01T01:20:00-05:00']);
    expect((await offeredStarts(night)).filter(isRepeated)).toEqual(['2026-11-01T01:20:00-04:00']);
  });
});

describe('rescheduling', () => {
  it('moves the appointment and frees its old time', async () => {
    const id = await booked();

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, {
      appointment_id: id,
      datetime: '2026-10-06T09:00:00+08:00',
    });

    expect(answer).toMatchObject({ status: 200, body: { appointment_id: id, datetime: '2026-10-06T09:00:00+08:00' } });
    expect(await offeredStarts()).toContain('2026-10-05T13:00:00+08:00');
  });

  it.each([
    ['to its own time', '2026-10-05T13:00:00+08:00'],
    ['to a time that overlaps its own', '2026-10-05T13:15:00+08:00'],
  ])('sees its own seat as free: %s', async (_title, datetime) => {
    const id = await booked();

    expect(await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime })).toMatchObject({ status: 200, body: { datetime } });
  });

  it('says yes to a repeat though the cutoff has passed meanwhile', async () => {
    const id = await booked();
    const move = { datetime: '2026-10-01T10:00:00+08:00' };
    await hospital.put(`/api/v1/appointments/${id}/reschedule`, move);
    hospital.clock.set('2026-10-01T01:30:00Z');

    expect((await hospital.put(`/api/v1/appointments/${id}/reschedule`, move)).status).toBe(200);
  });

  it('moves to another calendar', async () => {
    const id = await booked();
    const move = { datetime: '2026-10-06T06:30:00+08:00', calendar_id: 'cal-laboratory' };

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, move);

    expect(answer.body).toMatchObject({ calendar_id: 'cal-laboratory', appointment_type_id: null });
  });

  it('refuses a taken time', async () => {
    const id = await booked();
    await booked({ datetime: '2026-10-05T14:00:00+08:00' });

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime: '2026-10-05T13:45:00+08:00' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'not_available' } });
  });

  it('refuses after the cutoff', async () => {
    const id = await booked();
    hospital.clock.set('2026-10-05T04:00:00.001Z');

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime: '2026-10-06T09:00:00+08:00' });

    expect(answer).toMatchObject({ status: 422, body: { code: 'reschedule_too_close' } });
  });

  it('refuses a canceled appointment', async () => {
    const id = await booked();
    await hospital.put(`/api/v1/appointments/${id}/cancel`, {});

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime: '2026-10-06T09:00:00+08:00' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'reschedule_canceled' } });
  });

  it('refuses a body that names another appointment', async () => {
    const id = await booked();

    const answer = await hospital.put(`/api/v1/appointments/${id}/reschedule`, {
      appointment_id: 'apt-x',
      datetime: '2026-10-06T09:00:00+08:00',
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('canceling', () => {
  it('frees the time, once', async () => {
    const id = await booked();

    const first = await hospital.put(`/api/v1/appointments/${id}/cancel`, { appointment_id: id, reason: 'better' });
    const second = await hospital.put(`/api/v1/appointments/${id}/cancel`, { appointment_id: id });

    expect(first).toMatchObject({ status: 200, body: { status: 'canceled', reason: 'better' } });
    expect(second).toMatchObject({ status: 409, body: { code: 'already_canceled' } });
    expect(await offeredStarts()).toContain('2026-10-05T13:00:00+08:00');
  });

  it('needs no body', async () => {
    const id = await booked();

    expect((await hospital.put(`/api/v1/appointments/${id}/cancel`)).status).toBe(200);
  });

  it('refuses after the cutoff', async () => {
    const id = await booked();
    hospital.clock.set('2026-10-05T04:30:00Z');

    expect(await hospital.put(`/api/v1/appointments/${id}/cancel`)).toMatchObject({ status: 422, body: { code: 'cancel_too_close' } });
  });

  it('refuses an unknown appointment', async () => {
    expect(await hospital.put('/api/v1/appointments/apt-none/cancel')).toMatchObject({
      status: 404,
      body: { code: 'appointment_not_found' },
    });
  });
});

describe('listing', () => {
  it.each([
    ['reference', 'external_reference=hub-1', ['hub-1']],
    ['calendar and range', 'calendar_id=cal-cardiology&from=2026-10-05T00:00:00Z&to=2026-10-05T06:00:00Z', ['hub-1']],
    ['a patient that is unknown', 'patient_id=pat-none', []],
  ])('finds by %s', async (_title, query, expected) => {
    await booked({ external_reference: 'hub-1' });
    await booked({ external_reference: 'hub-2', datetime: '2026-10-05T14:00:00+08:00' });

    const { body } = await hospital.get(`/api/v1/appointments?${query}`);

    expect((body as { external_reference: string }[]).map(item => item.external_reference)).toEqual(expected);
  });

  it('finds a patient’s, canceled ones too, page by page', async () => {
    const first = await hospital.post('/api/v1/appointments', aBooking());
    await booked({ datetime: '2026-10-05T14:00:00+08:00' });
    await hospital.put(`/api/v1/appointments/${textOf(first, 'appointment_id')}/cancel`);

    const page = await hospital.get(`/api/v1/appointments?limit=1&temporary_patient_id=${textOf(first, 'temporary_patient_id')}`);

    expect(page.body).toMatchObject([{ status: 'canceled', patient: { name: 'Test Maria Santos' } }]);
    expect(page.headers.get('link')).toContain('page=2');
  });

  it('refuses to list everybody’s', async () => {
    expect((await hospital.get('/api/v1/appointments')).status).toBe(400);
  });

  it('finds a patient by name, date of birth and phone', async () => {
    await booked();
    const query = new URLSearchParams({ name: 'Test Maria Santos', dob: '1990-02-01', phone: '+63 917 555 0101' }).toString();

    expect(await hospital.get(`/api/v1/patient?${query}`)).toMatchObject({ status: 200, body: { date_of_birth: '1990-02-01' } });
    expect((await hospital.get(`/api/v1/patient?${query.replace('Maria', 'Ana')}`)).status).toBe(404);
  });
});

describe('staff', () => {
  it('move and cancel past the cutoff', async () => {
    const [moving, leaving] = [await booked(), await booked({ datetime: '2026-10-05T13:30:00+08:00' })];
    hospital.clock.set('2026-10-05T04:59:00Z');

    const moved = await hospital.post(`/staff/appointments/${moving}/move`, { datetime: '2026-10-06T09:00:00+08:00' });
    const canceled = await hospital.post(`/staff/appointments/${leaving}/cancel`, { reason: 'doctor ill' });

    expect(moved).toMatchObject({ status: 200, body: { type: 'appointmentRescheduled', by: 'staff' } });
    expect(canceled).toMatchObject({ status: 200, body: { type: 'appointmentCanceled', appointment: { reason: 'doctor ill' } } });
  });

  it('book without notice or grid, but not over others', async () => {
    await booked();
    hospital.clock.set('2026-10-05T04:59:00Z');

    const extra = await hospital.post('/staff/appointments', aBooking({ datetime: '2026-10-05T20:07:00+08:00', external_reference: 'r' }));
    const clash = await hospital.post('/staff/appointments', aBooking({ datetime: '2026-10-05T13:20:00+08:00' }));

    expect(extra).toMatchObject({ status: 201, body: { type: 'appointmentCreated', appointment: { external_reference: null } } });
    expect(clash).toMatchObject({ status: 409, body: { code: 'not_available' } });
  });

  it('alone may name a permanent id that is new', async () => {
    const byHub = await hospital.post('/api/v1/appointments', aBooking({ patient: { name: 'Test One', patient_id: 'P-1' } }));
    const byStaff = await hospital.post(
      '/staff/appointments',
      aBooking({ datetime: '2026-10-05T14:00:00+08:00', patient: { name: 'Test Two', patient_id: 'P-2' } }),
    );

    expect(byHub.body).toMatchObject({ patient_id: null });
    expect(byStaff.body).toMatchObject({ patient: { patient_id: 'P-2' } });
  });

  it('check patients in with the next queue number; what is checked in stays', async () => {
    const [first, second] = [await booked(), await booked({ datetime: '2026-10-05T14:00:00+08:00' })];

    const called = await hospital.post(`/staff/appointments/${first}/check-in`, { queue_number: 7 });
    const next = await hospital.post(`/staff/appointments/${second}/check-in`);

    expect(called).toMatchObject({ status: 200, body: { type: 'Queued', appointment: { status: 'checked_in', queue_number: '7' } } });
    expect(next).toMatchObject({ body: { appointment: { queue_number: '8' } } });
    expect(await hospital.post(`/staff/appointments/${first}/check-in`)).toMatchObject({
      status: 409,
      body: { code: 'check_in_not_allowed' },
    });
    expect(await hospital.put(`/api/v1/appointments/${first}/cancel`)).toMatchObject({ body: { code: 'cancel_not_allowed' } });
    expect(await hospital.put(`/api/v1/appointments/${first}/reschedule`, { datetime: '2026-10-06T09:00:00+08:00' })).toMatchObject({
      body: { code: 'reschedule_not_allowed' },
    });
  });

  it('give a permanent id, once, beside the temporary one', async () => {
    const temporaryId = textOf(await hospital.post('/api/v1/appointments', aBooking()), 'temporary_patient_id');

    const given = await hospital.post(`/staff/patients/${temporaryId}/permanent-id`, { patient_id: 4711 });
    const again = await hospital.post(`/staff/patients/${temporaryId}/permanent-id`);
    const nextBooking = await hospital.post('/api/v1/appointments', aBooking({ datetime: '2026-10-05T14:00:00+08:00' }));

    expect(given).toMatchObject({ body: { type: 'patientCreated', patient: { patient_id: '4711', temporary_patient_id: temporaryId } } });
    expect(again).toMatchObject({ status: 409, body: { code: 'patient_already_permanent' } });
    expect(nextBooking.body).toMatchObject({ patient_id: '4711', temporary_patient_id: temporaryId });
  });

  it('see all appointments', async () => {
    await booked();

    expect(((await hospital.get('/staff/appointments')).body as unknown[]).length).toBe(1);
  });

  it('are told when a move changes nothing', async () => {
    const id = await booked();

    expect(await hospital.post(`/staff/appointments/${id}/move`, { datetime: '2026-10-05T05:00:00Z' })).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_change' },
    });
  });
});
