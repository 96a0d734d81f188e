import { checkEach, difference, type Check } from './check.js';
import { isSame, type Clinic, type ClinicBooking } from './clinic.js';
import type { Request, ToldStory } from './platform.js';
import type { AppointmentView, Records } from './records.js';

/** What must hold of the facility whose patients book by chat: the clinic's books are the truth, whatever was answered, lost or killed. */
export function clinicChecks(clinic: Clinic, told: readonly ToldStory[], records: Records): Check[] {
  const byPhone = Map.groupBy(clinic.bookings, ({ phone }) => phone);
  const of = ({ story }: ToldStory): ClinicBooking[] => byPhone.get(story.phone) ?? [];
  const appointments = new Map(records.appointments.map(row => [row.id, row]));
  return [
    ...bookingChecks(told, of, appointments),
    checkEach('the clinic was asked once to book for each key', [...clinic.calls], ([phone, times]) =>
      times === 1 ? null : `${keyOf(told, phone)}: ${times} times`,
    ),
    { name: 'no slot was booked twice', checked: clinic.bookings.length, wrong: clinic.doubled.map(({ reference }) => reference) },
    ...changeChecks(told, of),
    ...stateChecks(clinic, records, appointments),
  ];
}

function bookingChecks(
  told: readonly ToldStory[],
  of: (story: ToldStory) => ClinicBooking[],
  appointments: ReadonlyMap<string, AppointmentView>,
): Check[] {
  const bookings = told.flatMap(story => story.requests.slice(0, 1).map(request => ({ request, booked: of(story) })));
  return [
    checkEach('each booking was answered', bookings, ({ request }) => (request.said.length > 0 ? null : request.key)),
    checkEach(
      'no two answers to one key contradict each other',
      told.flatMap(({ requests }) => requests),
      ({ key, said }) => {
        const ids = new Set(said.flatMap(({ appointmentId }) => appointmentId ?? []));
        // Who was told 202 is to look again. A refusal that names no appointment is none of the key's: nothing was begun, and a twin still may.
        const isYes = said.some(({ status }) => status === 200 || status === 201);
        const isNo = said.some(({ status, appointmentId }) => status >= 400 && appointmentId !== null);
        return ids.size <= 1 && !(isYes && isNo) ? null : `${key}: ${said.map(({ status, code }) => `${status} ${code ?? ''}`).join(', ')}`;
      },
    ),
    checkEach('each 201 is in the books, once', bookings.filter(isAnswered(201)), ({ request, booked }) => {
      const isRight = booked.length === 1 && booked[0]?.reference === idOf(request);
      return isRight ? null : `${request.key}: ${booked.length} bookings`;
    }),
    checkEach('each 202 came to an end that is true', bookings.filter(isAnswered(202)), ({ request, booked }) => {
      const status = appointments.get(idOf(request) ?? '')?.status ?? 'none';
      return (status === 'FAILED' ? 0 : 1) === booked.length ? null : `${request.key}: ${status}, ${booked.length} bookings`;
    }),
    checkEach(
      'no refusal was booked',
      bookings.filter(({ request }) => isRefused(request)),
      ({ request, booked }) => (booked.length === 0 ? null : `${request.key}: ${codesOf(request)}, ${booked.length} bookings`),
    ),
  ];
}

function changeChecks(told: readonly ToldStory[], of: (story: ToldStory) => ClinicBooking[]): Check[] {
  const changes = told.flatMap(story => story.requests.slice(1).map(request => ({ request, booking: of(story)[0] })));
  const isDone = ({ kind, to }: Request, booking: ClinicBooking | undefined): boolean =>
    kind === 'cancel' ? booking?.status === 'canceled' : booking?.slots.some(slot => to !== null && isSame(slot, to)) === true;
  return [
    checkEach('each change that was answered with 200 was made', changes.filter(isAnswered(200)), ({ request, booking }) =>
      isDone(request, booking) ? null : request.key,
    ),
    checkEach(
      'no change that was refused was made',
      changes.filter(({ request }) => isRefused(request)),
      ({ request, booking }) => (isDone(request, booking) ? `${request.key}: ${codesOf(request)}` : null),
    ),
  ];
}

function stateChecks(clinic: Clinic, { appointments, calendars, timeline }: Records, byId: ReadonlyMap<string, AppointmentView>): Check[] {
  const entries = Map.groupBy(timeline, entry => entry.appointmentId);
  const made = appointments.filter(({ status }) => status !== 'FAILED');
  return [
    checkEach('each appointment is as the clinic has it', clinic.bookings, booking => {
      const row = byId.get(booking.reference);
      const fields = row ? differingFields(booking, row, calendars) : ['none'];
      return fields.length === 0 ? null : `${booking.reference}: ${fields.join(', ')}`;
    }),
    {
      name: 'no appointment besides at the clinic',
      checked: made.length,
      wrong: difference(clinic.bookings.length, made.length, 'appointments'),
    },
    checkEach('each revision is one change', appointments, ({ id, revision }) => {
      const told = (entries.get(id) ?? []).filter(entry => entry.isChange);
      // A refusal is one where its caller had been told 202 before; else it is the answer, and nothing was to be told.
      const refusals = told.filter(({ type }) => type === 'booking-refused').length;
      const isRight = told.length === revision || told.length - refusals === revision;
      return isRight ? null : `${id}: revision ${revision}, ${told.length} changes`;
    }),
    checkEach('nothing is left to a person', appointments, ({ id, needsReview, reviewReason }) =>
      needsReview ? `${id}: ${reviewReason ?? ''}` : null,
    ),
  ];
}

function differingFields(booking: ClinicBooking, row: AppointmentView, calendars: Records['calendars']): string[] {
  const pairs: [field: string, wanted: unknown, is: unknown][] = [
    ['status', booking.status.toUpperCase(), row.status],
    ['start', booking.slot.startMs, row.start === null ? null : Date.parse(row.start)],
    ['calendarId', booking.slot.calendar, calendars.get(row.calendarId ?? '')],
    ['appointmentId', booking.id, row.appointmentId],
    ['pendingChange', null, row.pendingChange],
  ];
  return pairs.flatMap(([field, ought, is]) => (ought === is ? [] : [field]));
}

function isAnswered(status: number): (of: { request: Request }) => boolean {
  return ({ request }) => request.said.some(said => said.status === status);
}

function isRefused({ said }: Request): boolean {
  return said.length > 0 && said.every(({ status }) => status >= 400);
}

function codesOf({ said }: Request): string {
  return said.map(({ status, code }) => code ?? status).join(', ');
}

function idOf({ said }: Request): string | null {
  return said.find(({ status }) => status < 300)?.appointmentId ?? null;
}

function keyOf(told: readonly ToldStory[], phone: string): string {
  return told.find(({ story }) => story.phone === phone)?.requests[0]?.key ?? 'nobody';
}
