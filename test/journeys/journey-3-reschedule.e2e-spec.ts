import { randomUUID } from 'node:crypto';
import { aPatient, JOURNEY_NOW, startJourney, type Journey } from '../support/journey.js';
import type { Answer } from '../support/hub.js';

describe('Journey 3: reschedule', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney({ policies: { reschedule: { cutoffMinutes: 120, phone: '+63 2 8000 0000' } } });
  });
  beforeEach(() => {
    journey.clock.set(JOURNEY_NOW);
  });
  afterAll(() => journey.close());

  const cardiology = (): { calendarId: string; appointmentTypeId: string } => journey.ids('cal-cardiology', 'type-consultation');
  const booked = async (start: string): Promise<string> =>
    (await journey.book({ contact: aPatient(), ...cardiology(), start })).body.id as string;
  const move = (id: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    journey.hub.call('PUT', `/appointments/${id}/reschedule`, body, headers);
  const freeStarts = async (): Promise<string[]> => {
    const { body } = await journey.hub.call(
      'GET',
      `/facilities/${journey.facilityId}/availability?${new URLSearchParams({ month: '2026-10', ...cardiology() }).toString()}`,
    );
    return (body as { days: { slots: { start: string }[] }[] }).days.flatMap(day => day.slots.map(s => s.start));
  };

  it("finds the patient's stored appointments by contact and by each of the hospital's ids", async () => {
    const { body } = await journey.book({
      contact: aPatient({ name: 'Testa Finder', phone: '0917 000 0077' }),
      ...cardiology(),
      start: '2026-10-05T09:00:00+08:00',
    });
    const list = async (query: Record<string, string>): Promise<string[]> => {
      const answer = await journey.hub.call(
        'GET',
        `/facilities/${journey.facilityId}/appointments?${new URLSearchParams(query).toString()}`,
      );
      return (answer.body as { data: { id: string }[] }).data.map(a => a.id);
    };

    expect(await list({ contactId: body.contactId })).toEqual([body.id]);
    expect(await list({ appointmentId: body.appointmentId })).toEqual([body.id]);
    expect(await list({ temporaryPatientId: body.temporaryPatientId })).toEqual([body.id]);
    expect(await list({ temporaryPatientId: 'somebody-else' })).toEqual([]);
    const { body: ofContact } = await journey.hub.call('GET', `/contacts/${body.contactId}/appointments`);
    expect(ofContact.data).toMatchObject([
      { id: body.id, canReschedule: { allowed: true, until: '2026-10-05T07:00:00+08:00', phone: '+63 2 8000 0000' } },
    ]);
  });

  it('moves it at the hospital: the old slot is free at once, the new one taken', async () => {
    const id = await booked('2026-10-05T10:00:00+08:00');

    const moved = await move(id, { start: '2026-10-06T14:00:00+08:00' });

    expect(moved).toMatchObject({
      status: 200,
      body: {
        id,
        status: 'SCHEDULED',
        start: '2026-10-06T14:00:00+08:00',
        end: '2026-10-06T14:30:00+08:00',
        revision: 2,
        pendingChange: null,
      },
    });
    expect(journey.sandbox.appointments().filter(a => a.externalReference === id)).toMatchObject([
      { datetime: '2026-10-06T14:00:00+08:00', status: 'scheduled' },
    ]);
    const free = await freeStarts();
    expect(free).toContain('2026-10-05T10:00:00+08:00');
    expect(free).not.toContain('2026-10-06T14:00:00+08:00');
    const { body: timeline } = await journey.hub.call('GET', `/appointments/${id}/timeline`);
    expect(timeline.data.at(-1)).toMatchObject({
      type: 'rescheduled',
      source: 'hospital',
      before: { start: '2026-10-05T10:00:00+08:00' },
      after: { start: '2026-10-06T14:00:00+08:00' },
    });
  });

  it.each([
    ['onto its own slot', '2026-10-07T09:00:00+08:00', '2026-10-07T09:00:00+08:00', 1],
    ['onto a time that overlaps its own', '2026-10-07T10:00:00+08:00', '2026-10-07T10:15:00+08:00', 2],
  ])('moves it %s, for its own slot counts as free', async (_, from, to, revision) => {
    const id = await booked(from);

    expect(await move(id, { start: to })).toMatchObject({ status: 200, body: { start: to, revision } });
  });

  it('moves it to another calendar that offers the type', async () => {
    const id = await booked('2026-10-07T14:00:00+08:00');
    const { calendarId } = journey.ids('cal-general', 'type-consultation');

    expect(await move(id, { start: '2026-10-07T15:00:00+08:00', calendarId })).toMatchObject({
      status: 200,
      body: { calendarId, start: '2026-10-07T15:00:00+08:00' },
    });
  });

  it('frees the seat in the other calendar when the hospital refuses the move to the same time there', async () => {
    const start = '2026-10-21T09:00:00+08:00';
    const id = await booked(start);
    const general = journey.ids('cal-general', 'type-consultation');
    await journey.hub.call(
      'GET',
      `/facilities/${journey.facilityId}/availability?${new URLSearchParams({ month: '2026-10', ...general }).toString()}`,
    );
    await journey.staff('POST', '/appointments', {
      calendar_id: 'cal-general',
      appointment_type_id: 'type-consultation',
      datetime: start,
      patient: { name: 'Testa Walkin' },
    });

    const refused = await move(id, { start, calendarId: general.calendarId });

    expect(refused).toMatchObject({ status: 409, body: { code: 'slot-unavailable' } });
    expect(await journey.hub.sql('select 1 from slot_claim where holder_id = $1 and calendar_id = $2', [id, general.calendarId])).toEqual(
      [],
    );
  });

  it('refuses a time off the grid, though it overlaps its own', async () => {
    const id = await booked('2026-10-21T10:00:00+08:00');

    expect(await move(id, { start: '2026-10-21T10:07:00+08:00' })).toMatchObject({ status: 422, body: { code: 'slot-not-offered' } });
  });

  it.each([
    ['allowed to the second at the cutoff', '2026-10-08T09:00:00+08:00', '2026-10-08T07:00:00+08:00', 200, undefined],
    ['refused a second later', '2026-10-08T10:00:00+08:00', '2026-10-08T08:00:01+08:00', 422, 'reschedule-cutoff-passed'],
    ['refused after the start', '2026-10-08T11:00:00+08:00', '2026-10-08T11:00:01+08:00', 422, 'appointment-started'],
  ])('is %s', async (_, start, now, status, code) => {
    const id = await booked(start);
    journey.clock.set(now);

    const answer = await move(id, { start: start.replace('10-08', '10-15') });

    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
  });

  it("maps the hospital's own cutoff, and changes nothing", async () => {
    await journey.hub.call('PATCH', `/facilities/${journey.facilityId}`, { policies: { reschedule: { cutoffMinutes: 0 } } });
    const id = await booked('2026-10-09T09:00:00+08:00');
    journey.clock.set('2026-10-09T08:30:00+08:00');

    const answer = await move(id, { start: '2026-10-16T09:00:00+08:00' });

    expect(answer).toMatchObject({ status: 422, body: { code: 'reschedule-cutoff-passed', appointmentId: id } });
    expect((await journey.hub.call('GET', `/appointments/${id}`)).body).toMatchObject({
      start: '2026-10-09T09:00:00+08:00',
      revision: 1,
      pendingChange: null,
    });
    await journey.hub.call('PATCH', `/facilities/${journey.facilityId}`, { policies: { reschedule: { cutoffMinutes: 120 } } });
  });

  it('refuses a taken slot with alternatives, and keeps the old one', async () => {
    await booked('2026-10-12T09:00:00+08:00');
    const id = await booked('2026-10-12T10:00:00+08:00');

    const answer = await move(id, { start: '2026-10-12T09:00:00+08:00' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'slot-unavailable', alternatives: [{}, {}, {}] } });
    expect((await journey.hub.call('GET', `/appointments/${id}`)).body).toMatchObject({
      start: '2026-10-12T10:00:00+08:00',
      pendingChange: null,
    });
  });

  describe('refuses', () => {
    let id: string;
    beforeAll(async () => {
      id = await booked('2026-10-14T09:00:00+08:00');
    });

    it.each([
      ['a start without offset', { start: '2026-10-13T09:00:00' }, 400, 'validation-failed'],
      ['a start in the past', { start: '2026-09-30T09:00:00+08:00' }, 422, 'start-in-past'],
      ['a start on no slot', { start: '2026-10-13T12:30:00+08:00' }, 422, 'slot-not-offered'],
      ['an unknown calendar', { start: '2026-10-13T09:00:00+08:00', calendarId: randomUUID() }, 404, 'calendar-not-found'],
      ['an unknown field', { start: '2026-10-13T09:00:00+08:00', colour: 'blue' }, 400, 'validation-failed'],
    ])('%s', async (_, body, status, code) => {
      expect(await move(id, body)).toMatchObject({ status, body: { code } });
    });
  });

  it('gives one of two who want the same slot at the same moment the slot', async () => {
    const [a, b] = [await booked('2026-10-19T09:00:00+08:00'), await booked('2026-10-19T10:00:00+08:00')];

    const answers = await Promise.all([move(a, { start: '2026-10-19T14:00:00+08:00' }), move(b, { start: '2026-10-19T14:00:00+08:00' })]);

    expect(answers.map(x => x.status).sort()).toEqual([200, 409]);
  });
});
