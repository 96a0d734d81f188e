import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, type Sender } from './sender.js';

describe('Events that were stored together', () => {
  let hub: TestHub;
  let sender: Sender;

  beforeAll(async () => {
    const clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
    sender = await createSender(hub, () => clock.now());
  });
  afterAll(() => hub.close());

  const jobsOf = (id: string): Promise<{ size: number; state: string }[]> =>
    hub.sql(
      `select jsonb_array_length(data->'webhookEventIds') as size, state from pgboss.job
       where name = 'webhook-apply' and data->'webhookEventIds' ? $1 order by created_on`,
      [id],
    );
  const sendTogether = async (appointmentIds: readonly string[]): Promise<string[]> => {
    const answers = await Promise.all(appointmentIds.map(id => sender.send(anEvent({ appointment_id: id }), { id: randomUUID() })));
    return answers.map(answer => answer.body.id as string);
  };

  it('share a job', async () => {
    const ids = await sendTogether(Array.from({ length: 30 }, (_, i) => `A-SHARED-${i}`));

    const jobs = await Promise.all(ids.map(jobsOf));

    expect(jobs.every(([job, ...others]) => job !== undefined && others.length === 0)).toBe(true);
    expect(Math.max(...jobs.flat().map(job => job.size))).toBeGreaterThan(1);
    for (const id of ids) expect(await sender.decided(id)).toMatchObject({ outcome: 'applied' });
  });

  it('are applied but for the one that cannot be, which is tried again by itself', async () => {
    await hub.sql(`create function refuse_poison() returns trigger language plpgsql as
      $$ begin if new.external_id = 'A-POISON' then raise exception 'poison'; end if; return new; end $$`);
    await hub.sql('create trigger poison before insert on appointment for each row execute function refuse_poison()');
    const names = Array.from({ length: 30 }, (_, i) => (i === 20 ? 'A-POISON' : `A-BESIDE-${i}`));
    const ids = await sendTogether(names);
    const poison = ids[20] ?? '';

    for (const id of ids.filter(each => each !== poison)) expect(await sender.decided(id)).toMatchObject({ outcome: 'applied' });
    const own = await eventually('the poison event is tried again', async () => (await jobsOf(poison)).find(job => job.state === 'retry'));
    await hub.sql('drop trigger poison on appointment');

    expect(own.size).toBe(1);
    expect(await sender.decided(poison)).toMatchObject({ outcome: 'applied' });
  });
});
