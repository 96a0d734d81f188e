import { randomUUID } from 'node:crypto';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

/** Monday, 5 October, 13:00 at the cardiologist's: a slot of the sandbox. */
const START = '2026-10-05T13:00:00+08:00';

describe('Journey 1: book', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey.close());

  const cardiology = (): { calendarId: string; appointmentTypeId: string } => journey.ids('cal-cardiology', 'type-consultation');
  const slots = async (month = '2026-10', ids = cardiology()): Promise<{ start: string; available: number }[]> => {
    const answer = await journey.hub.call(
      'GET',
      `/facilities/${journey.facilityId}/availability?${new URLSearchParams({ month, ...ids }).toString()}`,
    );
    return (answer.body as { days: { slots: { start: string; available: number }[] }[] }).days.flatMap(day => day.slots);
  };
  const bookedAt = (start: string): number =>
    journey.sandbox.appointments().filter(a => Date.parse(a.datetime) === Date.parse(start)).length;

  it('shows the slot, books it at the hospital, and shows it no more', async () => {
    expect((await slots()).map(s => s.start)).toContain(START);

    const booked = await journey.book({ contact: aPatient(), ...cardiology(), start: START, notes: 'Invented note' });

    expect(booked.status).toBe(201);
    expect(booked.body).toMatchObject({
      status: 'SCHEDULED',
      start: START,
      end: '2026-10-05T13:30:00+08:00',
      source: 'platform',
      revision: 1,
      pendingChange: null,
      canReschedule: { allowed: true, until: START, code: null },
      canCancel: { allowed: true, until: START, code: null },
    });
    const atHospital = journey.sandbox.appointments().find(a => a.appointmentId === booked.body.appointmentId);
    expect(atHospital).toMatchObject({ externalReference: booked.body.id, temporaryPatientId: booked.body.temporaryPatientId });
    expect((await slots()).map(s => s.start)).not.toContain(START);
  });

  it('writes every step on the timeline, oldest first', async () => {
    const booked = await journey.book({ contact: aPatient(), ...cardiology(), start: '2026-10-05T15:00:00+08:00' });

    const { body } = await journey.hub.call('GET', `/appointments/${booked.body.id}/timeline`);

    expect(body.data).toMatchObject([
      { type: 'booking-requested', source: 'platform', before: null, after: { status: 'PENDING' } },
      { type: 'booked', source: 'hospital', before: { status: 'PENDING' }, after: { status: 'SCHEDULED' } },
    ]);
  });

  it('answers a repeat with the same key and body as it answered the first, and books once', async () => {
    const key = randomUUID();
    const request = { contact: aPatient(), ...cardiology(), start: '2026-10-06T09:00:00+08:00' };
    const first = await journey.book(request, key);

    const repeat = await journey.book({ start: request.start, contact: request.contact, ...cardiology() }, key);

    expect(repeat.status).toBe(201);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(repeat.body).toEqual(first.body);
    expect(bookedAt(request.start)).toBe(1);
  });

  it('books once for twenty requests with one key at the same moment', async () => {
    const key = randomUUID();
    const request = { contact: aPatient(), ...cardiology(), start: '2026-10-06T10:00:00+08:00' };

    const answers = await Promise.all(Array.from({ length: 20 }, () => journey.book(request, key)));

    expect(new Set(answers.map(a => a.status))).toEqual(new Set([201]));
    expect(new Set(answers.map(a => a.body.id)).size).toBe(1);
    expect(answers.filter(a => a.headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect(bookedAt(request.start)).toBe(1);
  });

  it('refuses a key that was used with another body', async () => {
    const key = randomUUID();
    await journey.book({ contact: aPatient(), ...cardiology(), start: '2026-10-06T11:00:00+08:00' }, key);

    const other = await journey.book({ contact: aPatient(), ...cardiology(), start: '2026-10-06T11:30:00+08:00' }, key);

    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  describe('for whoever is to be answered elsewhere than the patient', () => {
    const replyToOf = async (id: string): Promise<unknown[]> =>
      journey.hub.sql('select r.channel from appointment a join channel_address r on r.id = a.reply_to_id where a.id = $1', [id]);

    it('keeps where, and makes one address of it however it is written', async () => {
      const request = (start: string, address: string): Record<string, unknown> => ({
        contact: aPatient({ name: 'Testa Child', phone: null }),
        ...cardiology(),
        start,
        replyTo: { channel: 'sms', address },
      });

      const booked = await journey.book(request('2026-10-12T13:00:00+08:00', '0917 000 4711'));
      const again = await journey.book(request('2026-10-12T13:30:00+08:00', '+63 917 000 4711'));
      const without = await journey.book({ contact: aPatient(), ...cardiology(), start: '2026-10-12T14:00:00+08:00' });

      expect([booked.status, again.status, without.status]).toEqual([201, 201, 201]);
      expect(booked.body).not.toHaveProperty('replyTo');
      const ids = await journey.hub.sql<{ reply_to_id: string | null }>(
        'select reply_to_id from appointment where id = any($1) order by start_at',
        [[booked.body.id, again.body.id, without.body.id]],
      );
      expect(ids).toEqual([{ reply_to_id: expect.any(String) }, { reply_to_id: ids[0]?.reply_to_id }, { reply_to_id: null }]);
      expect(await replyToOf(booked.body.id as string)).toEqual([{ channel: 'sms' }]);
    });

    it('is another request when it is to be answered elsewhere', async () => {
      const key = randomUUID();
      const request = { contact: aPatient(), ...cardiology(), start: '2026-10-12T15:00:00+08:00' };
      await journey.book({ ...request, replyTo: { channel: 'viber', address: 'viber-test-1' } }, key);

      const same = await journey.book({ ...request, replyTo: { channel: 'viber', address: 'viber-test-1' } }, key);
      const other = await journey.book({ ...request, replyTo: { channel: 'viber', address: 'viber-test-2' } }, key);

      expect(same.status).toBe(201);
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    });

    it.each([
      [{ channel: 'sms', address: 'planted' }, 'replyTo.address', 'invalid-phone'],
      [{ channel: 'log', address: 'planted' }, 'replyTo.channel', 'is-in'],
      [{ channel: 'viber' }, 'replyTo.address', 'matches'],
      [null, 'replyTo', 'is-object'],
    ])('refuses %j, and books nothing', async (replyTo, field, code) => {
      const start = '2026-10-12T16:00:00+08:00';

      const refused = await journey.book({ contact: aPatient(), ...cardiology(), start, replyTo });

      expect(refused).toMatchObject({ status: 400, body: { errors: [{ field, code }] } });
      expect(JSON.stringify(refused.body)).not.toContain('planted');
      expect(bookedAt(start)).toBe(0);
    });
  });

  it('lets one of fifty have the last seat, and gives the others alternatives', async () => {
    const start = '2026-10-07T09:00:00+08:00';
    const before = journey.sandbox.calls('createAppointment');

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        journey.book({ contact: aPatient({ name: `Testa Number ${String.fromCharCode(65 + (i % 26))}` }), ...cardiology(), start }),
      ),
    );

    const losers = answers.filter(a => a.status === 409);
    expect(answers.filter(a => a.status === 201)).toHaveLength(1);
    expect(losers).toHaveLength(49);
    expect(losers[0]?.body).toMatchObject({ code: 'slot-unavailable', alternatives: [{ start: '2026-10-07T09:30:00+08:00' }, {}, {}] });
    expect(journey.sandbox.calls('createAppointment') - before).toBe(1);
  });

  it('gives a slot with three seats to three', async () => {
    const ids = journey.ids('cal-vaccination', 'type-vaccination');
    const slot = (await slots('2026-10', ids)).find(s => Date.parse(s.start) > Date.parse('2026-10-06T00:00:00Z'));

    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        journey.book({
          contact: aPatient({ name: `Testa Seat ${'ABCDEF'.charAt(i)}`, phone: `0917 000 010${i}` }),
          ...ids,
          start: slot?.start,
        }),
      ),
    );

    expect(slot?.available).toBe(3);
    expect(answers.map(a => a.status).sort()).toEqual([201, 201, 201, 409, 409, 409]);
  });

  it("answers 409 with alternatives that are free when the hospital's staff were quicker", async () => {
    const start = '2026-10-08T09:00:00+08:00';
    await slots();
    await journey.staff('POST', '/appointments', {
      calendar_id: 'cal-cardiology',
      appointment_type_id: 'type-consultation',
      datetime: start,
      patient: { name: 'Testa Walkin' },
    });

    const refused = await journey.book({ contact: aPatient(), ...cardiology(), start });

    expect(refused).toMatchObject({ status: 409, body: { code: 'slot-unavailable' } });
    const free = (await slots()).map(s => s.start);
    expect(refused.body.alternatives.length).toBe(3);
    for (const alternative of refused.body.alternatives) expect(free).toContain(alternative.start);
    const { body } = await journey.hub.call('GET', `/appointments/${refused.body.appointmentId}`);
    expect(body).toMatchObject({ status: 'FAILED', canCancel: { allowed: false, code: 'booking-failed' } });
  });

  it('books for a contact that is known, whom the hospital then knows by its patient id', async () => {
    const contact = await journey.hub.call(
      'PUT',
      `/facilities/${journey.facilityId}/contacts`,
      aPatient({ name: 'Testa Known', phone: '0917 000 0042' }),
    );

    const booked = await journey.book({ contactId: contact.body.id, ...cardiology(), start: '2026-10-09T09:00:00+08:00' });

    const { body } = await journey.hub.call('GET', `/contacts/${contact.body.id}`);
    expect(booked.status).toBe(201);
    expect(body.temporaryPatientId).toBe(booked.body.temporaryPatientId);
  });

  describe('refuses', () => {
    const valid = (): Record<string, unknown> => ({ contact: aPatient(), ...cardiology(), start: '2026-10-12T09:00:00+08:00' });

    it.each([
      ['a start without offset', { start: '2026-10-12T09:00:00' }, 400, 'validation-failed', 'start'],
      ['a start that is no time', { start: 'tomorrow' }, 400, 'validation-failed', 'start'],
      ['a start in the past', { start: '2026-09-30T09:00:00+08:00' }, 422, 'start-in-past', 'start'],
      ['a start on no slot', { start: '2026-10-12T09:07:00+08:00' }, 422, 'slot-not-offered', 'start'],
      ['an unknown field', { colour: 'blue' }, 400, 'validation-failed', 'colour'],
      ['a calendar id that is none', { calendarId: 'nope' }, 400, 'validation-failed', 'calendarId'],
      ['a phone that is none', { contact: { name: 'Testa', phone: '12' } }, 400, 'validation-failed', 'contact.phone'],
      ['a contact without a name', { contact: { phone: '0917 000 0001' } }, 400, 'validation-failed', 'contact.name'],
      ['a contact that is a list', { contact: [{ name: 'Testa' }] }, 400, 'validation-failed', 'contact'],
      ['a leap second', { start: '2026-10-12T09:00:60+08:00' }, 400, 'validation-failed', 'start'],
      ['neither contact nor contactId', { contact: undefined }, 400, 'validation-failed', 'contactId'],
    ])('%s', async (_, change, status, code, field) => {
      const answer = await journey.book({ ...valid(), ...change });

      expect(answer).toMatchObject({ status, body: { code, status } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.errors.map((e: { field: string }) => e.field)).toContain(field);
    });

    it.each([
      ['an unknown calendar', { calendarId: randomUUID() }, 'calendar-not-found'],
      ['an unknown type', { appointmentTypeId: randomUUID() }, 'appointment-type-not-found'],
      ['an unknown contact', { contact: undefined, contactId: randomUUID() }, 'contact-not-found'],
    ])('%s with 404', async (_, change, code) => {
      expect(await journey.book({ ...valid(), ...change })).toMatchObject({ status: 404, body: { code } });
    });

    it('a request without Idempotency-Key', async () => {
      expect(await journey.hub.call('POST', `/facilities/${journey.facilityId}/appointments`, valid())).toMatchObject({
        status: 400,
        body: { code: 'idempotency-key-missing' },
      });
    });

    it("another facility's contact, as if there were none", async () => {
      const other = await journey.hub.call('POST', '/facilities', {
        name: 'Test Other',
        timezone: 'Asia/Manila',
        country: 'PH',
        scheduler: { connector: 'botmd', baseUrl: 'https://other.example/api/v1', auth: { scheme: 'bearer', apiKey: 'test-key' } },
      });
      const contact = await journey.hub.call('PUT', `/facilities/${other.body.id}/contacts`, aPatient());

      expect(await journey.book({ ...valid(), contact: undefined, contactId: contact.body.id })).toMatchObject({
        status: 404,
        body: { code: 'contact-not-found' },
      });
    });

    it('nothing of what it refused takes the key: the same key books when the request is right', async () => {
      const key = randomUUID();
      await journey.book({ ...valid(), start: '2026-10-12T09:07:00+08:00' }, key);

      expect((await journey.book(valid(), key)).status).toBe(201);
    });
  });
});
