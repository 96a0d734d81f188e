import { bodyOf } from '../../storm/event-bodies.js';
import { makeModel } from '../../storm/model.js';
import { Random } from '../../storm/random.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { createSender } from './sender.js';

const SIZE = { webhooks: 150, appointments: 30 };

/** A hospital's events, all of them shuffled. The first three seeds once left a contact of nobody behind. */
describe('Events that come in any order', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  it.each([30, 31, 35, 1, 2, 3])('make one contact of each patient (seed %d)', async seed => {
    const { patients, streams } = makeModel(seed, SIZE);
    const random = new Random(seed ^ 77);
    const shuffled = random.shuffled(streams.flat());
    const sender = await createSender(hub, () => new Date(), { timezone: 'Asia/Manila' });

    for (const event of shuffled) expect(await sender.send(bodyOf(event, random), { id: event.webhookId })).toMatchObject({ status: 202 });
    await eventually('every event is decided', async () => {
      const waiting = await hub.sql("select id from webhook_event where facility_id = $1 and outcome in ('pending', 'held')", [
        sender.facilityId,
      ]);
      return waiting.length === 0 ? true : undefined;
    });

    const contacts = await hub.sql('select id from contact where facility_id = $1 and merged_into_id is null', [sender.facilityId]);
    const strangers = await hub.sql(
      `select c.id from contact c where c.facility_id = $1 and c.merged_into_id is null
         and not exists (select from contact_identity i where i.contact_id = c.id)`,
      [sender.facilityId],
    );
    expect(strangers).toEqual([]);
    expect(contacts).toHaveLength(patients.length);
  });
});
