import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { monthAfter, monthOf, writtenInZone } from '../read/date-time.js';
import { readSlots, type ReadSlots } from '../read/slots.js';
import type { Place, Session } from '../session.js';
import { mustBeNone, mustBeRefused, UNKNOWN_ID } from './expect.js';

/** A run books about so many. */
const ENOUGH_SLOTS = 12;

export function availabilityChecks(): Check[] {
  return [
    {
      name: 'free slots of the coming months can be read',
      clause: 'AVAIL-1',
      fix: 'Answer 200 with days that hold `slots`, or with a flat list of slots; an empty list where there are none.',
      run: async session => {
        await choosePlace(session);
      },
    },
    {
      name: 'slots are of the month that was asked for',
      clause: 'AVAIL-2',
      fix: 'Cut months at midnight of the calendar’s zone, not of UTC.',
      run: session => {
        const place = session.getPlace();
        if (!place.isZoneKnown) throw new CheckSkipped('the calendar names no zone: give --timezone');
        mustBeNone(
          monthsOf(session).flatMap(([month, { slots }]) =>
            slots
              .filter(({ startMs }) => monthOf(startMs, place.timezone) !== month)
              .map(({ startMs }) => `${writtenInZone(startMs, place.timezone)} came with ${month}`),
          ),
        );
      },
    },
    {
      name: 'nothing in the past is offered',
      clause: 'AVAIL-3',
      fix: 'Offer what can still be booked: leave out what has begun, and answer a past month with an empty list.',
      run: async session => {
        const place = session.getPlace();
        const nowMs = session.nowMs();
        const past = monthsOf(session).flatMap(([, { slots }]) => slots.filter(({ startMs }) => startMs < nowMs));
        mustBeNone(past.map(({ startMs }) => `${writtenInZone(startMs, place.timezone)} is over`));
        const lastYear = monthAfter(monthOf(nowMs, place.timezone), -12);
        const answer = await session.availability(place, lastYear);
        const slots = answer.status === 200 ? (readSlots(answer.body, place)?.slots ?? []) : [];
        if (answer.status >= 500 || slots.length > 0) {
          throw new CheckFailed(`${lastYear}, which is over, was answered with HTTP ${answer.status} and ${slots.length} slots`);
        }
      },
    },
    {
      name: 'each slot is listed once and can be had',
      clause: 'AVAIL-4',
      fix: 'List a start once, with `available` for its seats; leave out what is full.',
      run: session => {
        const place = session.getPlace();
        for (const [, { slots, broken }] of monthsOf(session)) {
          mustBeNone(broken);
          const twice = slots.filter(({ startMs }, index) => slots[index - 1]?.startMs === startMs);
          mustBeNone(twice.map(({ startMs }) => `${writtenInZone(startMs, place.timezone)} is listed twice`));
        }
      },
    },
    {
      name: 'slots have real times with their offset',
      clause: 'TIME-2',
      fix: 'Write date-times as 2026-10-05T14:30:00+08:00.',
      run: session => {
        const months = monthsOf(session).map(([, month]) => month);
        mustBeNone(months.flatMap(({ unreadable }) => unreadable));
        if (months.some(({ withoutOffset }) => withoutOffset > 0)) session.warn('slots without offset are read as local to the calendar');
      },
    },
    {
      name: 'offsets are those of the calendar’s zone',
      clause: 'TIME-1',
      fix: 'Make the offset by the zone’s rules for that very day, daylight saving included.',
      run: session => {
        if (!session.getPlace().isZoneKnown) throw new CheckSkipped('the calendar names no zone: give --timezone');
        mustBeNone(monthsOf(session).flatMap(([, { wrongOffsets }]) => wrongOffsets));
      },
    },
    {
      name: 'an unknown calendar is refused',
      clause: 'AVAIL-5',
      fix: 'Answer 404 or 422 with code `invalid_calendar`: an empty list reads as “fully booked”.',
      run: async session => {
        const place = { ...session.getPlace(), calendarId: UNKNOWN_ID };
        mustBeRefused(await session.availability(place, monthOf(session.nowMs(), place.timezone)), 'availability of an unknown calendar');
      },
    },
    {
      name: 'a month that is none is refused',
      clause: 'AVAIL-6',
      fix: 'Answer 400 to a `month` that is not YYYY-MM from 01 to 12.',
      run: async session => {
        mustBeRefused(await session.availability(session.getPlace(), '2026-13'), 'availability of month 2026-13');
      },
    },
  ];
}

function monthsOf(session: Session): [string, ReadSlots][] {
  if (session.months === null) throw new CheckSkipped('availability could not be read (see AVAIL-1)');
  return [...session.months];
}

/** The first calendar that offers enough; where none does, the one that offers most. */
async function choosePlace(session: Session): Promise<void> {
  const { calendarId, appointmentTypeId } = session.options;
  if (session.calendars.length === 0) throw new CheckSkipped('no calendar could be read (see CAL-1)');
  const named = session.calendars.filter(({ id }) => calendarId === null || id === calendarId);
  if (calendarId !== null && named.length === 0)
    throw new CheckFailed(`the calendar "${calendarId}" of --calendar is not among the calendars`);
  // One whose zone is known shows more.
  const candidates = [...named].sort((a, b) => Number(a.timezone === null) - Number(b.timezone === null)).slice(0, 5);
  let most = -1;
  for (const calendar of candidates) {
    const place: Place = session.placeOf(calendar, appointmentTypeId);
    const months = await session.readMonths(place);
    const count = [...months.values()].reduce((sum, { slots, unreadable }) => sum + slots.length + unreadable.length, 0);
    if (count > most) {
      most = count;
      session.place = place;
      session.months = months;
    }
    if (most >= ENOUGH_SLOTS) return;
  }
}
