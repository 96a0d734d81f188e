import { ClinicDirectory } from '../../src/sandbox/clinic/clinic-directory.js';
import { demoClinic } from '../../src/sandbox/clinic/demo-clinic.js';
import type { Actor, HospitalEvent } from '../../src/sandbox/records/hospital-event.js';
import { HospitalRecords } from '../../src/sandbox/records/hospital-records.js';
import { DeliveryAttempts } from '../../src/sandbox/webhooks/delivery-attempts.js';
import { WebhookOutbox } from '../../src/sandbox/webhooks/webhook-outbox.js';
import { WebhookSender } from '../../src/sandbox/webhooks/webhook-sender.js';
import { FixedClock } from './a-sandbox.js';
import { aWebhookReceiver, type WebhookReceiver } from './a-webhook-receiver.js';

const START = Date.parse('2026-10-05T05:00:00Z');

function anEvent(id: string, by: Actor): HospitalEvent {
  const patient = { key: 'rec-1', patientId: null, temporaryPatientId: 'tmp-1', name: 'Test Maria Santos' };
  return {
    type: 'appointmentCreated',
    by,
    occurredAtMs: START,
    patient: { ...patient, dateOfBirth: null, phone: null, email: null, gender: null, nationalId: null },
    appointment: {
      id,
      calendarId: 'cal-cardiology',
      appointmentTypeId: 'type-consultation',
      startMs: START,
      endMs: START + 1_800_000,
      status: 'scheduled',
      patientKey: 'rec-1',
      externalReference: null,
      idempotencyKey: null,
      bookingFingerprint: null,
      notes: null,
      cancelReason: null,
      queueNumber: null,
      createdAtMs: START,
      updatedAtMs: START,
    },
  };
}

describe('the sender', () => {
  let receiver: WebhookReceiver;
  let sender: WebhookSender;
  const receivedIds = (): string[] => receiver.received.map(({ body }) => body.appointment_id);

  beforeEach(async () => {
    receiver = await aWebhookReceiver();
    const outbox = new WebhookOutbox('snake', new ClinicDirectory(demoClinic));
    const attempts = new DeliveryAttempts(outbox, new HospitalRecords(), new FixedClock('2026-10-01T00:00:00Z'), () => undefined);
    sender = new WebhookSender(outbox, attempts, [5]);
    sender.connect({ url: receiver.url, scheme: 'hmac-sha256', secret: 'invented' });
  });
  afterEach(async () => {
    await sender.close();
    await receiver.close();
  });

  it('holds an echo until its answer is out, and nothing else', async () => {
    sender.announce(anEvent('apt-echo', 'hub'));
    sender.announce(anEvent('apt-staff', 'staff'));
    await receiver.until(1);
    sender.announce(anEvent('apt-later', 'staff'));
    await receiver.until(2);
    const beforeTheAnswer = receivedIds();

    sender.release('apt-echo');
    await receiver.until(3);

    expect(beforeTheAnswer).toEqual(['apt-staff', 'apt-later']);
    expect(receivedIds()).toEqual(['apt-staff', 'apt-later', 'apt-echo']);
  });

  it('sends what staff do after an echo that is held once that is out', async () => {
    sender.announce(anEvent('apt-1', 'hub'));
    sender.announce({ ...anEvent('apt-1', 'staff'), occurredAtMs: START + 1_000 });
    sender.announce(anEvent('apt-2', 'staff'));
    await receiver.until(1);

    sender.release('apt-1');
    const [first, second, third] = await receiver.until(3);

    expect(first?.body.appointment_id).toBe('apt-2');
    expect([second, third].map(webhook => webhook?.body.occurred_at)).toEqual(['2026-10-05T05:00:00.000Z', '2026-10-05T05:00:01.000Z']);
  });

  it('tries at most eight at a time, so that hanging answers leave the rest waiting', async () => {
    let underWay = 0;
    let most = 0;
    let answer: () => void = () => undefined;
    const held = new Promise<void>(resolve => (answer = resolve));
    receiver.answer(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await held;
      underWay -= 1;
      return 202;
    });

    for (let n = 0; n < 20; n++) sender.announce(anEvent(`apt-${n}`, 'staff'));
    await receiver.until(8);
    answer();
    await receiver.until(20);

    expect(most).toBe(8);
  });
});
