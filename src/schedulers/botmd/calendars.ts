import type { UpstreamAppointmentType, UpstreamCalendar } from '../scheduler.js';
import { WrongShapeError, field, firstField, isJsonObject, readId, readText, unwrapList, type JsonObject } from './fields.js';
import { readTimezone } from './zone-offsets.js';

/** A day; longer is a mistake of units (seconds for minutes). */
const MAX_DURATION_MINUTES = 1_440;
const MAX_TYPES = 500;
/** Characters. */
const MAX_NAME = 500;
const MAX_DESCRIPTION = 5_000;

/**
 * One page of `GET calendars`: an array, bare or in an envelope. A calendar without id, without name or with a zone that is none
 * spoils the whole answer: left out it would look removed, and with the wrong zone every time would be wrong.
 */
export function readCalendars(body: unknown): UpstreamCalendar[] {
  const list = unwrapList(body, () => false);
  if (list === null) throw new WrongShapeError('calendars: an array expected, bare or under data or calendars');
  return list.map((item, index) => readCalendar(item, `calendars[${index}]`));
}

function readCalendar(item: unknown, place: string): UpstreamCalendar {
  if (!isJsonObject(item)) throw new WrongShapeError(`${place}: an object expected`);
  const externalId = readId(firstField(item, ['id', 'calendarId']));
  if (externalId === null) throw new WrongShapeError(`${place}: id is missing or is no id`);
  const name = readShortText(firstField(item, ['name', 'calendarName', 'title']), MAX_NAME, `${place}.name`);
  if (name === null) throw new WrongShapeError(`${place}: name is missing`);
  return {
    externalId,
    name,
    description: readShortText(field(item, 'description'), MAX_DESCRIPTION, `${place}.description`),
    timezone: readZone(item, place),
    appointmentTypes: readTypes(item, place),
  };
}

function readZone(item: JsonObject, place: string): string | null {
  const written = firstField(item, ['timezone', 'timeZone']);
  if (written === undefined) return null;
  const zone = typeof written === 'string' ? readTimezone(written.trim()) : null;
  if (zone === null) throw new WrongShapeError(`${place}: timezone is no IANA name such as Asia/Manila`);
  return zone;
}

/** Types that are listed twice are one: the first. */
function readTypes(item: JsonObject, place: string): UpstreamAppointmentType[] {
  const written = field(item, 'appointmentTypes');
  if (written === undefined) return [];
  if (!Array.isArray(written)) throw new WrongShapeError(`${place}.appointmentTypes: an array expected`);
  if (written.length > MAX_TYPES) throw new WrongShapeError(`${place}.appointmentTypes: at most ${MAX_TYPES} are taken`);
  const types = new Map<string, UpstreamAppointmentType>();
  for (const [index, entry] of (written as unknown[]).entries()) {
    const type = readType(entry, `${place}.appointmentTypes[${index}]`);
    if (!types.has(type.externalId)) types.set(type.externalId, type);
  }
  return [...types.values()];
}

function readType(entry: unknown, place: string): UpstreamAppointmentType {
  if (!isJsonObject(entry)) throw new WrongShapeError(`${place}: an object expected`);
  const externalId = readId(firstField(entry, ['id', 'appointmentTypeId']));
  if (externalId === null) throw new WrongShapeError(`${place}: id is missing or is no id`);
  const name = readShortText(firstField(entry, ['name', 'appointmentTypeName', 'title']), MAX_NAME, `${place}.name`);
  if (name === null) throw new WrongShapeError(`${place}: name is missing`);
  return { externalId, name, durationMinutes: readDuration(entry, place) };
}

function readDuration(entry: JsonObject, place: string): number | null {
  const written = firstField(entry, ['durationMinutes', 'duration']);
  if (written === undefined) return null;
  const minutes = typeof written === 'string' && /^\d{1,5}$/.test(written) ? Number(written) : written;
  if (typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_DURATION_MINUTES) return minutes;
  throw new WrongShapeError(`${place}: duration must be whole minutes from 1 to ${MAX_DURATION_MINUTES}`);
}

function readShortText(written: unknown, maxLength: number, place: string): string | null {
  const text = readText(written);
  if (text !== null && text.length > maxLength) throw new WrongShapeError(`${place}: longer than ${maxLength} characters`);
  return text;
}
