import { randomUUID } from 'node:crypto';
import { answerJson } from '../support/fake-hospital.js';
import type { Answer } from '../support/hub.js';
import { aPatient } from '../support/journey.js';
import { startScene, type Scene } from '../availability/a-month.js';

const PER_DAY = 3;
const AHEAD = 5;

/** Each of March, 09:00 in Manila, with seats for all. */
const startOn = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T09:00:00+08:00`;

describe('The booking quota of a contact', () => {
  let scene: Scene;
  let booked = 0;

  beforeAll(async () => {
    scene = await startScene({ config: { bookingsPerContactPerDay: PER_DAY, appointmentsAheadPerContact: AHEAD } });
    scene.offers({ 'cal-1': Array.from({ length: 30 }, (_, i) => `${startOn(i + 2)} x50`) });
    scene.hospital.on('POST /appointments', ({ body }, response) => {
      const { datetime } = JSON.parse(body) as { datetime: string };
      booked++;
      answerJson(response, 201, { id: `A-${booked}`, datetime });
    });
    scene.hospital.on('PUT /appointments/:id/cancel', {});
  });
  afterAll(() => scene.close());

  const book = (patient: object, day: number, key = randomUUID()): Promise<Answer> =>
    scene.hub.call(
      'POST',
      `/facilities/${scene.facilityId}/appointments`,
      { ...patient, ...scene.ids(), start: startOn(day) },
      { 'idempotency-key': key },
    );
  const somebody = (name: string): object => ({ contact: aPatient({ name, phone: `0917 000 ${String(booked).padStart(4, '0')}` }) });
  const bookDays = async (patient: object, days: number[]): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const day of days) answers.push(await book(patient, day));
    return answers;
  };

  it('refuses one booking too many in 24 hours, and sends and keeps nothing of it', async () => {
    const patient = somebody('Testa Oneday');
    const answers = await bookDays(patient, [2, 3, 4]);
    const before = booked;
    const key = randomUUID();

    const over = await book(patient, 5, key);

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect([over.status, over.body]).toEqual([
      409,
      expect.objectContaining({ code: 'booking-quota-exceeded', detail: expect.stringContaining('24 hours') }),
    ]);
    expect(booked).toBe(before);
    const { contactId } = answers[0]?.body as { contactId: string };
    const { body } = await scene.hub.call('GET', `/contacts/${contactId}/appointments`);
    expect(body.data).toHaveLength(PER_DAY);
    expect(await scene.hub.sql(`select from slot_claim where start_at = $1`, [startOn(5)])).toEqual([]);
    scene.clock.advance(24 * 3_600_000);
    expect((await book(patient, 5, key)).status).toBe(201);
  });

  it('is of each contact, named by its id or its details', async () => {
    const patient = somebody('Testa Byid');
    const [first] = await bookDays(patient, [10, 11, 12]);
    const byId = { contactId: (first?.body as { contactId: string }).contactId };

    const answers = [await book(byId, 13), await book(somebody('Testa Other'), 13)];

    expect(answers.map(({ status }) => status)).toEqual([409, 201]);
  });

  it('refuses one more than may be ahead, until one is canceled', async () => {
    const patient = somebody('Testa Ahead');
    const earlier = await bookDays(patient, [20, 21, 22]);
    scene.clock.advance(24 * 3_600_000);
    await bookDays(patient, [23, 24]);

    const over = await book(patient, 25);

    expect([over.status, over.body.code, over.body.detail]).toEqual([409, 'booking-quota-exceeded', expect.stringContaining('to come')]);
    const canceled = await scene.hub.call('PUT', `/appointments/${(earlier[0]?.body as { id: string }).id}/cancel`, {});
    expect([canceled.status, (await book(patient, 25)).status]).toEqual([200, 201]);
  });

  it('does not count what lies behind', async () => {
    const patient = somebody('Testa Before');
    await bookDays(patient, [26, 27]);
    scene.clock.advance(24 * 3_600_000);
    await bookDays(patient, [28, 29, 30]);
    scene.clock.set('2026-03-28T12:00:00Z');

    expect((await book(patient, 31)).status).toBe(201);
  });
});
