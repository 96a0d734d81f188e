import type { Queue } from 'pg-boss';

/** What each queue's jobs carry: ids only, they stand in the database in plain. */
export interface QueuePayloads {
  'calendar-sync': { facilityId: string; calendarSyncId: string };
  'drift-compare': { facilityId: string; driftRunId: string };
  'outcome-look': { facilityId: string; attemptId: string };
  'webhook-apply': { facilityId: string; webhookEventIds: string[] };
  'webhook-check': { facilityId: string; webhookEventId: string };
  'webhook-dead': { facilityId: string; webhookEventIds: string[] };
}
export type QueueName = keyof QueuePayloads;

/** A worker that died is noticed after `heartbeatSeconds`, and its job is taken up again. */
export const QUEUES: Record<QueueName, Omit<Queue, 'name'>> = {
  // Of all facilities, each hour: what is done must not lie here for long, for pg-boss counts all that does, again and again.
  'calendar-sync': {
    retryLimit: 3,
    retryDelay: 1,
    retryBackoff: true,
    expireInSeconds: 60,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  // A hospital's whole list: five minutes at most.
  'drift-compare': {
    retryLimit: 3,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 600,
    heartbeatSeconds: 10,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  'webhook-dead': {
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 60,
    heartbeatSeconds: 10,
    notify: true,
  },
  // The row says when to look; a job that is lost is sent again.
  'outcome-look': { retryLimit: 0, expireInSeconds: 60, heartbeatSeconds: 10, deleteAfterSeconds: 3_600, notify: true },
  // 20 tries within about two hours, then the dead letters.
  'webhook-apply': {
    retryLimit: 20,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 60,
    heartbeatSeconds: 10,
    deadLetter: 'webhook-dead',
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  // The hospital's list is asked about an event that is held: it is looked at again anyway.
  'webhook-check': { retryLimit: 2, retryDelay: 1, expireInSeconds: 30, heartbeatSeconds: 10, deleteAfterSeconds: 3_600, notify: true },
};

/** SQL for `DueLooks`: whether the queue has a job that a worker may take. New ones are told of; one that is to be tried again is due without a word. */
export function isReady(queue: QueueName): string {
  // As its index, and the statement that takes it, have it.
  return `exists (select from pgboss.job where name = '${queue}' and state < 'active' and not blocked and start_after <= now())`;
}

/** Likewise: whether a worker has died with a job in its hands, of any queue. */
export const IS_ABANDONED = `exists (
  select from pgboss.job where state = 'active' and heartbeat_on + heartbeat_seconds * interval '1 second' < now()
)`;

/** For what pg-boss has no index of: the few jobs in hand among the many that are done. */
const QUEUE_INDEX = 'hub_active_jobs';

/** SQL: whether the database has it, whole. */
export const HAS_ACTIVE_JOBS_INDEX = `exists (select from pg_index where indexrelid = to_regclass('pgboss.${QUEUE_INDEX}') and indisvalid)`;

/** SQL that makes it, while jobs are written; one that was left half made is made anew. Not within a transaction. */
export const INDEX_ACTIVE_JOBS = [
  `do $$ begin
     if exists (select from pg_index where indexrelid = to_regclass('pgboss.${QUEUE_INDEX}') and not indisvalid) then
       drop index pgboss.${QUEUE_INDEX};
     end if;
   end $$`,
  `create index concurrently if not exists ${QUEUE_INDEX} on pgboss.job_common (name) where state = 'active'`,
];
