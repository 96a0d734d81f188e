import { Temporal } from '../../common/temporal.js';
import { field, idField, isObject, textField } from './fields.js';

export interface VendorType {
  id: string;
  /** Minutes; null where none is named. */
  durationMinutes: number | null;
}

export interface VendorCalendar {
  id: string;
  /** IANA; null where none is named, or what is named is none. */
  timezone: string | null;
  types: VendorType[];
}

/** Calendars as far as they can be read, and what is wrong with each (by its place in the list, as it may have no id). */
export interface ReadCalendars {
  calendars: VendorCalendar[];
  /** Ids and names. */
  broken: string[];
  brokenZones: string[];
  withoutZone: string[];
  brokenTypes: string[];
}

export function readCalendars(list: readonly unknown[]): ReadCalendars {
  const read: ReadCalendars = { calendars: [], broken: [], brokenZones: [], withoutZone: [], brokenTypes: [] };
  const ids = new Set<string>();
  list.forEach((item, index) => {
    const place = `calendar ${index + 1}`;
    if (!isObject(item)) return read.broken.push(`${place} is no object`);
    const id = idField(item, 'id', 'calendarId', 'calendarID');
    if (id === null) return read.broken.push(`${place} has no id`);
    if (ids.has(id)) return read.broken.push(`${place} has the id of another, "${id}"`);
    ids.add(id);
    if (textField(item, 'name', 'calendarName', 'title') === null) read.broken.push(`${place} ("${id}") has no name`);
    const zone = field(item, 'timezone', 'timeZone');
    const isZone = typeof zone === 'string' && isTimezone(zone);
    if (zone === undefined) read.withoutZone.push(id);
    else if (!isZone) read.brokenZones.push(`calendar "${id}" names ${JSON.stringify(zone)}`);
    return read.calendars.push({
      id,
      timezone: isZone ? zone : null,
      types: readTypes(field(item, 'appointmentTypes', 'types'), id, read.brokenTypes),
    });
  });
  return read;
}

/** Offsets such as `GMT+8` or `+08:00` are no zones: they know no daylight saving. */
export function isTimezone(name: string): boolean {
  if (/^(?:[+-]|(?:Etc\/)?(?:GMT|UTC)[+-])/i.test(name)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== '';
  } catch {
    return false;
  }
}

function readTypes(value: unknown, calendarId: string, broken: string[]): VendorType[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    broken.push(`the types of calendar "${calendarId}" are no list`);
    return [];
  }
  const ids = new Set<string>();
  return value.flatMap((item: unknown, index) => {
    const place = `type ${index + 1} of calendar "${calendarId}"`;
    const id = isObject(item) ? idField(item, 'id', 'appointmentTypeId', 'appointmentTypeID') : null;
    if (!isObject(item) || id === null) {
      broken.push(`${place} has no id`);
      return [];
    }
    if (ids.has(id)) broken.push(`${place} has the id of another`);
    ids.add(id);
    if (textField(item, 'name', 'title') === null) broken.push(`${place} has no name`);
    const minutes = Number(field(item, 'durationMinutes', 'duration'));
    const isDuration = Number.isInteger(minutes) && minutes > 0 && minutes <= 1_440;
    if (!isDuration) broken.push(`${place} has no duration in whole minutes`);
    return [{ id, durationMinutes: isDuration ? minutes : null }];
  });
}
