import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { aPatient } from '../support/journey.js';
import { startTelling, type Telling } from '../support/told.js';

describe('Console: why did this patient get no confirmation?', () => {
  let telling: Telling;
  let writer: ConsoleVisitor;
  let reader: ConsoleVisitor;

  const aKey = async (scope: string): Promise<string> =>
    (await telling.hub.call('POST', '/api-keys', { name: 'Test', scopes: [scope], facilityIds: [telling.facilityId] })).body.key as string;
  const booked = async (phone: string): Promise<string> => {
    const { body } = await telling.book({ contact: aPatient({ phone }), start: telling.nextStart() });
    await telling.settled(body.id as string);
    return body.id as string;
  };

  beforeAll(async () => {
    telling = await startTelling();
    writer = await signedIn(telling.hub, await aKey('write'));
    reader = await signedIn(telling.hub, await aKey('read'));
  });
  afterAll(() => telling.close());

  it('finds the appointment by phone, hospital id and its own id', async () => {
    const phone = telling.nextPhone();
    const id = await booked(phone);
    const external = (await telling.hub.call('GET', `/appointments/${id}`)).body.appointmentId as string;

    const byPhone = await reader.post('/console/search', { q: phone, facilityId: telling.facilityId });
    const byHospitalId = await reader.post('/console/search', { q: external });
    const byId = await reader.post('/console/search', { q: id });

    for (const page of [byPhone, byHospitalId]) expect(page.text).toContain(`/console/appointments/${id}`);
    expect([byId.status, byId.headers.get('location')]).toEqual([303, `/console/appointments/${id}`]);
  });

  it('shows with each that it finds what its own explanation says', async () => {
    const phone = telling.nextPhone();
    const [told, untold] = [await booked(phone), await booked(phone)];
    await telling.hub.sql(`update notification set status = 'failed', verdict = 'delivery-failed' where appointment_id = $1`, [untold]);

    const { text } = await reader.post('/console/search', { q: phone, facilityId: telling.facilityId });

    for (const id of [told, untold]) {
      const { verdict } = (await telling.hub.call('GET', `/appointments/${id}/explanation`)).body as { verdict: string };
      const row = text.split('<tr').find(part => part.includes(`/console/appointments/${id}`));
      expect(row).toContain(`>${verdict}</span>`);
    }
    expect(text).toContain('>delivery-failed</span>');
  });

  it('says the verdict and what to do, and sends the message again', async () => {
    const phone = telling.nextPhone();
    const id = await booked(phone);
    const [message] = await telling.settled(id);
    const before = telling.smsTo(phone).length;

    const page = await writer.get(`/console/appointments/${id}`);
    const resent = await writer.post(`/console/messages/${message?.id}/resend`, { reason: 'Asked for it at the desk' });
    await telling.settled(id);

    expect(page.text).toMatch(/class="panel verdict/);
    expect(page.text).toContain('What to do:');
    expect([resent.status, resent.headers.get('location')]).toEqual([303, `/console/appointments/${id}?done=resent`]);
    expect(telling.smsTo(phone)).toHaveLength(before + 1);
  });

  it('shows nothing of the patient until a reason is given, which the audit log keeps', async () => {
    const phone = telling.nextPhone();
    const id = await booked(phone);

    const masked = await reader.get(`/console/appointments/${id}`);
    const unreasoned = await reader.post(`/console/appointments/${id}/reveal`, { reason: ' ' });
    const revealed = await reader.post(`/console/appointments/${id}/reveal`, { reason: 'Called by the ward' });

    for (const secret of ['Testa Inventada', '1990-01-01', phone]) {
      expect(masked.text).not.toContain(secret);
      expect(revealed.text).toContain(secret);
    }
    expect(unreasoned.status).toBe(400);
    const { body } = await telling.hub.call('GET', `/facilities/${telling.facilityId}/audit-log?action=revealAppointment`);
    expect(body.data).toMatchObject([
      { status: 200, subjectId: id, reason: 'Called by the ward', contactIds: [expect.any(String)] },
      { status: 400, reason: null },
    ]);
  });
});
