import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { IdempotencyCleanupCron } from '../../src/appointments/idempotency-cleanup.cron.js';
import { ReconciliationCron } from '../../src/appointments/reconciliation.cron.js';
import { RemindersCron } from '../../src/appointments/reminders.cron.js';
import { NotificationCleanupCron } from '../../src/notifications/notification-cleanup.cron.js';
import { WebhookRetentionCron } from '../../src/webhooks/webhook-retention.cron.js';
import { DEFAULT_SCHEDULER_LIMITS } from '../../src/schedulers/scheduler.options.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { smsChannel, startTelling, type Telling } from '../support/told.js';

/** Every copy ticks at the same moment: the crons are told by the clock on the wall. */
describe('The crons of three copies that tick together', () => {
  let t: Telling;
  let copies: TestHub[];

  beforeAll(async () => {
    t = await startTelling(twilio => ({ notifications: { channels: [smsChannel(twilio)], reminders: [{ minutesBefore: 120 }] } }));
    const [second, third] = await Promise.all([t.hub, t.hub].map(besides => startHub({ clock: t.clock, besides })));
    copies = [t.hub, ...[second, third].filter(hub => hub !== undefined)];
  });
  afterAll(async () => {
    await Promise.all(copies.slice(1).map(hub => hub.close()));
    await t.close();
  });

  const tick = async (cron: Type<{ tick(): Promise<void> }>): Promise<void> => {
    await Promise.all([...copies, ...copies].map(hub => hub.app.get(cron).tick()));
  };
  const book = async (): Promise<{ id: string; start: string }> => {
    const answer = await t.book({ contact: { name: 'Testa Inventada', phone: t.nextPhone() }, start: t.nextStart() });
    if (answer.status !== 201) throw new Error(`Not booked: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  it('remind each patient once', async () => {
    const booked = await Promise.all(Array.from({ length: 4 }, book));
    for (const { id } of booked) await t.settled(id);
    // They begin at eight, a quarter past, …: the last is to be told two hours before, the first an hour ago at the most.
    t.clock.set('2026-10-05T06:45:00+08:00');

    await tick(RemindersCron);
    const messages = await Promise.all(booked.map(({ id }) => t.settled(id, 2)));

    expect(messages.map(told => told.map(({ kind }) => kind))).toEqual(booked.map(() => ['booked', 'reminder']));
    expect(t.twilio.sent).toHaveLength(2 * booked.length);
  });

  it('look once at each call of unknown outcome', async () => {
    t.hospital.on('POST /appointments', (_request, response) => void response.destroy());
    // Fewer than open the breaker of the copy that books: it would look later.
    const { failuresToOpen } = DEFAULT_SCHEDULER_LIMITS.hospital;
    const answers = await Promise.all(
      Array.from({ length: failuresToOpen - 1 }, () =>
        t.book({ contact: { name: 'Testa Inventada', phone: t.nextPhone() }, start: t.nextStart() }),
      ),
    );
    let lists = 0;
    t.hospital.on('GET /appointments', (request, response) => {
      lists += 1;
      const reference = request.query.get('external_reference');
      const found = answers.filter(({ body }) => body.id === reference);
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify(
          found.map(({ body }) => ({
            appointmentId: `L-${body.id}`,
            datetime: body.start,
            external_reference: reference,
            status: 'scheduled',
          })),
        ),
      );
    });
    t.clock.advance(10_000);

    await tick(ReconciliationCron);
    await eventually('all are resolved', async () => {
      const rows = await t.hub.sql<{ status: string }>('select status from appointment where id = any($1)', [
        answers.map(({ body }) => body.id),
      ]);
      return rows.every(({ status }) => status === 'SCHEDULED');
    });

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(lists).toBe(answers.length);
    expect(await t.hub.sql('select looks, ended_by from unknown_outcome')).toEqual(answers.map(() => ({ looks: 1, ended_by: 'listed' })));
  });

  it.each([
    ['idempotency keys', IdempotencyCleanupCron, 'select 1 from idempotency_key'],
    ['bodies of events', WebhookRetentionCron, 'select 1 from webhook_event where body_sealed is not null'],
    ['receipts', NotificationCleanupCron, 'select 1 from notification_receipt where applied_at is not null'],
  ])('clean up old %s together, and none stumbles over another', async (_, cron, left) => {
    await t.settled((await t.staffBook(`C-${randomUUID()}`, t.nextPhone())).appointmentId);
    await t.book({ contact: { name: 'Testa Inventada', phone: t.nextPhone() }, start: t.nextStart() });
    for (const sms of t.twilio.sent.splice(0)) await t.twilio.report(sms, 'delivered', { via: t.hub.url });
    await eventually('there is something to clean up', async () => (await t.hub.sql(left)).length > 0);
    t.clock.advance(100 * 86_400_000);

    await tick(cron);

    expect(await t.hub.sql(left)).toEqual([]);
  });
});
