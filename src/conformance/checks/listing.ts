import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { described, isSuccess, type Answer } from '../http/answer.js';
import { writtenInZone } from '../read/date-time.js';
import { field, idField, isObject, listOf } from '../read/fields.js';
import type { Booked, Session } from '../session.js';

const UNKNOWN_REFERENCE = '00000000-0000-4000-8000-000000000000';

/** The optional list: with it the hub finds out what became of a call whose answer was lost. */
export function listingChecks(): Check[] {
  return [
    {
      name: 'an unknown reference finds nothing',
      clause: 'LIST-3',
      fix: 'Filter by `external_reference`, and answer 200 with an empty list where there is none.',
      run: async session => {
        const items = await search(session, { external_reference: UNKNOWN_REFERENCE });
        if (items.length > 0) throw new CheckFailed(`an unknown reference found ${items.length} appointments`);
      },
    },
    {
      name: 'an appointment is found by its reference, also when canceled',
      clause: 'LIST-2',
      fix: 'Keep `external_reference` with the appointment, and list canceled ones, too.',
      writes: true,
      run: async session => {
        const booked = await session.anAppointment();
        mustContain(await search(session, { external_reference: booked.reference }), booked, 'by its reference');
        if (!isSuccess(await session.cancel(booked.id))) throw new CheckSkipped('nothing could be canceled (see CANCEL-1)');
        mustContain(await search(session, { external_reference: booked.reference }), booked, 'by its reference once canceled');
      },
    },
    {
      name: 'a calendar’s appointments are listed from a start to before an end',
      clause: 'LIST-4',
      fix: 'List all with `from` ≤ start < `to`, with `updated_at`, and link further pages.',
      writes: true,
      run: async session => {
        const booked = await session.anAppointment();
        const { calendarId, timezone } = session.getPlace();
        const { startMs, endMs } = booked.slot;
        const [from, to] = [writtenInZone(startMs, timezone), writtenInZone(endMs, timezone)];
        const found = await search(session, { calendar_id: calendarId, from, to });
        mustContain(found, booked, 'between its start and its end');
        const before = writtenInZone(startMs - 86_400_000, timezone);
        const earlier = await search(session, { calendar_id: calendarId, from: before, to: from });
        if (idsOf(earlier).includes(booked.id)) throw new CheckFailed('`to` does not leave out what starts at that moment');
        const lacks = found.some(item => isObject(item) && field(item, 'updatedAt') === undefined);
        if (lacks) session.warn('listed appointments lack `updated_at`, by which the hub tells what is newer');
      },
    },
  ];
}

async function search(session: Session, filter: Record<string, string>): Promise<unknown[]> {
  const answer: Answer = await session.send({ method: 'GET', path: `/appointments?${new URLSearchParams(filter).toString()}` });
  if ([404, 405, 501].includes(answer.status)) {
    throw new CheckSkipped('`GET appointments` is not offered; with it, lost answers and drift are found out without a person');
  }
  const items = listOf(answer.body);
  if (answer.status !== 200 || items === null)
    throw new CheckFailed(`GET appointments was answered with ${described(answer)} and holds no list`);
  return items;
}

function mustContain(items: readonly unknown[], { id }: Booked, how: string): void {
  if (!idsOf(items).includes(id)) throw new CheckFailed(`the appointment is not found ${how}`);
}

function idsOf(items: readonly unknown[]): (string | null)[] {
  return items.map(item => (isObject(item) ? idField(item, 'appointmentId', 'id') : null));
}
