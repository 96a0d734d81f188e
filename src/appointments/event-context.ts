import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { EventRecords } from './event-records.js';

/** What one facility's events are applied with. */
export interface EventContext {
  /** Of the transaction. */
  em: EntityManager;
  facility: Facility;
  references: CalendarReferences;
  records: EventRecords;
}
