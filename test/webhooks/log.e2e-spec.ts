import { randomUUID } from 'node:crypto';
import { acrossFacilities } from '../../src/database/facility-scope.js';
import { WebhookDeadJob } from '../../src/webhooks/webhook-dead.job.js';
import { WebhookHeldCron } from '../../src/webhooks/webhook-held.cron.js';
import { WebhookRetentionCron } from '../../src/webhooks/webhook-retention.cron.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { eventually } from '../support/eventually.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, type LoggedEvent, type Sender } from './sender.js';

const NOBODY = '01999c5e-0000-7000-8000-00000000000f';
const DAY_MS = 86_400_000;

describe('The log of webhook events', () => {
  let hub: TestHub;
  let clock: TestClock;
  let sender: Sender;

  beforeEach(() => {
    clock.set(JOURNEY_NOW);
  });
  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
    sender = await createSender(hub, () => clock.now());
  });
  afterAll(() => hub.close());

  const taken = async (from: Sender, event: object): Promise<LoggedEvent> => from.decided((await from.send(event)).body.id as string);
  const replay = (id: string): Promise<Answer> => hub.call('POST', `/webhook-events/${id}/replay`);
  const jobsOf = async (id: string): Promise<number> =>
    (await hub.sql(`select 1 from pgboss.job where name = 'webhook-apply' and data->'webhookEventIds' ? $1`, [id])).length;
  /** As the hub would leave it for an event that waits. */
  const hold = async (id: string, lookAgainAt: Date): Promise<void> => {
    await hub.sql(
      `update webhook_event set outcome = 'held', reason = 'permanent-ids-differ', held_until = $2, look_again_at = $3 where id = $1`,
      [id, new Date(clock.now().getTime() + 30 * DAY_MS), lookAgainAt],
    );
  };

  describe('shows', () => {
    it('an event with its effects, in the zone of the facility', async () => {
      const event = await taken(sender, anEvent({ queue_number: '17', action: 'queued' }));

      const { status, body } = await hub.call('GET', `/webhook-events/${event.id}`);

      expect(status).toBe(200);
      expect(body).toEqual({
        id: event.id,
        facilityId: sender.facilityId,
        type: 'Queued',
        outcome: 'applied',
        reason: null,
        flags: expect.any(Array),
        deliveries: 1,
        occurredAt: '2026-10-01T07:00:00+08:00',
        receivedAt: '2026-10-01T08:00:00+08:00',
        appliedAt: '2026-10-01T08:00:00+08:00',
        heldUntil: null,
        appointmentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        contactId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        changes: expect.arrayContaining([expect.objectContaining({ field: expect.any(String) })]),
      });
      expect(JSON.stringify(body)).not.toMatch(/Inventada|1990-01-01|170000001/);
    });

    it('all of them, newest first, page by page', async () => {
      const own = await createSender(hub, () => clock.now());
      const sent: string[] = [];
      for (let i = 0; i < 5; i++) sent.push((await own.send(anEvent())).body.id as string);

      const first = await hub.call('GET', `/facilities/${own.facilityId}/webhook-events?limit=3`);
      const second = await hub.call('GET', `/facilities/${own.facilityId}/webhook-events?limit=3&cursor=${first.body.nextCursor}`);

      const ids = [...first.body.data, ...second.body.data].map((event: LoggedEvent) => event.id);
      expect(ids).toEqual(sent.reverse());
      expect(second.body.nextCursor).toBeNull();
    });

    it('those of an outcome, a type, a reason or an appointment', async () => {
      const own = await createSender(hub, () => clock.now());
      const applied = await taken(own, anEvent());
      const unknown = await taken(own, anEvent({ action: 'danced' }));
      const unnamed = await taken(own, anEvent({ action: undefined }));

      const found = async (query: string): Promise<string[]> => (await own.events(query)).map(event => event.id);

      expect(await found('&outcome=applied')).toEqual([applied.id]);
      expect(await found('&outcome=rejected')).toEqual([unnamed.id, unknown.id]);
      expect(await found('&type=appointmentCreated')).toEqual([applied.id]);
      expect(await found('&reason=unknown-event')).toEqual([unknown.id]);
      expect(await found(`&appointmentId=${applied.appointmentId}`)).toEqual([applied.id]);
      expect(await found('&outcome=held')).toEqual([]);
    });

    it('nothing to a key of another facility', async () => {
      const event = await taken(sender, anEvent());
      const other = await createSender(hub, () => clock.now());
      const key = await hub.call('POST', '/api-keys', { name: 'Bound', scopes: ['admin'], facilityIds: [other.facilityId] });
      const headers = { authorization: `Bearer ${key.body.key}` };
      const call = async (method: string, path: string, body?: unknown): Promise<number> =>
        (await hub.call(method, path, body, headers)).status;

      expect(await call('GET', `/facilities/${sender.facilityId}/webhook-events`)).toBe(404);
      expect(await call('GET', `/webhook-events/${event.id}`)).toBe(404);
      expect((await hub.call('GET', `/webhook-events/${event.id}`, undefined, headers)).body.code).toBe('webhook-event-not-found');
      expect(await call('POST', `/webhook-events/${event.id}/replay`)).toBe(404);
      expect(await call('POST', `/facilities/${sender.facilityId}/webhook-events/replay`, { since: JOURNEY_NOW, outcome: 'held' })).toBe(
        404,
      );
      expect((await hub.call('GET', `/webhook-events/${NOBODY}`)).body.code).toBe('webhook-event-not-found');
    });

    it.each(['outcome=lost', 'type=appointmentLost', 'reason=Because%20', 'appointmentId=1', 'limit=0'])('400 for %s', async query => {
      expect((await hub.call('GET', `/facilities/${sender.facilityId}/webhook-events?${query}`)).status).toBe(400);
    });
  });

  describe('replays', () => {
    it.each(['applied', 'duplicate'])('no event that is %s: it stays as it is, and is not applied again', async outcome => {
      const event = await taken(sender, anEvent());
      await hub.sql('update webhook_event set outcome = $2 where id = $1', [event.id, outcome]);
      const before = await hub.sql('select * from webhook_event where id = $1', [event.id]);
      const effects = async (): Promise<unknown> => [
        (await hub.call('GET', `/appointments/${event.appointmentId}`)).body,
        (await hub.call('GET', `/appointments/${event.appointmentId}/timeline`)).body,
      ];
      const effectsBefore = await effects();

      const answer = await replay(event.id);

      expect([answer.status, answer.body]).toEqual([202, { ...event, outcome }]);
      expect(await jobsOf(event.id)).toBe(1);
      expect(await hub.sql('select * from webhook_event where id = $1', [event.id])).toEqual(before);
      expect(await effects()).toEqual(effectsBefore);
    });

    it('an event that was not applied, anew', async () => {
      const event = await taken(sender, anEvent({ action: 'danced' }));

      const answer = await replay(event.id);

      expect([answer.status, answer.body.id, answer.body.outcome, answer.body.reason]).toEqual([202, event.id, 'pending', null]);
      expect(await sender.decided(event.id)).toMatchObject({ outcome: 'rejected', reason: 'unknown-event', appliedAt: null });
      expect(await jobsOf(event.id)).toBe(2);
    });

    it('an event that was held', async () => {
      const event = await taken(sender, anEvent());
      await hold(event.id, new Date(clock.now().getTime() + DAY_MS));

      await replay(event.id);

      expect(await sender.decided(event.id)).toMatchObject({ heldUntil: null });
    });

    it('no event that is pending, and none whose body is gone', async () => {
      const event = await taken(sender, anEvent());
      await hub.sql(`update webhook_event set outcome = 'pending' where id = $1`, [event.id]);
      const pending = await replay(event.id);
      await hub.sql(`update webhook_event set outcome = 'superseded', body_sealed = null where id = $1`, [event.id]);
      const expired = await replay(event.id);

      expect([pending.status, pending.body.code]).toEqual([409, 'event-pending']);
      expect([expired.status, expired.body.code]).toEqual([409, 'body-expired']);
      expect((await replay(NOBODY)).status).toBe(404);
    });

    it('all of an outcome since a time', async () => {
      const own = await createSender(hub, () => clock.now());
      const replayAll = (body: unknown): Promise<Answer> => hub.call('POST', `/facilities/${own.facilityId}/webhook-events/replay`, body);
      const old = await taken(own, anEvent({ action: 'danced' }));
      clock.advance(DAY_MS);
      const since = clock.now().toISOString();
      const fresh = [await taken(own, anEvent({ action: 'danced' })), await taken(own, anEvent({ action: 'danced' }))];
      const applied = await taken(own, anEvent());

      const answer = await replayAll({ since, outcome: 'rejected' });

      expect([answer.status, answer.body]).toEqual([202, { count: 2 }]);
      expect(await Promise.all([...fresh, old, applied].map(event => jobsOf(event.id)))).toEqual([2, 2, 1, 1]);
      expect((await replayAll({ since: 'now', outcome: 'rejected' })).status).toBe(400);
      for (const outcome of ['pending', 'applied', 'duplicate']) expect((await replayAll({ since, outcome })).status).toBe(400);
      expect((await replayAll({ since })).status).toBe(400);
    });

    it('each event of a long list once, though it comes to the same end again', async () => {
      const own = await createSender(hub, () => clock.now());
      await hub.sql(
        `insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, outcome, flags, changes)
         select gen_random_uuid(), $1, 'id:' || i, 'digest', 'gone', $2, 1, 'superseded', '{}', '[]' from generate_series(1, 1200) i`,
        [own.facilityId, clock.now()],
      );
      await hub.sql(
        `insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, outcome, flags, changes)
        values ($1, $2, 'id:expired', 'digest', null, $3, 1, 'superseded', '{}', '[]')`,
        [randomUUID(), own.facilityId, clock.now()],
      );

      const answer = await hub.call('POST', `/facilities/${own.facilityId}/webhook-events/replay`, {
        since: JOURNEY_NOW,
        outcome: 'superseded',
      });
      await hub.sql(`delete from pgboss.job where data->>'facilityId' = $1`, [own.facilityId]);
      await hub.sql(`update webhook_event set outcome = 'superseded', body_sealed = null where facility_id = $1`, [own.facilityId]);

      expect(answer.body).toEqual({ count: 1_200 });
    });
  });

  describe('sends to work again', () => {
    it('held events whose time has come, and no others', async () => {
      const [due, later] = [await taken(sender, anEvent()), await taken(sender, anEvent())];
      await hold(later.id, new Date(clock.now().getTime() + 1));
      await hold(due.id, clock.now());

      await hub.app.get(WebhookHeldCron).tick();

      expect(await eventually('the event is looked at again', async () => (await jobsOf(due.id)) === 2)).toBe(true);
      expect(await jobsOf(later.id)).toBe(1);
      await hub.sql(`update webhook_event set outcome = 'superseded' where id = $1`, [later.id]);
    });

    it('a held event once, however long its job waits', async () => {
      const event = await taken(sender, anEvent());
      await hub.sql(`create function delay_jobs() returns trigger language plpgsql as
        $$ begin new.start_after := now() + interval '1 hour'; return new; end $$`);
      await hub.sql('create trigger delay_jobs before insert on pgboss.job for each row execute function delay_jobs()');
      await hold(event.id, clock.now());

      for (let i = 0; i < 5; i++) {
        await hub.app.get(WebhookHeldCron).tick();
        clock.advance(11_000);
      }
      const jobs = await jobsOf(event.id);
      await hub.sql('drop trigger delay_jobs on pgboss.job');
      await hub.sql(`update webhook_event set outcome = 'superseded' where id = $1`, [event.id]);

      expect(jobs).toBe(2);
    });
  });

  describe('forgets', () => {
    it('the bodies of decided events after 90 days, and nothing else of them', async () => {
      const [old, waiting] = [await taken(sender, anEvent()), await taken(sender, anEvent())];
      await hold(waiting.id, new Date(clock.now().getTime() + 200 * DAY_MS));
      clock.advance(90 * DAY_MS);
      const young = await taken(sender, anEvent());
      clock.advance(1);

      await hub.app.get(WebhookRetentionCron).tick();

      const rows = await hub.sql<{ id: string; has: boolean }>(
        'select id, body_sealed is not null as has from webhook_event where id = any($1::uuid[])',
        [[old.id, waiting.id, young.id]],
      );
      expect(Object.fromEntries(rows.map(row => [row.id, row.has]))).toEqual({ [old.id]: false, [waiting.id]: true, [young.id]: true });
      expect((await hub.call('GET', `/webhook-events/${old.id}`)).body).toMatchObject({ outcome: 'applied', id: old.id });
      await hub.sql(`update webhook_event set outcome = 'superseded' where id = $1`, [waiting.id]);
    });

    it('no event: its id is known for ever', async () => {
      const event = anEvent();
      const first = await sender.send(event, { id: 'evt-known' });
      await sender.decided(first.body.id as string);
      clock.advance(91 * DAY_MS);
      await hub.app.get(WebhookRetentionCron).tick();

      const again = await sender.send(event, { id: 'evt-known' });

      expect(again.body).toEqual({ id: first.body.id, status: 'duplicate' });
    });
  });

  describe('gives up', () => {
    it('an event that is still not decided after all tries, and no other', async () => {
      const [stuck, done] = [await taken(sender, anEvent()), await taken(sender, anEvent())];
      await hub.sql(`update webhook_event set outcome = 'pending' where id = $1`, [stuck.id]);
      const key = { facilityId: sender.facilityId };

      for (const { id } of [stuck, done]) await acrossFacilities(() => hub.app.get(WebhookDeadJob).giveUp({ ...key, webhookEventId: id }));

      const outcomes = await Promise.all([stuck, done].map(({ id }) => hub.call('GET', `/webhook-events/${id}`)));
      expect(outcomes.map(({ body }) => [body.outcome, body.reason])).toEqual([
        ['rejected', 'dead-letter'],
        ['applied', null],
      ]);
    });
  });

  describe('is counted in /metrics', () => {
    const read = async (): Promise<Map<string, number>> => {
      const text = await (await fetch(`${hub.url}/metrics`)).text();
      const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
      return new Map(samples.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
    };

    it('as Prometheus reads it, without a key, and without a patient or an id', async () => {
      const response = await fetch(`${hub.url}/metrics`);
      const text = await response.text();

      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
      for (const line of text.trimEnd().split('\n')) {
        expect(line).toMatch(/^(|# (HELP|TYPE) \w+ .+|\w+(\{[\w=,".:/*+-]+\})? [\d.e-]+)$/);
      }
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|Inventada/);
    });

    it('by answer, by age, and by what waits', async () => {
      const before = await read();
      const event = anEvent();
      const sent = await sender.send(event, { id: 'evt-counted' });
      await sender.send(event, { id: 'evt-counted' });
      await sender.post('{}', { 'content-type': 'text/plain' });
      await sender.decided(sent.body.id as string);
      await hub.sql(`update webhook_event set outcome = 'pending' where id = $1`, [sent.body.id]);
      clock.advance(7_000);
      const after = await read();
      await hub.sql(`update webhook_event set outcome = 'rejected', reason = 'dead-letter' where id = $1`, [sent.body.id]);
      const dead = await read();

      const rise = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
      expect(rise('hub_webhook_received_total{answer="accepted"}')).toBe(1);
      expect(rise('hub_webhook_received_total{answer="duplicate"}')).toBe(1);
      expect(rise('hub_webhook_received_total{answer="415"}')).toBe(1);
      expect(rise('hub_webhook_pending')).toBe(1);
      expect(after.get('hub_webhook_oldest_pending_seconds')).toBe(7);
      expect((dead.get('hub_webhook_dead_letters') ?? 0) - (after.get('hub_webhook_dead_letters') ?? 0)).toBe(1);
      expect(after.get('hub_webhook_held')).toBe(0);
    });
  });
});
