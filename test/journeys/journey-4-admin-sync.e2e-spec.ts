import { aPatient, startJourney, type Journey } from '../support/journey.js';
import { webhookSender, type WebhookEventView, type WebhookSender } from '../support/webhooks.js';

const MONDAY_NINE = '2026-10-05T09:00:00+08:00';
const MONDAY_TEN = '2026-10-05T10:00:00+08:00';

let journey: Journey;
let sender: WebhookSender;
let nextId = 0;

beforeAll(async () => {
  journey = await startJourney();
  sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());
});

afterAll(() => journey.close());

/** An event as the mission writes it, of a new appointment unless the test names one. */
function anEvent(action: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const n = ++nextId;
  return {
    action,
    appointment_id: `EXT-${n}`,
    patient_id: `PAT-${n}`,
    name: `Testa Number ${'abcdefghijklmnopqrstuvwxyz'.charAt(n % 26)}${n}`,
    DoB: '1985-05-05',
    phone: `0917 100 ${String(n).padStart(4, '0')}`,
    email: `testa${n}@example.org`,
    datetime: MONDAY_NINE,
    calendar_id: 'cal-general',
    occurred_at: '2026-10-01T07:00:00+08:00',
    ...overrides,
  };
}

async function appointment(event: WebhookEventView): Promise<Record<string, unknown>> {
  return (await journey.hub.call('GET', `/appointments/${event.appointmentId ?? 'none'}`)).body as Record<string, unknown>;
}

async function timelineTypes(appointmentId: string | null): Promise<string[]> {
  const { body } = await journey.hub.call('GET', `/appointments/${appointmentId ?? 'none'}/timeline`);
  return (body as { data: { type: string }[] }).data.map(entry => entry.type);
}

describe('Journey 4: staff book, move and cancel', () => {
  it('makes the contact and the appointment of a patient never seen', async () => {
    const body = anEvent('scheduled');

    const event = await sender.sent(body);

    expect(event).toMatchObject({ type: 'appointmentCreated', outcome: 'applied', reason: null, flags: [] });
    expect(await appointment(event)).toMatchObject({
      status: 'SCHEDULED',
      start: MONDAY_NINE,
      appointmentId: body['appointment_id'],
      patientId: body['patient_id'],
      source: 'hospital',
      needsReview: false,
      contactId: event.contactId,
    });
    const contact = await journey.hub.call('GET', `/contacts/${event.contactId ?? ''}`);
    expect(contact.body).toMatchObject({ name: body['name'], dateOfBirth: '1985-05-05', patientId: body['patient_id'] });
    expect(await timelineTypes(event.appointmentId)).toEqual(['booked']);
  });

  it('finds the contact that the chat has made', async () => {
    const patient = aPatient({ name: 'Testa Knownbefore', phone: '0917 200 0001' });
    const { body: contact } = await journey.hub.call('PUT', `/facilities/${journey.facilityId}/contacts`, patient);

    const event = await sender.sent(anEvent('scheduled', { name: 'Testa Knownbefore', phone: '+63 917 200 0001', DoB: '1990-01-01' }));

    expect(event.contactId).toBe((contact as { id: string }).id);
  });

  it('moves and cancels it, each on the timeline, in camelCase too', async () => {
    const body = anEvent('scheduled');
    const { appointment_id: appointmentId, patient_id: patientId } = body;
    const created = await sender.sent(body);

    const moved = await sender.sent({
      event: 'appointmentRescheduled',
      data: { appointmentId, patientId, datetime: MONDAY_TEN, occurredAt: '2026-10-01T07:10:00+08:00' },
    });
    const canceled = await sender.sent({
      event: 'appointmentCanceled',
      data: { appointmentId, patientId, reason: 'The doctor is away (invented).', occurredAt: '2026-10-01T07:20:00+08:00' },
    });

    expect(moved).toMatchObject({ outcome: 'applied', appointmentId: created.appointmentId });
    expect(moved.changes).toEqual(expect.arrayContaining([{ field: 'start', before: MONDAY_NINE, after: MONDAY_TEN }]));
    expect(canceled).toMatchObject({ outcome: 'applied', type: 'appointmentCanceled' });
    expect(await appointment(canceled)).toMatchObject({
      status: 'CANCELED',
      start: MONDAY_TEN,
      reason: 'The doctor is away (invented).',
      revision: 3,
    });
    expect(await timelineTypes(created.appointmentId)).toEqual(['booked', 'rescheduled', 'canceled']);
  });

  it('ends the same when the events come the wrong way round, and one comes twice', async () => {
    const { appointment_id, patient_id } = anEvent('scheduled');
    const of = { appointment_id, patient_id };
    const cancel = { action: 'cancelled', ...of, occurred_at: '2026-10-01T07:20:00+08:00' };

    const canceled = await sender.sent(cancel, { id: 'msg_backwards' });
    const moved = await sender.sent({ ...anEvent('rescheduled'), ...of, datetime: MONDAY_TEN, occurred_at: '2026-10-01T07:10:00+08:00' });
    const created = await sender.sent({ ...anEvent('scheduled'), ...of, occurred_at: '2026-10-01T07:00:00+08:00' });
    const again = await sender.send(cancel, { id: 'msg_backwards' });

    expect(again).toMatchObject({ status: 202, body: { id: canceled.id, status: 'duplicate' } });
    expect(await appointment(canceled)).toMatchObject({ status: 'CANCELED', start: MONDAY_TEN });
    expect([moved.outcome, created.outcome]).toEqual(['applied', 'applied']);
    expect(created.changes.map(change => change.field)).not.toContain('status');
  });

  it('gives an appointment to another patient, whichever event comes first: the other appointments stay where they are', async () => {
    const ana = await sender.sent(
      anEvent('scheduled', { patient_id: undefined, name: 'Testa Ana', DoB: undefined, phone: '0917 600 0001' }),
    );
    const anas = await sender.sent(
      anEvent('scheduled', { patient_id: undefined, name: 'Testa Ana', DoB: undefined, phone: '0917 600 0001' }),
    );
    const benito = await sender.sent(anEvent('scheduled', { patient_id: 'PAT-benito', name: 'Testo Benito' }));
    expect(anas.contactId).toBe(ana.contactId);
    const { appointmentId } = (await appointment(ana)) as { appointmentId: string };
    const given = { appointment_id: appointmentId, patient_id: 'PAT-benito', name: 'Testo Benito', DoB: '1985-05-05' };

    const moved = await sender.sent({ ...anEvent('rescheduled'), ...given, occurred_at: '2026-10-01T07:10:00+08:00' });

    expect(await appointment(moved)).toMatchObject({ contactId: benito.contactId, patientId: 'PAT-benito' });
    expect(await appointment(anas)).toMatchObject({ contactId: ana.contactId });
  });

  it('has no time where the hospital names none and has no list: a person looks, and the chat cannot move it', async () => {
    const event = await sender.sent(anEvent('scheduled', { datetime: undefined, patient_id: undefined }));
    await journey.hub.call('GET', `/webhook-events/${event.id}`);

    expect(await appointment(event)).toMatchObject({
      start: null,
      needsReview: true,
      reviewReason: 'start-unknown',
      canReschedule: { allowed: false, code: 'start-unknown' },
    });
  });
});

