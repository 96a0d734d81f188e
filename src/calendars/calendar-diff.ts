import type { DefaultAppointmentType } from '../facilities/facility.settings.js';
import type { UpstreamAppointmentType, UpstreamCalendar } from '../schedulers/scheduler.js';
import { refusalOf, zoneOf, type RefusedAnswer } from './calendar-list-rules.js';

export interface CalendarRow {
  id: string;
  externalId: string;
  name: string;
  description: string | null;
  timezone: string | null;
  removedAt: Date | null;
}

export interface TypeRow {
  id: string;
  externalId: string | null;
}

export interface OfferingRow {
  id: string;
  calendarId: string;
  appointmentTypeId: string;
  name: string;
  durationMinutes: number;
  isDefault: boolean;
  removedAt: Date | null;
}

/** All that is stored of a facility, removed rows included. */
export interface StoredCalendars {
  calendars: readonly CalendarRow[];
  types: readonly TypeRow[];
  offerings: readonly OfferingRow[];
}

/** Rows to insert, and fields to set by id; a row that is removed gets `removedAt`, one that is back loses it. */
export interface RowChanges<R> {
  add: R[];
  change: { id: string; set: Partial<R> }[];
}

/** Counted by calendar, its types included. One that is back counts as added; one that stays removed does not count. */
export interface SyncCounts {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

export interface CalendarDiff {
  kind: 'diff';
  calendars: RowChanges<CalendarRow>;
  types: { add: TypeRow[] };
  offerings: RowChanges<OfferingRow>;
  counts: SyncCounts;
}

/**
 * What makes the stored calendars those of the hospital's list.
 *
 * What vanished is marked, never deleted, and is back under its old id when it returns. A calendar without types offers one
 * default type of the hub's own, by `defaults`; a type without duration takes that of `defaults`.
 */
export function diffCalendars(
  stored: StoredCalendars,
  listed: readonly UpstreamCalendar[],
  defaults: DefaultAppointmentType,
  now: Date,
  nextId: () => string,
): CalendarDiff | RefusedAnswer {
  const refusal = refusalOf(stored.calendars.filter(calendar => calendar.removedAt === null).length, listed);
  if (refusal) return refusal;
  const diff: CalendarDiff = {
    kind: 'diff',
    calendars: { add: [], change: [] },
    types: { add: [] },
    offerings: { add: [], change: [] },
    counts: { added: 0, changed: 0, removed: 0, unchanged: 0 },
  };
  const known = new Map(stored.calendars.map(calendar => [calendar.externalId, calendar]));
  const offerings = Map.groupBy(stored.offerings, offering => offering.calendarId);
  const typeIds = new Map(stored.types.flatMap(type => (type.externalId === null ? [] : [[type.externalId, type.id] as const])));
  const typeIdOf = (externalId: string | null): string => {
    const present = externalId === null ? undefined : typeIds.get(externalId);
    if (present !== undefined) return present;
    const type = { id: nextId(), externalId };
    diff.types.add.push(type);
    if (externalId !== null) typeIds.set(externalId, type.id);
    return type.id;
  };

  for (const calendar of listed) {
    const row = known.get(calendar.externalId);
    known.delete(calendar.externalId);
    const fields = { name: calendar.name, description: calendar.description, timezone: zoneOf(calendar), removedAt: null };
    const calendarId = row?.id ?? nextId();
    const set = row ? difference<CalendarRow>(row, fields) : null;
    if (set) diff.calendars.change.push({ id: calendarId, set });
    if (!row) diff.calendars.add.push({ id: calendarId, externalId: calendar.externalId, ...fields });

    const changes = diffOfferings(offerings.get(calendarId) ?? [], wantedOfferings(calendar, defaults), calendarId, typeIdOf, now, nextId);
    diff.offerings.add.push(...changes.add);
    diff.offerings.change.push(...changes.change);

    if (row?.removedAt !== null) diff.counts.added++;
    else if (set !== null || changes.add.length + changes.change.length > 0) diff.counts.changed++;
    else diff.counts.unchanged++;
  }

  for (const vanished of known.values()) {
    if (vanished.removedAt !== null) continue;
    diff.calendars.change.push({ id: vanished.id, set: { removedAt: now } });
    diff.counts.removed++;
  }
  return diff;
}

/** Whether there is nothing to write. */
export function isUnchanged(diff: CalendarDiff): boolean {
  const { added, changed, removed } = diff.counts;
  return added + changed + removed === 0;
}

interface WantedOffering {
  /** null: the calendar's default type. */
  externalId: string | null;
  name: string;
  durationMinutes: number;
}

function wantedOfferings(calendar: UpstreamCalendar, defaults: DefaultAppointmentType): WantedOffering[] {
  if (calendar.appointmentTypes.length === 0) return [{ externalId: null, ...defaults }];
  return calendar.appointmentTypes.map((type: UpstreamAppointmentType) => ({
    externalId: type.externalId,
    name: type.name,
    durationMinutes: type.durationMinutes ?? defaults.durationMinutes,
  }));
}

function diffOfferings(
  rows: readonly OfferingRow[],
  wanted: readonly WantedOffering[],
  calendarId: string,
  typeIdOf: (externalId: string | null) => string,
  now: Date,
  nextId: () => string,
): RowChanges<OfferingRow> {
  const changes: RowChanges<OfferingRow> = { add: [], change: [] };
  const left = new Map(rows.map(row => [row.appointmentTypeId, row]));
  const ownDefault = rows.find(row => row.isDefault);
  for (const { externalId, name, durationMinutes } of wanted) {
    const isDefault = externalId === null;
    const appointmentTypeId = isDefault && ownDefault ? ownDefault.appointmentTypeId : typeIdOf(externalId);
    const row = left.get(appointmentTypeId);
    left.delete(appointmentTypeId);
    const fields = { name, durationMinutes, removedAt: null };
    if (!row) changes.add.push({ id: nextId(), calendarId, appointmentTypeId, isDefault, ...fields });
    const set = row ? difference<OfferingRow>(row, fields) : null;
    if (row && set) changes.change.push({ id: row.id, set });
  }
  for (const row of left.values()) if (row.removedAt === null) changes.change.push({ id: row.id, set: { removedAt: now } });
  return changes;
}

/** The fields of `wanted` that differ from the row's, or null. `removedAt` is only ever wanted null here. */
function difference<R extends object>(row: R, wanted: Partial<R>): Partial<R> | null {
  const changed = Object.entries(wanted).filter(([field, value]) => row[field as keyof R] !== value);
  return changed.length === 0 ? null : (Object.fromEntries(changed) as Partial<R>);
}
