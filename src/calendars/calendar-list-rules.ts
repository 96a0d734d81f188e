import { canonicalTimeZone } from '../common/validators.js';
import type { UpstreamCalendar } from '../schedulers/scheduler.js';

/** An answer that must not be applied. */
export interface RefusedAnswer {
  kind: 'refused';
  code: 'upstream-empty' | 'upstream-invalid-response';
  message: string;
}

/** Why the hospital's list must not be applied to a facility that has `presentCount` calendars; null: it may. */
export function refusalOf(presentCount: number, listed: readonly UpstreamCalendar[]): RefusedAnswer | null {
  if (listed.length === 0 && presentCount > 0) {
    const message = `The hospital lists no calendar, though it had ${presentCount}: nothing was changed. If that is meant, disable the calendars or deactivate the facility.`;
    return { kind: 'refused', code: 'upstream-empty', message };
  }
  if (hasDuplicates(listed.map(calendar => calendar.externalId))) return invalid('two calendars have the same id');
  for (const [index, calendar] of listed.entries()) {
    const place = `calendars[${index}]`;
    if (calendar.timezone !== null && zoneOf(calendar) === null) return invalid(`${place}: timezone is no IANA name such as Asia/Manila`);
    if (hasDuplicates(calendar.appointmentTypes.map(type => type.externalId)))
      return invalid(`${place}: two appointment types have the same id`);
    if (!textsOf(calendar).every(isStorable)) return invalid(`${place}: a text holds a NUL character or half a surrogate pair`);
  }
  return null;
}

/** The zone's name in its proper case; null where the hospital names none, or none that exists. */
export function zoneOf(calendar: UpstreamCalendar): string | null {
  return calendar.timezone === null ? null : canonicalTimeZone(calendar.timezone);
}

function invalid(what: string): RefusedAnswer {
  return { kind: 'refused', code: 'upstream-invalid-response', message: `GET calendars: ${what}.` };
}

function hasDuplicates(ids: readonly string[]): boolean {
  return new Set(ids).size < ids.length;
}

function textsOf(calendar: UpstreamCalendar): string[] {
  return [
    calendar.externalId,
    calendar.name,
    calendar.description ?? '',
    ...calendar.appointmentTypes.flatMap(type => [type.externalId, type.name]),
  ];
}

/** What PostgreSQL can keep as it is. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
