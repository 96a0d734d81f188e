import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { QUEUES } from '../src/jobs/queues.js';
import type { FakeTwilio } from '../test/support/fake-twilio.js';
import type { Check } from './check.js';
import { withClient } from './records.js';

/** From the last request on. */
const SETTLED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** A kind of work that must come to an end by itself; `sql`: what is still open of it, as text. */
interface Work {
  name: string;
  sql: string;
}

/**
 * A look that dies with its process is no loss: its row says when to look again. Nor is a job whose process died after its commit, and whose next
 * try, up to ten minutes later, will find that its events are decided.
 */
const OPEN_JOBS = `select name || ': ' || state as open from pgboss.job
  where name = any($1) and state <> 'completed' and not (name = 'outcome-look' and state in ('failed', 'cancelled'))
    and not (name = 'webhook-apply' and state = 'retry' and not exists (
      select from webhook_event where id::text in (select jsonb_array_elements_text(data -> 'webhookEventIds')) and outcome in ('pending', 'held')))`;

const WORKS: Work[] = [
  { name: 'no webhook waits', sql: `select id || ': ' || outcome as open from webhook_event where outcome in ('pending', 'held')` },
  {
    name: 'no dead letters',
    sql: `select 'job ' || id as open from pgboss.job where name = 'webhook-dead'
      union all select 'event ' || id from webhook_event where reason = 'dead-letter'`,
  },
  { name: 'no unknown outcome is left', sql: `select kind || ' ' || attempt_id as open from unknown_outcome where ended_at is null` },
  {
    name: 'no appointment is pending, and none has a change that is, but before a person',
    sql: `select id || ': ' || status as open from appointment where not needs_review and (status = 'PENDING' or pending_change is not null)`,
  },
  {
    name: 'no seat is claimed by nobody',
    sql: `select c.holder_id || ': ' || a.status as open from slot_claim c join appointment a on a.id = c.holder_id
      where c.confirmed_at is null and a.status <> 'PENDING' and a.pending_change is null`,
  },
  {
    name: 'no message is waiting or in hand, but in doubt before a person',
    sql: `select id || ': ' || status as open from notification
      where status = 'expected' or (status = 'sending' and verdict is distinct from 'outcome-unknown')`,
  },
  { name: 'no receipt is left unapplied', sql: `select id::text as open from notification_receipt where applied_at is null` },
  { name: 'no calendar sync hangs', sql: `select id::text as open from calendar_sync where status = 'running'` },
];

/** Of each message in doubt its last try. */
const IN_DOUBT = `select distinct on (n.id) a.id from notification n join notification_attempt a on a.notification_id = n.id
  where n.status = 'sending' and n.verdict = 'outcome-unknown' order by n.id, a.id desc`;

/** Waits until nothing is left to do; what still is when the time is over. */
export async function leftovers(databaseUrl: string, sent: FakeTwilio['sent'], signal: AbortSignal): Promise<Check[]> {
  return withClient(databaseUrl, async client => {
    const end = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      const checks = await look(client, sent);
      if (performance.now() > end || checks.every(({ wrong }) => wrong.length === 0)) return checks;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  });
}

async function look(client: pg.Client, sent: FakeTwilio['sent']): Promise<Check[]> {
  const open = async (sql: string, values: unknown[] = []): Promise<string[]> =>
    (await client.query<{ open: string }>(sql, values)).rows.map(row => row.open);
  const checks: Check[] = [{ name: 'no job is open or failed', checked: 1, wrong: await open(OPEN_JOBS, [Object.keys(QUEUES)]) }];
  for (const { name, sql } of WORKS) checks.push({ name, checked: 1, wrong: await open(sql) });
  const { rows } = await client.query<{ id: string }>(IN_DOUBT);
  const taken = new Set(sent.map(sms => new URL(sms.statusCallback ?? 'about:blank').searchParams.get('attempt')));
  checks.push({
    name: 'no message is in doubt that its provider has',
    checked: rows.length,
    wrong: rows.map(({ id }) => id).filter(id => taken.has(id)),
  });
  return checks;
}
