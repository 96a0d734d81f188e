import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { described, isRefusal, isSuccess } from '../http/answer.js';
import { readMoment } from '../read/date-time.js';
import { field, idField, objectOf, textField } from '../read/fields.js';
import type { Answer } from '../http/answer.js';
import { appointmentIdOf } from '../made-appointments.js';
import type { Booked } from '../session.js';
import { mustBeNone, mustBeRefused, mustSucceed, UNKNOWN_ID } from './expect.js';

const DAY_MS = 86_400_000;
const MAX_SEATS = 5;

/** Journey 1. */
export function bookingChecks(): Check[] {
  const first: { booked: Booked | null; answer: Answer | null } = { booked: null, answer: null };
  const answerOf = (): Answer => {
    if (first.answer === null) throw new CheckSkipped('no booking was answered (see BOOK-1)');
    return first.answer;
  };
  return [
    {
      name: 'an offered slot can be booked',
      clause: 'BOOK-1',
      fix: 'Answer 201 with `appointment_id`, once the appointment is stored.',
      writes: true,
      run: async session => {
        const slot = session.freeSlot();
        const booking = session.aBooking(slot);
        const answer = await session.create(booking);
        mustSucceed(answer, 'the booking');
        first.answer = answer;
        const id = appointmentIdOf(answer);
        if (id === null) throw new CheckFailed('the answer to the booking names no `appointment_id`');
        first.booked = { id, slot, reference: booking.reference };
      },
    },
    {
      name: 'a booking names its patient',
      clause: 'BOOK-2',
      fix: 'Answer `patient_id`, or `temporary_patient_id` until there is a permanent one.',
      writes: true,
      run: () => {
        const body = objectOf(answerOf().body);
        const id = idField(body, 'patientId') ?? idField(body, 'temporaryPatientId');
        if (id === null) throw new CheckFailed('the answer names neither `patient_id` nor `temporary_patient_id`');
      },
    },
    {
      name: 'a booking is what was asked for',
      clause: 'BOOK-3',
      fix: 'Answer `datetime`, `calendar_id` and `external_reference` as stored: the hub takes another time as an unknown outcome.',
      writes: true,
      run: session => {
        const body = objectOf(answerOf().body);
        const { timezone, calendarId } = session.getPlace();
        const text = textField(body, 'datetime', 'start', 'startTime');
        const moment = text === null ? null : readMoment(text, timezone);
        const reference = textField(body, 'externalReference');
        if (first.booked !== null) {
          const { slot, reference: asked } = first.booked;
          if (text !== null && moment?.epochMs !== slot.startMs)
            throw new CheckFailed(`the answer says ${text}, which is not the time that was booked`);
          if (reference !== null && reference !== asked) throw new CheckFailed('the answer has another `external_reference`');
        }
        const calendar = idField(body, 'calendarId', 'calendarID');
        if (calendar !== null && calendar !== calendarId)
          throw new CheckFailed(`the answer is of calendar "${calendar}", not of "${calendarId}"`);
        const missing = [
          text === null ? '`datetime`' : null,
          calendar === null ? '`calendar_id`' : null,
          field(body, 'externalReference') === undefined ? '`external_reference`' : null,
        ].filter(name => name !== null);
        if (missing.length > 0) session.warn(`the answer to a booking lacks ${missing.join(', ')}, which the hub would compare`);
      },
    },
    {
      name: 'a booked seat is not offered again',
      clause: 'AVAIL-7',
      fix: 'Read availability from the same store as bookings, without a cache that outlives one.',
      writes: true,
      run: async session => {
        if (first.booked === null) throw new CheckSkipped('nothing was booked (see BOOK-1)');
        const { slot } = first.booked;
        const seats = await session.seatsOffered(slot);
        if (seats >= slot.available)
          throw new CheckFailed(`the slot had ${slot.available} seats before the booking and has ${seats} after it`);
      },
    },
    {
      name: 'a repeated booking is the same one',
      clause: 'BOOK-4',
      fix: 'Keep the `Idempotency-Key` (or `external_reference`) with the appointment, and answer a repeat with that appointment.',
      writes: true,
      run: async session => {
        const booking = session.aBooking(session.freeSlot());
        const once = await session.create(booking);
        if (!isSuccess(once)) throw new CheckSkipped('nothing could be booked (see BOOK-1)');
        const again = await session.create(booking);
        mustSucceed(again, 'the repeat of a booking');
        if (appointmentIdOf(once) !== appointmentIdOf(again)) throw new CheckFailed('the repeat of a booking made another appointment');
      },
    },
    {
      name: 'one seat is booked once, of bookings at the same time',
      clause: 'BOOK-5',
      fix: 'Decide in one place: a unique constraint on calendar and time, or a lock; answer 409 `not_available` to the rest.',
      writes: true,
      run: async session => {
        const slot = session.freeSlot();
        if (slot.available > MAX_SEATS) throw new CheckSkipped(`the slot has ${slot.available} seats: name a --calendar with few`);
        const bookings = Array.from({ length: slot.available + 1 }, () => session.aBooking(slot));
        const answers = await Promise.all(bookings.map(booking => session.create(booking)));
        const won = answers.filter(isSuccess).length;
        if (won > slot.available) throw new CheckFailed(`${won} bookings at once succeeded for ${slot.available} seats`);
        if (won < slot.available) throw new CheckFailed(`${won} bookings at once succeeded where ${slot.available} could`);
        const losers = answers.filter(answer => !isSuccess(answer));
        mustBeNone(
          losers.filter(answer => !isRefusal(answer)).map(answer => `the loser was answered with ${described(answer)}, not with a 4xx`),
        );
        if (losers.some(({ status }) => status !== 409))
          session.warn(`a taken slot is refused with ${losers[0]?.status ?? 0}; 409 says it best`);
      },
    },
    {
      name: 'a time that is over is refused',
      clause: 'BOOK-6',
      fix: 'Refuse a start before now with 422.',
      writes: true,
      run: async session => {
        const slot = session.freeSlot();
        const weeks = Math.ceil((slot.startMs - session.nowMs()) / (7 * DAY_MS)) + 1;
        const booking = session.aBooking({ ...slot, startMs: slot.startMs - weeks * 7 * DAY_MS });
        mustBeRefused(await session.create(booking), 'a booking in the past');
      },
    },
    {
      name: 'a booking that cannot be is refused',
      clause: 'BOOK-7',
      fix: 'Check each field: 422 `invalid_calendar`, 422 `invalid_appointment_type`, 400 for a missing one.',
      writes: true,
      run: async session => {
        const slot = session.freeSlot();
        const change = async (what: string, part: Record<string, unknown>): Promise<void> => {
          const booking = session.aBooking(slot);
          mustBeRefused(await session.create({ ...booking, body: { ...booking.body, ...part } }), `a booking ${what}`);
        };
        await change('without a date-time', { datetime: undefined });
        await change('at an unknown calendar', { calendar_id: UNKNOWN_ID });
        if (session.getPlace().appointmentTypeId !== null) await change('of an unknown type', { appointment_type_id: UNKNOWN_ID });
      },
    },
    {
      name: 'a body that is not JSON is refused',
      clause: 'ERR-2',
      fix: 'Answer 400 to a body that does not parse; never 500.',
      writes: true,
      run: async session => {
        mustBeRefused(await session.send({ method: 'POST', path: '/appointments', body: '{"calendar_id":' }), 'a body that is not JSON');
      },
    },
  ];
}
