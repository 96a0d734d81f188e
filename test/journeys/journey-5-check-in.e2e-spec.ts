import { startJourney, type Journey } from '../support/journey.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

let journey: Journey;
let sender: WebhookSender;

beforeAll(async () => {
  journey = await startJourney();
  sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());
});

afterAll(() => journey.close());

const PATIENT = { name: 'Testa Queueing', DoB: '1970-07-07', phone: '0917 400 0001' };
const AT = '2026-10-01T08:00:00+08:00';

describe('Journey 5: the patient checks in', () => {
  it.each([
    ['a number', 17, '17'],
    ['a text', 'B-17', 'B-17'],
  ])('makes the appointment SHOW, with its queue number: %s', async (_, queue_number, expected) => {
    const ids = { appointment_id: `Q-${expected}`, patient_id: `QP-${expected}` };
    const booked = await sender.sent({ ...PATIENT, ...ids, action: 'scheduled', datetime: AT, occurred_at: '2026-09-30T10:00:00+08:00' });

    const event = await sender.sent({ ...PATIENT, ...ids, action: 'queued', queue_number, occurred_at: '2026-10-01T07:50:00+08:00' });

    expect(event).toMatchObject({ type: 'Queued', outcome: 'applied', appointmentId: booked.appointmentId });
    const { body } = await journey.hub.call('GET', `/appointments/${event.appointmentId ?? ''}`);
    expect(body).toMatchObject({ status: 'SHOW', queueNumber: expected, canCancel: { allowed: false, code: 'appointment-checked-in' } });
  });

  it('makes contact and appointment of a patient never seen', async () => {
    const event = await sender.sent({
      event: 'Queued',
      data: { appointmentId: 'Q-new', temporaryPatientId: 'QT-new', queueNumber: '3', name: 'Testa Walkin', datetime: AT, occurredAt: AT },
    });

    const { body } = await journey.hub.call('GET', `/facilities/${journey.facilityId}/appointments?appointmentId=Q-new`);
    expect(body).toMatchObject({
      data: [{ id: event.appointmentId, status: 'SHOW', queueNumber: '3', contactId: event.contactId, start: AT }],
    });
  });

  it('is not undone by what happened before it', async () => {
    const ids = { appointment_id: 'Q-late', patient_id: 'QP-late' };
    await sender.sent({ ...PATIENT, ...ids, action: 'queued', queue_number: '9', occurred_at: '2026-10-01T07:50:00+08:00' });

    const late = await sender.sent({ ...PATIENT, ...ids, action: 'scheduled', datetime: AT, occurred_at: '2026-09-30T10:00:00+08:00' });

    const { body } = await journey.hub.call('GET', `/appointments/${late.appointmentId ?? ''}`);
    expect(body).toMatchObject({ status: 'SHOW', queueNumber: '9', start: AT });
  });
});
