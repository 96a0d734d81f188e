import { NotificationCleanupCron } from '../../src/notifications/notification-cleanup.cron.js';
import { eventually } from '../support/eventually.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

const DAY_MS = 86_400_000;

describe('The texts of messages', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey.close());

  it('are kept for as long as the setting says, once the message is over', async () => {
    const { hub, clock } = journey;
    await journey.book({
      contact: aPatient(),
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: '2026-10-05T13:00:00+08:00',
    });
    const [message] = await eventually('a message is written', async () => {
      const rows = await hub.sql<{ id: string }>('select id from notification');
      return rows.length > 0 ? rows : null;
    });
    const left = async (status: string, ageDays: number): Promise<string | null> => {
      const createdAt = new Date(clock.now().getTime() - ageDays * DAY_MS);
      await hub.sql(
        `update notification set text_sealed = 'v1.k1.x', status = $2, created_at = $3, claim = claim + 1, send_after = '2100-01-01', lease_until = null where id = $1`,
        [message?.id, status, createdAt],
      );
      await hub.app.get(NotificationCleanupCron).tick();
      const [row] = await hub.sql<{ text: string | null }>('select text_sealed as text from notification where id = $1', [message?.id]);
      return row?.text ?? null;
    };

    expect(await left('delivered', 399)).not.toBeNull();
    expect(await left('expected', 401)).not.toBeNull();
    expect(await left('delivered', 401)).toBeNull();
    expect(await left('failed', 401)).toBeNull();
  });
});
