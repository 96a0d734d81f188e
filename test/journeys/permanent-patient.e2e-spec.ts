import { startJourney, type Journey } from '../support/journey.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

let journey: Journey;
let sender: WebhookSender;

beforeAll(async () => {
  journey = await startJourney();
  sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());
});

afterAll(() => journey.close());

async function contact(id: string | null): Promise<Record<string, unknown>> {
  return (await journey.hub.call('GET', `/contacts/${id ?? ''}`)).body as Record<string, unknown>;
}

const booking = (n: string, overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  action: 'scheduled',
  appointment_id: `PP-${n}`,
  temporary_patient_id: `TMP-${n}`,
  name: `Testa Permanent ${n}`,
  DoB: '1980-08-08',
  datetime: '2026-10-06T09:00:00+08:00',
  occurred_at: '2026-10-01T07:00:00+08:00',
  ...overrides,
});

describe('the permanent patient id', () => {
  it('joins the temporary one on the contact, and its appointments', async () => {
    const booked = await sender.sent(booking('joins'));

    const event = await sender.sent({ patientId: 'PERM-joins', temporaryPatientId: 'TMP-joins' });

    expect(event).toMatchObject({ type: 'patientCreated', outcome: 'applied', contactId: booked.contactId });
    expect(await contact(booked.contactId)).toMatchObject({ patientId: 'PERM-joins', temporaryPatientId: 'TMP-joins' });
    const { body } = await journey.hub.call('GET', `/facilities/${journey.facilityId}/appointments?patientId=PERM-joins`);
    expect(body).toMatchObject({ data: [{ id: booked.appointmentId, patientId: 'PERM-joins' }] });
  });

  it('may come before the booking that names the temporary id', async () => {
    const created = await sender.sent({ event: 'patientCreated', patientId: 'PERM-early', temporaryPatientId: 'TMP-early' });
    expect(await contact(created.contactId)).toMatchObject({ name: null, patientId: 'PERM-early' });

    const booked = await sender.sent(booking('early'));

    expect(booked.contactId).toBe(created.contactId);
    expect(await contact(created.contactId)).toMatchObject({ name: 'Testa Permanent early', patientId: 'PERM-early' });
  });

  it('says nothing new the second time', async () => {
    await sender.sent(booking('twice'));
    await sender.sent({ patientId: 'PERM-twice', temporaryPatientId: 'TMP-twice' });

    const second = await sender.sent({ patientId: 'PERM-twice', temporaryPatientId: 'TMP-twice' });

    expect(second).toMatchObject({ outcome: 'superseded', reason: 'nothing-new' });
  });

  it('merges two contacts that turn out to be one, and a person can part them again', async () => {
    const temporary = await sender.sent(booking('merge'));
    const permanent = await sender.sent(
      booking('merge', {
        appointment_id: 'PP-merge-2',
        temporary_patient_id: undefined,
        patient_id: 'PERM-merge',
        name: 'Testa Permanent merge',
        DoB: undefined,
      }),
    );
    expect(permanent.contactId).not.toBe(temporary.contactId);

    const event = await sender.sent({ patientId: 'PERM-merge', temporaryPatientId: 'TMP-merge' });

    expect(event).toMatchObject({ outcome: 'applied', contactId: permanent.contactId });
    const { body: mine } = await journey.hub.call('GET', `/contacts/${permanent.contactId ?? ''}/appointments`);
    expect((mine as { data: { appointmentId: string }[] }).data.map(a => a.appointmentId).toSorted()).toEqual(['PP-merge', 'PP-merge-2']);
    expect(await contact(temporary.contactId)).toMatchObject({ id: permanent.contactId });

    const { body: merges } = await journey.hub.call('GET', `/contacts/${permanent.contactId ?? ''}/merges`);
    const [merge] = (merges as { data: { id: string }[] }).data;
    const undone = await journey.hub.call('POST', `/contacts/${permanent.contactId ?? ''}/merges/${merge?.id ?? ''}/undo`);

    expect(undone.status).toBe(200);
    expect(await contact(temporary.contactId)).toMatchObject({ id: temporary.contactId, temporaryPatientId: 'TMP-merge' });
    const { body: theirs } = await journey.hub.call('GET', `/contacts/${temporary.contactId ?? ''}/appointments`);
    expect(theirs).toMatchObject({ data: [{ appointmentId: 'PP-merge' }] });
  });

  it('is held for a person where the two have different dates of birth', async () => {
    const temporary = await sender.sent(booking('conflict'));
    const permanent = await sender.sent(
      booking('conflict', {
        appointment_id: 'PP-conflict-2',
        temporary_patient_id: undefined,
        patient_id: 'PERM-conflict',
        DoB: '1981-01-01',
      }),
    );

    const event = await sender.sent({ patientId: 'PERM-conflict', temporaryPatientId: 'TMP-conflict' });

    expect(event).toMatchObject({ outcome: 'held', reason: 'dates-of-birth-differ' });
    expect(await contact(temporary.contactId)).toMatchObject({ id: temporary.contactId });
    expect(await contact(permanent.contactId)).toMatchObject({ id: permanent.contactId });
  });
});
