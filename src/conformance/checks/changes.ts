import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { described, isRefusal, isSuccess, type Answer } from '../http/answer.js';
import { objectOf, textField } from '../read/fields.js';
import { appointmentIdOf } from '../made-appointments.js';
import type { Booked, Session } from '../session.js';
import { mustBeRefused, mustSucceed, UNKNOWN_ID } from './expect.js';

const SOON_MS = 48 * 3_600_000;

/** Journeys 3 and 2. */
export function changeChecks(): Check[] {
  return [...rescheduleChecks(), ...cancelChecks(), ...cutoffChecks()];
}

function rescheduleChecks(): Check[] {
  return [
    {
      name: 'an appointment can be moved to a free slot',
      clause: 'MOVE-1',
      fix: 'Move the appointment, keep its id, and answer 200.',
      writes: true,
      run: async session => {
        const { id } = await session.anAppointment();
        mustBeAbout(await session.move(id, session.freeSlot()), id, 'the reschedule', session);
      },
    },
    {
      name: 'a move takes the new slot and frees the old one',
      clause: 'MOVE-2',
      fix: 'Give the old seat back in the transaction that takes the new one.',
      writes: true,
      run: async session => {
        const { id, slot } = await session.anAppointment();
        const to = session.freeSlot();
        if (!isSuccess(await session.move(id, to))) throw new CheckSkipped('nothing could be moved (see MOVE-1)');
        const [oldSeats, newSeats] = [await session.seatsOffered(slot), await session.seatsOffered(to)];
        if (oldSeats < slot.available) throw new CheckFailed('the old slot is not offered again');
        if (newSeats >= to.available) throw new CheckFailed('the new slot is still offered');
      },
    },
    {
      name: 'a move to where it already is succeeds',
      clause: 'MOVE-3',
      fix: 'Leave the appointment’s own seat out when you look whether the slot is taken: the hub repeats a call whose answer was lost.',
      writes: true,
      run: async session => {
        const { id, slot } = await session.anAppointment();
        mustSucceed(await session.move(id, slot), 'a reschedule onto its own slot');
      },
    },
    {
      name: 'a move to a taken slot is refused',
      clause: 'MOVE-4',
      fix: 'Check the new slot as for a booking; answer 409 `not_available`.',
      writes: true,
      run: async session => {
        const taken = await session.anAppointment();
        if (taken.slot.available > 1) throw new CheckSkipped('the slot has more than one seat: name a --calendar with one');
        const { id } = await session.anAppointment();
        mustBeRefused(await session.move(id, taken.slot), 'a reschedule onto a taken slot');
      },
    },
    {
      name: 'a move of an unknown appointment is refused',
      clause: 'MOVE-5',
      fix: 'Answer 404 to an id that you do not know.',
      writes: true,
      run: async session => {
        mustBeRefused(await session.move(UNKNOWN_ID, session.freeSlot()), 'a reschedule of an unknown appointment');
      },
    },
    {
      name: 'a move of a canceled appointment is refused',
      clause: 'MOVE-6',
      fix: 'Answer 409 `reschedule_canceled`.',
      writes: true,
      run: async session => {
        const { id } = await aCanceled(session);
        mustBeRefused(await session.move(id, session.freeSlot()), 'a reschedule of a canceled appointment');
      },
    },
  ];
}

function cancelChecks(): Check[] {
  return [
    {
      name: 'an appointment can be canceled',
      clause: 'CANCEL-1',
      fix: 'Cancel the appointment, keep its id, and answer 200.',
      writes: true,
      run: async session => {
        const { id } = await session.anAppointment();
        mustBeAbout(await session.cancel(id), id, 'the cancel', session);
      },
    },
    {
      name: 'a canceled slot is offered again',
      clause: 'CANCEL-2',
      fix: 'Give the seat back in the transaction that cancels.',
      writes: true,
      run: async session => {
        const { slot } = await aCanceled(session);
        if ((await session.seatsOffered(slot)) < slot.available)
          throw new CheckFailed('the slot of a canceled appointment is not offered again');
      },
    },
    {
      name: 'a second cancel is answered',
      clause: 'CANCEL-3',
      fix: 'Answer 200, or 409 `already_canceled`; never 5xx: the hub would ask again and again.',
      writes: true,
      run: async session => {
        const { id } = await aCanceled(session);
        const again = await session.cancel(id);
        if (!isSuccess(again) && !isRefusal(again)) throw new CheckFailed(`a second cancel was answered with ${described(again)}`);
      },
    },
    {
      name: 'a cancel of an unknown appointment is refused',
      clause: 'CANCEL-4',
      fix: 'Answer 404 to an id that you do not know.',
      writes: true,
      run: async session => {
        mustBeRefused(await session.cancel(UNKNOWN_ID), 'a cancel of an unknown appointment');
      },
    },
  ];
}

/** Both on one appointment, the soonest that can be had: the hospital may keep it. */
function cutoffChecks(): Check[] {
  const soonest: { booked: Booked | null } = { booked: null };
  return [
    {
      name: 'a move past the cutoff is refused, and why',
      clause: 'MOVE-7',
      fix: 'Answer 422 with code `reschedule_too_close`.',
      writes: true,
      run: async session => {
        soonest.booked = await theSoonest(session);
        mustSayTooClose(await session.move(soonest.booked.id, session.freeSlot()), 'reschedule', session);
      },
    },
    {
      name: 'a cancel past the cutoff is refused, and why',
      clause: 'CANCEL-5',
      fix: 'Answer 422 with code `cancel_too_close`.',
      writes: true,
      run: async session => {
        soonest.booked ??= await theSoonest(session);
        mustSayTooClose(await session.cancel(soonest.booked.id), 'cancel', session);
        session.acceptKept(soonest.booked.id);
      },
    },
  ];
}

function mustBeAbout(answer: Answer, id: string, what: string, session: Session): void {
  mustSucceed(answer, what);
  const named = appointmentIdOf(answer);
  if (named === null || named === id) return;
  session.remember(named);
  throw new CheckFailed(`${what} of appointment "${id}" was answered with appointment "${named}"`);
}

async function aCanceled(session: Session): Promise<Booked> {
  const booked = await session.anAppointment();
  if (!isSuccess(await session.cancel(booked.id))) throw new CheckSkipped('nothing could be canceled (see CANCEL-1)');
  return booked;
}

async function theSoonest(session: Session): Promise<Booked> {
  if (!session.options.triesCutoff)
    throw new CheckSkipped('it may leave an appointment that only staff can cancel: ask for it with --cutoff');
  const slot = session.soonestSlot();
  if (slot === null || slot.startMs > session.nowMs() + SOON_MS) throw new CheckSkipped('there is no free slot within 48 hours');
  const booking = session.aBooking(slot);
  const id = appointmentIdOf(await session.create(booking));
  if (id === null) throw new CheckSkipped('the soonest slot could not be booked');
  return { id, slot, reference: booking.reference };
}

function mustSayTooClose(answer: Answer, what: 'reschedule' | 'cancel', session: Session): void {
  if (isSuccess(answer)) throw new CheckSkipped('the soonest slot is still before the cutoff');
  mustBeRefused(answer, `a ${what} past the cutoff`);
  const code = textField(objectOf(answer.body), 'code', 'error') ?? '';
  const isKnown = code === `${what}_too_close` || code === `${what}_not_allowed`;
  if (!isKnown) session.warn(`the refusal has the code "${code.slice(0, 60)}"; the hub tells the patient why for \`${what}_too_close\``);
}
