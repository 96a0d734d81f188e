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

/** Where no job is tried again, new ones are told of: this is for a word that was lost. */
const LOOK_IN_ANY_CASE_SECONDS = 10;

/** How often a queue is to be looked at, in seconds: a job that is to be tried again is due without a word, and no sooner than that. */
export function lookSeconds(queue: QueueName): number {
  const { retryLimit, retryDelay = 1 } = QUEUES[queue];
  return retryLimit === 0 ? LOOK_IN_ANY_CASE_SECONDS : retryDelay;
}
