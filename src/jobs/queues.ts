import type { Queue } from 'pg-boss';

/** What each queue's jobs carry: ids only, they stand in the database in plain. */
export interface QueuePayloads {
  'calendar-sync': { facilityId: string; calendarSyncId: string };
}
export type QueueName = keyof QueuePayloads;

/** A worker that died is noticed after `heartbeatSeconds`, and its job is taken up again. */
export const QUEUES: Record<QueueName, Omit<Queue, 'name'>> = {
  'calendar-sync': { retryLimit: 3, retryDelay: 1, retryBackoff: true, expireInSeconds: 60, heartbeatSeconds: 10, notify: true },
};
