import { InvalidCalendarError, InvalidRequestError } from '../hospital.errors.js';
import { moved, parts, withFirst, without, withSlots, type Part } from './answer-parts.js';
import type { Defect } from './defect.js';

const HOUR_MS = 3_600_000;

/** Of calendars and availability. */
export const SET_UP_DEFECTS = {
  'open-door': { clause: 'AUTH-2', what: 'Calls without a key are let in.' },
  'any-key': { clause: 'AUTH-3', what: 'Any key is let in.' },
  'locked-door': { clause: 'AUTH-1', what: 'The right key is refused.' },
  'no-calendars': { clause: 'CAL-1', what: 'The list of calendars is empty.', endpoint: 'listCalendars', answer: () => [] },
  'calendar-without-id': {
    clause: 'CAL-2',
    what: 'A calendar has no id.',
    endpoint: 'listCalendars',
    answer: right => withFirst(right, first => without(first, 'id')),
  },
  'zone-as-offset': {
    clause: 'CAL-3',
    what: 'Zones are offsets (GMT+8), which know no daylight saving.',
    endpoint: 'listCalendars',
    answer: right => parts(right).map(calendar => ({ ...calendar, timezone: 'GMT+8' })),
  },
  'type-without-duration': {
    clause: 'CAL-4',
    what: 'Appointment types have no duration.',
    endpoint: 'listCalendars',
    answer: right =>
      parts(right).map(calendar => ({
        ...calendar,
        appointmentTypes: parts(calendar['appointmentTypes']).map(type => without(type, 'durationMinutes')),
      })),
  },
  'endless-pages': {
    clause: 'LIST-1',
    what: 'The last page links to itself.',
    endpoint: 'listCalendars',
    answer: (right, call) => {
      call.setHeader('Link', `<${call.url}>; rel="next"`);
      return right;
    },
  },
  'no-list': { clause: 'AVAIL-1', what: 'A month is an object without a list.', endpoint: 'getAvailability', answer: () => ({ total: 5 }) },
  'month-in-utc': {
    clause: 'AVAIL-2',
    what: 'Months are cut elsewhere: a slot of the month before comes along.',
    endpoint: 'getAvailability',
    answer: right => withSlots(right, slots => slots.map(slot => shifted(slot, 24 * 31))),
  },
  'past-slots': {
    clause: 'AVAIL-3',
    what: 'What has begun is still offered.',
    endpoint: 'getAvailability',
    answer: (right, { nowMs }) => {
      const time = (ms: number): string => new Date(ms).toISOString();
      const past = { start: time(nowMs - HOUR_MS), end: time(nowMs - HOUR_MS / 2), available: 1 };
      return withSlots(right, slots => [past, ...slots]);
    },
  },
  'slots-twice': {
    clause: 'AVAIL-4',
    what: 'Each slot is listed twice.',
    endpoint: 'getAvailability',
    answer: right => withSlots(right, slots => slots.flatMap(slot => [slot, slot])),
  },
  'unknown-calendar-is-full': {
    clause: 'AVAIL-5',
    what: 'An unknown calendar has an empty month.',
    endpoint: 'getAvailability',
    refusal: error => (error instanceof InvalidCalendarError ? [] : undefined),
  },
  'any-month': {
    clause: 'AVAIL-6',
    what: 'A month that is none has an empty list.',
    endpoint: 'getAvailability',
    refusal: error => (error instanceof InvalidRequestError ? [] : undefined),
  },
  'stale-availability': {
    clause: 'AVAIL-7',
    what: 'Availability comes from a cache that no booking empties.',
    endpoint: 'getAvailability',
    answer: (right, { memory, url }) => {
      if (!memory.cached.has(url)) memory.cached.set(url, right);
      return memory.cached.get(url);
    },
  },
  'wrong-offset': {
    clause: 'TIME-1',
    what: 'The offset is not the zone’s.',
    endpoint: 'getAvailability',
    answer: right => withSlots(right, slots => slots.map(slot => spelled(slot, text => text.replace(/[+-]\d{2}:\d{2}$/, '+03:00')))),
  },
  'twelve-hour-clock': {
    clause: 'TIME-2',
    what: 'Times are no ISO 8601 (01:30 PM).',
    endpoint: 'getAvailability',
    answer: right => withSlots(right, slots => slots.map(slot => spelled(slot, text => `${text.slice(0, 10)} 01:30 PM`))),
  },
  'slow-availability': { clause: 'PERF-1', what: 'A month takes seconds.', endpoint: 'getAvailability', isSlow: true },
} as const satisfies Record<string, Defect>;

function shifted(slot: Part, hours: number): Part {
  return spelled(slot, text => moved(text, hours));
}

function spelled(slot: Part, spell: (text: string) => string): Part {
  return { ...slot, start: spell(String(slot['start'])), end: spell(String(slot['end'])) };
}
