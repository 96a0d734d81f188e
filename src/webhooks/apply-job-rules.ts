import type { EventKey } from './webhook-event.repository.js';

/** Few enough that a job is over long before it expires, and many enough that a job costs little for each event. */
const EVENTS_IN_A_JOB = 20;

/** What one job applies. */
export interface EventsToApply {
  facilityId: string;
  webhookEventIds: string[];
}

/** The jobs for new events: those of one facility share them. */
export function applyJobsOf(keys: readonly EventKey[]): EventsToApply[] {
  return [...Map.groupBy(keys, key => key.facilityId)].flatMap(([facilityId, ofFacility]) =>
    chunksOf(
      ofFacility.map(key => key.webhookEventId),
      EVENTS_IN_A_JOB,
    ).map(webhookEventIds => ({ facilityId, webhookEventIds })),
  );
}

/**
 * What is applied in one transaction after the other: lists of which each is gone through in turn, beside the others. No facility is in two
 * of them. Of a facility with many events no transaction has more than `most`; facilities with few share one.
 */
export function turnsOf(jobs: readonly EventsToApply[], most: number): EventsToApply[][][] {
  const facilities = [...Map.groupBy(jobs, job => job.facilityId)].map(([facilityId, ofFacility]) => ({
    facilityId,
    webhookEventIds: [...new Set(ofFacility.flatMap(job => job.webhookEventIds))],
  }));
  const turns: EventsToApply[][][] = [];
  let shared: EventsToApply[] = [];
  let room = 0;
  for (const facility of facilities) {
    const { facilityId, webhookEventIds } = facility;
    if (webhookEventIds.length > most) {
      turns.push(chunksOf(webhookEventIds, most).map(ids => [{ facilityId, webhookEventIds: ids }]));
      continue;
    }
    if (webhookEventIds.length > room) {
      shared = [];
      turns.push([shared]);
      room = most;
    }
    shared.push(facility);
    room -= webhookEventIds.length;
  }
  return turns;
}

/** What is tried by itself where a transaction has failed: each facility, or each event of the one that there is. One event cannot be parted. */
export function partsOf(events: readonly EventsToApply[]): EventsToApply[][] {
  const [only, ...others] = events;
  if (!only) return [];
  if (others.length > 0) return events.map(facility => [facility]);
  const { facilityId, webhookEventIds } = only;
  return webhookEventIds.length === 1 ? [] : webhookEventIds.map(id => [{ facilityId, webhookEventIds: [id] }]);
}

/** After some events have failed: jobs that are to be tried again, and events that get a job of their own, so that each fails for itself. */
export function jobsAfterFailures<Job extends EventsToApply>(
  jobs: readonly Job[],
  failed: ReadonlySet<string>,
): { failedJobs: Job[]; parted: EventsToApply[] } {
  const touched = jobs.filter(job => job.webhookEventIds.some(id => failed.has(id)));
  const shared = touched.filter(job => job.webhookEventIds.length > 1);
  const parted = shared.flatMap(({ facilityId, webhookEventIds }) =>
    webhookEventIds.filter(id => failed.has(id)).map(id => ({ facilityId, webhookEventIds: [id] })),
  );
  return { failedJobs: touched.filter(job => job.webhookEventIds.length === 1), parted };
}

export function chunksOf<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}
