import { randomUUID } from 'node:crypto';
import { aPatient, JOURNEY_NOW, startJourney, type Journey } from '../support/journey.js';

describe('Journey 2: cancel', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney({ policies: { cancel: { cutoffMinutes: 120, phone: '+63 2 8000 0000' } } });
  });
  beforeEach(() => {
    journey.clock.set(JOURNEY_NOW);
  });
  afterAll(() => journey.close());

  const cardiology = (): { calendarId: string; appointmentTypeId: string } => journey.ids('cal-cardiology', 'type-consultation');
  const booked = async (start: string): Promise<string> =>
    (await journey.book({ contact: aPatient(), ...cardiology(), start })).body.id as string;
  const cancel = (id: string, body: object = {}, headers: Record<string, string> = {}): ReturnType<Journey['hub']['call']> =>
    journey.hub.call('PUT', `/appointments/${id}/cancel`, body, headers);
  const freeStarts = async (): Promise<string[]> => {
    const { body } = await journey.hub.call(
      'GET',
      `/facilities/${journey.facilityId}/availability?${new URLSearchParams({ month: '2026-10', ...cardiology() }).toString()}`,
    );
    return (body as { days: { slots: { start: string }[] }[] }).days.flatMap(day => day.slots.map(s => s.start));
  };

  it('cancels at the hospital with the reason, and the slot is free again at once', async () => {
    const start = '2026-10-05T09:00:00+08:00';
    const id = await booked(start);
    expect(await freeStarts()).not.toContain(start);

    const canceled = await cancel(id, { reason: 'Invented reason' });

    expect(canceled).toMatchObject({
      status: 200,
      body: { status: 'CANCELED', reason: 'Invented reason', revision: 2, canCancel: { allowed: false, code: 'appointment-canceled' } },
    });
    expect(journey.sandbox.appointments().find(a => a.externalReference === id)).toMatchObject({
      status: 'canceled',
      reason: 'Invented reason',
    });
    expect(await freeStarts()).toContain(start);
  });

  it('keeps the reason encrypted', async () => {
    const id = await booked('2026-10-05T10:00:00+08:00');
    await cancel(id, { reason: 'Zebra-crossing-invented' });

    const rows = await journey.hub.sql<{ row: string }>('select appointment::text as row from appointment where id = $1', [id]);

    expect(rows[0]?.row).not.toContain('Zebra');
  });

  it('refuses a second cancel, but answers a repeat with the same key as the first time', async () => {
    const id = await booked('2026-10-05T11:00:00+08:00');
    const key = { 'idempotency-key': randomUUID() };
    const first = await cancel(id, { reason: 'Once' }, key);

    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'appointment-canceled' } });
    const repeat = await cancel(id, { reason: 'Once' }, key);
    expect(repeat).toMatchObject({ status: 200, body: first.body });
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['allowed to the second at the cutoff', '2026-10-06T09:00:00+08:00', '2026-10-06T07:00:00+08:00', 200, undefined],
    ['refused a second later', '2026-10-06T10:00:00+08:00', '2026-10-06T08:00:01+08:00', 422, 'cancel-cutoff-passed'],
    ['refused after the start', '2026-10-06T11:00:00+08:00', '2026-10-06T11:00:01+08:00', 422, 'appointment-started'],
  ])('is %s', async (_, start, now, status, code) => {
    const id = await booked(start);
    journey.clock.set(now);

    const answer = await cancel(id);

    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
  });

  it('says whom to call past the cutoff', async () => {
    const id = await booked('2026-10-06T14:00:00+08:00');
    journey.clock.set('2026-10-06T13:00:00+08:00');

    expect((await cancel(id)).body).toMatchObject({ phone: '+63 2 8000 0000', detail: expect.stringContaining('+63 2 8000 0000') });
  });

  it("takes over the hospital's word that staff have canceled it already", async () => {
    const id = await booked('2026-10-07T09:00:00+08:00');
    const { body } = await journey.hub.call('GET', `/appointments/${id}`);
    await journey.staff('POST', `/appointments/${body.appointmentId}/cancel`, {});

    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'appointment-canceled' } });
    expect((await journey.hub.call('GET', `/appointments/${id}`)).body).toMatchObject({ status: 'CANCELED' });
  });

  it('lets one of ten cancels at the same moment through', async () => {
    const id = await booked('2026-10-08T09:00:00+08:00');

    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));

    expect(answers.filter(a => a.status === 200)).toHaveLength(1);
    for (const loser of answers.filter(a => a.status !== 200))
      expect(loser).toMatchObject({ status: 409, body: { code: expect.stringMatching(/^(change-in-progress|appointment-canceled)$/) } });
    expect(journey.sandbox.appointments().filter(a => a.externalReference === id && a.status === 'canceled')).toHaveLength(1);
  });

  it.each([
    ['call', 'call-required'],
    ['handover', 'handover-required'],
  ])('is never for the chat where the policy says %s', async (mode, code) => {
    const id = await booked('2026-10-09T09:00:00+08:00');
    await journey.hub.call('PATCH', `/facilities/${journey.facilityId}`, { policies: { cancel: { mode } } });

    expect(await cancel(id)).toMatchObject({ status: 422, body: { code, phone: '+63 2 8000 0000' } });

    await journey.hub.call('PATCH', `/facilities/${journey.facilityId}`, { policies: { cancel: { mode: 'allowed' } } });
    expect((await cancel(id)).status).toBe(200);
  });

  it('answers 404 for an appointment that is unknown, or of a facility that is not for this key', async () => {
    const id = await booked('2026-10-12T09:00:00+08:00');
    const other = await journey.hub.call('POST', '/facilities', {
      name: 'Test Other',
      timezone: 'Asia/Manila',
      country: 'PH',
      scheduler: { connector: 'botmd', baseUrl: 'https://other.example/api/v1', auth: { scheme: 'bearer', apiKey: 'test-key' } },
    });
    const { body: key } = await journey.hub.call('POST', '/api-keys', { name: 'Other', scopes: ['write'], facilityIds: [other.body.id] });
    const authorization = `Bearer ${String(key.key)}`;

    const unknown = await cancel(randomUUID(), {}, { authorization });
    const foreign = await cancel(id, {}, { authorization });

    expect(unknown).toMatchObject({ status: 404, body: { code: 'appointment-not-found' } });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'appointment-not-found' } });
  });
});
