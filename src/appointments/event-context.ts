import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { EventRecords } from './event-records.js';

/** What a batch of one facility's events is applied with. */
export interface EventContext {
  /** Of the transaction. */
  em: EntityManager;
  facility: Facility;
  references: CalendarReferences;
  records: EventRecords;
}
