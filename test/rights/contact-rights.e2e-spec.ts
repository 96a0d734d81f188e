import { randomUUID } from 'node:crypto';
import { FieldCipher } from '../../src/crypto/field-cipher.js';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';
import { openedDatabase } from '../support/opened-database.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

/** What belongs to the patient alone. */
const PLANTED = {
  name: 'Plantada Olvidada',
  mergedName: 'Plantada Antigua',
  phone: '0917 555 0177',
  e164: '+639175550177',
  dateOfBirth: '1987-06-07',
  email: 'plantada@olvidada.example',
  nationalId: 'PLNT-4711-0177',
  patientId: 'PLANTED-PID-77',
  temporaryPatientId: 'PLANTED-TID-77',
  viber: 'planted-viber-177',
  replyTo: 'planted-reply-to-177',
  notes: 'planted note: allergic to everything',
  reason: 'planted reason: moved to the moon',
  review: 'planted review: called the ward',
  text: 'planted text of a message',
  resend: 'planted resend: did not arrive',
};
const SHARED = 'planted-shared-messenger-178';

describe('The rights of a patient', () => {
  let journey: Journey;
  let sender: WebhookSender;
  let contactId: string;
  let mergedId: string;
  let appointmentId: string;
  let externalId: string;
  let siblingId: string;
  let indexes: string[];
  let exported: Answer;

  const call = (method: string, path: string, body?: unknown): Promise<Answer> => journey.hub.call(method, path, body);
  const found = async (): Promise<string[]> => {
    const text = await openedDatabase(journey.hub);
    return [...Object.values(PLANTED), ...indexes].filter(value => text.includes(value));
  };

  beforeAll(async () => {
    journey = await startJourney();
    const { hub, facilityId, clock } = journey;
    sender = await webhookSender(hub, facilityId, () => clock.now());
    const path = `/facilities/${facilityId}`;
    const { name, phone, dateOfBirth, email, nationalId } = PLANTED;
    const channels = [
      { channel: 'viber', address: PLANTED.viber, primary: true },
      { channel: 'messenger', address: SHARED },
    ];
    await call('POST', `${path}/channel-events`, { channel: 'viber', address: PLANTED.viber, type: 'opt-out', at: '2026-09-01T00:00:00Z' });
    await call('POST', `${path}/channel-events`, { channel: 'sms', address: PLANTED.e164, type: 'inbound', at: '2026-09-01T00:00:00Z' });
    const sibling = aPatient({ name: 'Hermana Inventada', phone: '0917 000 0002', channels: [{ channel: 'messenger', address: SHARED }] });
    siblingId = (await call('PUT', `${path}/contacts`, sibling)).body.id as string;

    // The hospital knew them by a temporary id before.
    const event = { action: 'scheduled', datetime: '2026-09-20T13:00:00+08:00', occurred_at: '2026-09-01T07:00:00+08:00' };
    const first = await sender.sent({
      ...event,
      name: PLANTED.mergedName,
      appointment_id: 'OLD-1',
      temporary_patient_id: PLANTED.temporaryPatientId,
    });
    mergedId = first.contactId ?? '';
    const contact = { name, phone, dateOfBirth, email, nationalId, gender: 'female', patientId: PLANTED.patientId, channels };
    const booked = await journey.book({
      contact,
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: '2026-10-05T13:00:00+08:00',
      notes: PLANTED.notes,
      replyTo: { channel: 'viber', address: PLANTED.replyTo },
    });
    ({ contactId, id: appointmentId, appointmentId: externalId } = booked.body as Record<string, string> as never);
    await sender.sent({ patientId: PLANTED.patientId, temporaryPatientId: PLANTED.temporaryPatientId });
    contactId = (await call('GET', `/contacts/${contactId}`)).body.id as string;
    const cipher = new FieldCipher(hub.config.encryptionKeys);
    for (const { id } of await hub.sql<{ id: string }>('select id from notification')) {
      const sealed = (column: string, plain: string): string =>
        cipher.seal(plain, { table: 'notification', column, facilityId, rowId: id });
      await hub.sql('update notification set text_sealed = $2, resends = $3 where id = $1', [
        id,
        sealed('text_sealed', PLANTED.text),
        JSON.stringify([{ at: '2026-10-01T00:00:00.000Z', keyId: 'configured', reasonSealed: sealed('resends', PLANTED.resend) }]),
      ]);
    }
    const noteId = randomUUID();
    await hub.sql(
      `insert into appointment_event (id, facility_id, appointment_id, at, type, source, note_sealed) values ($1, $2, $3, now(), 'reviewed', 'platform', $4)`,
      [
        ...[noteId, facilityId, appointmentId],
        cipher.seal(PLANTED.review, { table: 'appointment_event', column: 'note_sealed', facilityId, rowId: noteId }),
      ],
    );
    const rows = await hub.sql<Record<string, string | null>>(
      `select phone_index, email_index, national_id_index from contact where id = $1
       union all select address_index, null, null from channel_address where channel = 'sms'`,
      [contactId],
    );
    indexes = rows.flatMap(row => Object.values(row)).filter(value => value !== null);
  }, 60_000);
  afterAll(() => journey.close());

  it('begins with what was planted in every place', async () => {
    expect(await found()).toEqual(expect.arrayContaining([PLANTED.name, PLANTED.replyTo, PLANTED.text, PLANTED.resend, PLANTED.notes]));
    expect(indexes.length).toBeGreaterThan(3);
    expect((await call('GET', `/contacts/${mergedId}`)).body.id).toBe((await call('GET', `/contacts/${contactId}`)).body.id);
  });

  it('refuses to forget whom the hospital still expects', async () => {
    const answer = await call('DELETE', `/contacts/${contactId}`);

    expect([answer.status, answer.body.code]).toEqual([409, 'contact-has-open-appointments']);
    expect(answer.body.detail).toContain(appointmentId);
    expect((await call('GET', `/contacts/${contactId}`)).body.name).toBe(PLANTED.name);
  });

  it('hands out all that is kept of a patient, and puts that on record', async () => {
    await call('PUT', `/appointments/${appointmentId}/cancel`, { reason: PLANTED.reason });
    exported = await call('GET', `/contacts/${contactId}/export`);
    const again = await call('GET', `/contacts/${contactId}/export`);

    const text = JSON.stringify(exported.body);
    expect(exported.status).toBe(200);
    expect(exported.headers.get('cache-control')).toBe('no-store');
    expect(Object.values(PLANTED).filter(value => !text.includes(value) && value !== PLANTED.replyTo)).toEqual([]);
    expect(exported.body.cut).toEqual([]);
    expect(exported.body.audit.map(({ action }: { action: string }) => action)).toContain('getContact');
    expect(again.body.audit.map(({ action }: { action: string }) => action)).toContain('exportContact');
  });

  it('is for those who administer the facility alone', async () => {
    const { body } = await call('POST', '/api-keys', { name: 'Writer', scopes: ['write'] });
    const headers = { authorization: `Bearer ${body.key as string}` };

    const answers = [
      await journey.hub.call('GET', `/contacts/${contactId}/export`, undefined, headers),
      await journey.hub.call('DELETE', `/contacts/${contactId}`, undefined, headers),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('forgets a patient: nothing of theirs is in the database, sealed or not', async () => {
    const answer = await call('DELETE', `/contacts/${mergedId}`);
    const again = await call('DELETE', `/contacts/${contactId}`);

    expect([answer.status, again.status]).toEqual([204, 204]);
    expect(await found()).toEqual([]);
  });

  it('keeps the skeleton of the appointments, and who read and changed what', async () => {
    const appointment = await call('GET', `/appointments/${appointmentId}`);
    const timeline = await call('GET', `/appointments/${appointmentId}/timeline`);
    const contact = await call('GET', `/contacts/${contactId}`);
    const audit = await call('GET', `/facilities/${journey.facilityId}/audit-log?contactId=${contactId}`);

    expect(appointment.body).toMatchObject({
      status: 'CANCELED',
      start: '2026-10-05T13:00:00+08:00',
      appointmentId: externalId,
      patientId: null,
      reason: null,
    });
    expect(timeline.body.data.length).toBeGreaterThan(2);
    expect(contact.body).toMatchObject({ id: contactId, name: null, phone: null, channels: [], patientId: null });
    expect(contact.body.erasedAt).not.toBeNull();
    expect(audit.body.data.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['eraseContact', 'exportContact']),
    );
  });

  it('tells the platform, so that it forgets, too', async () => {
    const { body } = await call('GET', `/events?facilityId=${journey.facilityId}&limit=200`);

    const erased = (body as { data: { type: string; contactId: string }[] }).data.filter(({ type }) => type === 'contact.erased');
    expect(erased.map(entry => entry.contactId).sort()).toEqual([contactId, mergedId].sort());
  });

  it('leaves alone who shared an address with them', async () => {
    const { body } = await call('GET', `/contacts/${siblingId}`);

    expect(body).toMatchObject({ name: 'Hermana Inventada', channels: [{ channel: 'messenger', address: SHARED }] });
  });

  it('takes nothing more of them from the hospital', async () => {
    const event = await sender.sent({
      action: 'rescheduled',
      appointment_id: externalId,
      name: PLANTED.name,
      phone: PLANTED.phone,
      datetime: '2026-10-06T13:00:00+08:00',
      occurred_at: '2026-10-02T07:00:00+08:00',
    });

    expect(event).toMatchObject({ outcome: 'superseded', reason: 'contact-erased', contactId });
    expect(await found()).toEqual([]);
  });

  it('neither changes nor books for a contact that was erased', async () => {
    const changed = await call('PATCH', `/contacts/${contactId}`, { name: 'Testa Otra' });
    const booked = await journey.book({
      contactId,
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: '2026-10-05T14:00:00+08:00',
    });

    expect([changed, booked].map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'contact-erased'],
      [409, 'contact-erased'],
    ]);
  });

  it('knows them as somebody new when they come again, and still writes nothing where they wanted nothing', async () => {
    const channels = [{ channel: 'viber', address: PLANTED.viber, primary: true }];
    const { status, body } = await call('PUT', `/facilities/${journey.facilityId}/contacts`, {
      name: PLANTED.name,
      phone: PLANTED.phone,
      channels,
    });
    const [address] = await journey.hub.sql<{ is_opted_out: boolean }>(
      'select a.is_opted_out from channel_address a join contact_channel l on l.channel_address_id = a.id where l.contact_id = $1',
      [body.id],
    );

    expect([status, body.channels]).toEqual([201, channels]);
    expect(body.id).not.toBe(contactId);
    expect(address?.is_opted_out).toBe(true);
  });
});
