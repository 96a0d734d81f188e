import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

describe('Erasing a contact while it is booked for', () => {
  let journey: Journey;
  let barrier: pg.Client;
  let contactId: string;
  let day = 4;

  beforeAll(async () => {
    journey = await startJourney();
    barrier = new pg.Client({ connectionString: journey.hub.databaseUrl });
    await barrier.connect();
  });
  beforeEach(async () => {
    day += 1;
    const made = await journey.hub.call('PUT', `/facilities/${journey.facilityId}/contacts`, aPatient({ phone: `0917 000 00${10 + day}` }));
    contactId = made.body.id as string;
  });
  afterEach(() => barrier.query('rollback'));
  afterAll(async () => {
    await barrier.end();
    await journey.close();
  });

  const book = (hour: number): ReturnType<Journey['book']> =>
    journey.book({
      contactId,
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: `2026-10-${String(day).padStart(2, '0')}T${hour}:00:00+08:00`,
    });
  const erase = (): ReturnType<Journey['hub']['call']> => journey.hub.call('DELETE', `/contacts/${contactId}`);
  const waiting = (count: number): Promise<unknown> =>
    eventually(`${count} wait for a lock`, async () => {
      const [row] = await journey.hub.sql<{ count: string }>(
        `select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return Number(row?.count) >= count;
    });
  const appointments = (): Promise<{ status: string }[]> =>
    journey.hub.sql<{ status: string }>('select status from appointment where contact_id = $1 order by id', [contactId]);

  it('refuses the booking that comes while the erasure has the contact in hand', async () => {
    const earlier = await book(13);
    await journey.hub.call('PUT', `/appointments/${String(earlier.body.id)}/cancel`, { reason: 'test' });
    // The erasure holds the contact, and stops at the appointment of before.
    await barrier.query('begin');
    await barrier.query('select from appointment where id = $1 for update', [earlier.body.id]);
    const erasing = erase();
    await waiting(1);
    const booking = book(14);
    await waiting(2);
    await barrier.query('commit');

    const [erased, booked] = await Promise.all([erasing, booking]);

    expect([erased.status, booked.status, booked.body.code]).toEqual([204, 409, 'contact-erased']);
    expect(await appointments()).toEqual([{ status: 'CANCELED' }]);
  });

  it('refuses the erasure that comes while the booking is being written', async () => {
    // The booking has the contact in hand, and stops at its last rows.
    await barrier.query('begin');
    await barrier.query('lock table appointment_event in share mode');
    const booking = book(13);
    await waiting(1);
    const erasing = erase();
    await waiting(2);
    await barrier.query('commit');

    const [booked, erased] = await Promise.all([booking, erasing]);

    expect([booked.status, erased.status, erased.body.code]).toEqual([201, 409, 'contact-has-open-appointments']);
    expect(await appointments()).toEqual([{ status: 'SCHEDULED' }]);
  });
});