describe("the echo of the hub's own booking", () => {
  async function booked(): Promise<{ id: string; appointmentId: string; start: string }> {
    const { calendarId, appointmentTypeId } = journey.ids('cal-general', 'type-consultation');
    const query = new URLSearchParams({ month: '2026-10', calendarId, appointmentTypeId });
    const { body } = await journey.hub.call('GET', `/facilities/${journey.facilityId}/availability?${query.toString()}`);
    const [slot] = (body as { days: { slots: { start: string }[] }[] }).days.flatMap(day => day.slots).slice(20);
    const answer = await journey.book({
      contact: aPatient({ name: 'Testa Echo', phone: '0917 300 0001' }),
      calendarId,
      appointmentTypeId,
      start: slot?.start,
    });
    expect(answer.status).toBe(201);
    return answer.body as { id: string; appointmentId: string; start: string };
  }

  it('makes no second appointment and no second revision, by reference or by id', async () => {
    const { id, appointmentId, start } = await booked();
    const base = { event: 'appointmentCreated', appointment_id: appointmentId, datetime: start, occurred_at: '2026-10-01T07:59:59+08:00' };

    const echo = await sender.sent({ ...base, external_reference: id });
    const second = await sender.sent(base);

    expect(echo).toMatchObject({ outcome: 'duplicate', reason: 'echo', appointmentId: id });
    expect(second).toMatchObject({ outcome: 'superseded', appointmentId: id });
    expect(await appointment(echo)).toMatchObject({ status: 'SCHEDULED', revision: 1 });
    expect(await timelineTypes(id)).toEqual(['booking-requested', 'booked', 'echo']);
  });

  it('comes after the staff have moved it: the move stands', async () => {
    const { id, appointmentId, start } = await booked();

    const moved = await sender.sent({
      action: 'rescheduled',
      appointment_id: appointmentId,
      datetime: MONDAY_TEN,
      occurred_at: '2026-10-01T08:00:00+08:00',
    });
    const echo = await sender.sent({
      action: 'scheduled',
      appointment_id: appointmentId,
      datetime: start,
      occurred_at: '2026-10-01T07:59:59+08:00',
    });

    expect([moved.outcome, echo.outcome, echo.reason]).toEqual(['applied', 'duplicate', 'echo']);
    expect(await appointment(echo)).toMatchObject({ id, start: MONDAY_TEN, status: 'SCHEDULED' });
  });
});
