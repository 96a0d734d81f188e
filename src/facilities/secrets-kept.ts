import type { KeptOptions } from '../database/kept-values.js';
import { FACILITY_TOPIC } from './facility-topic.js';

/** How opened secrets of a facility are kept: for a moment, and no longer than they are used. */
export function secretsKept<T>(read: (facilityId: string) => Promise<T>): KeptOptions<T> {
  return { topic: FACILITY_TOPIC, keptMs: 10_000, most: 1_000, rowsOf: 'facility', isSecret: true, read };
}
