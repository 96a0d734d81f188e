import type { Check } from '../../storm/check.js';
import type { EvilClinic } from './evil-clinic.js';
import { knownMs, type AppointmentRow, type FaultRecords, type OutcomeRow } from './fault-records.js';
import type { HospitalBooking } from './hospital-books.js';
import type { Told } from './platform.js';

/** What was done, and what was answered. */
export interface FaultRun {
  clinics: readonly EvilClinic[];
  /** While the hospitals were evil. */
  told: readonly Told[];
  /** Those whose booking had been refused, once more, after the hospitals had recovered. */
  toldAgain: readonly Told[];
  /** When the hospitals became well, by the hub's clock. */
  recoveredAt: Date;
}

const RESOLVED_WITHIN_MS = 60_000;
/** Where it rests on two live reads of a seat. */
const SEEN_WITHIN_MS = 90_000;
/** The hospitals that leave the hub with nothing to learn an outcome by, but for what they tell by themselves. */
const MAY_END_WITH_A_PERSON = new Set(['echoes', 'none']);

/** What must hold of bookings, whatever the hospitals do. */
export function checkFaults(run: FaultRun, records: FaultRecords): Check[] {
  const rows = new Map(records.appointments.map(row => [row.id, row]));
  const books = new Map(run.clinics.map(clinic => [clinic.facilityId, clinic]));
  const made = run.clinics.flatMap(({ hospital }) => hospital.books.bookings);
  // Ids of hospitals are alike, references are not.
  const byReference = Map.groupBy(made, booking => booking.reference);
  return [
    ...bookChecks(run.clinics, made, rows),
    ...answerChecks(run, byReference),
    ...truthChecks(run, records, rows, byReference),
    ...messageChecks(run, records, rows, byReference),
    ...outcomeChecks(run, records.outcomes, books),
    { name: 'no seat is held by what is decided', checked: rows.size, wrong: records.leftClaims },
  ];
}

function bookChecks(clinics: readonly EvilClinic[], made: readonly HospitalBooking[], rows: ReadonlyMap<string, AppointmentRow>): Check[] {
  const byPatient = clinics.flatMap(({ facilityId, hospital }) =>
    [...Map.groupBy(hospital.books.bookings, booking => booking.start)].map(([start, bookings]) => ({ facilityId, start, bookings })),
  );
  return [
    // Each start is one patient's, whichever key they booked it with.
    checkEach('no patient is booked twice', byPatient, ({ facilityId, start, bookings }) =>
      bookings.length === 1 ? null : `${facilityId} ${start}: ${bookings.map(({ reference }) => reference).join(', ')}`,
    ),
    checkEach('no booking is lost', made, ({ id, reference }) => {
      const row = rows.get(reference);
      if (!row) return `${reference}: not in the hub`;
      const isKnown = row.status === 'SCHEDULED' ? row.externalId === id : row.status === 'PENDING' && row.needsReview;
      return isKnown ? null : `${reference}: at the hospital ${id}, in the hub ${row.status} ${row.externalId ?? ''}`;
    }),
  ];
}

function answerChecks({ told, toldAgain }: FaultRun, byReference: ReadonlyMap<string, HospitalBooking[]>): Check[] {
  const isMade = ({ appointmentId }: Told): boolean => byReference.has(appointmentId ?? '');
  const all = [...told, ...toldAgain];
  const [yes, no] = [all.filter(({ status }) => status === 201), all.filter(({ status }) => status >= 400)];
  return [
    checkEach('each 201 is at the hospital', yes, one => (isMade(one) ? null : String(one.appointmentId))),
    checkEach('what was refused is not at the hospital', no, one => (isMade(one) ? `${String(one.appointmentId)}: ${one.status}` : null)),
    checkEach('every answer is one of the contract', all, ({ status, code, booking }) =>
      [201, 202, 409, 502, 503, 504].includes(status) ? null : `${booking.n}: ${status} ${code ?? ''}`,
    ),
    checkEach('who was refused is booked once the hospital is well', toldAgain, one =>
      one.status < 300 && isMade(one)
        ? null
        : `${one.booking.n} (${one.clinic.way}, ${one.booking.evil ?? 'good'}): ${one.status} ${one.code ?? ''}`,
    ),
  ];
}

/** The platform was told 202, and learns what is true by reading the appointment, and by the feed. */
function truthChecks(
  { told, toldAgain }: FaultRun,
  { shown, fed }: FaultRecords,
  rows: ReadonlyMap<string, AppointmentRow>,
  byReference: ReadonlyMap<string, HospitalBooking[]>,
): Check[] {
  const pending = [...told, ...toldAgain].filter(({ status }) => status === 202);
  return [
    checkEach('each 202 becomes the truth', pending, ({ appointmentId, clinic, booking }) => {
      const view = shown.get(appointmentId ?? '');
      const [made] = byReference.get(appointmentId ?? '') ?? [];
      if (view?.status === 'SCHEDULED' && made?.id === view.appointmentId) return null;
      if (view?.status === 'FAILED' && !made) return null;
      if (view?.status === 'PENDING' && view.needsReview && MAY_END_WITH_A_PERSON.has(clinic.way)) return null;
      return `${String(appointmentId)} (${clinic.way}, ${booking.evil ?? 'good'}): ${view?.status ?? 'not shown'}, ${made ? 'booked' : 'not booked'}`;
    }),
    checkEach('the feed tells the truth last', pending, ({ appointmentId }) => {
      const row = rows.get(appointmentId ?? '');
      const revision = fed.get(appointmentId ?? '');
      return row?.revision === revision ? null : `${String(appointmentId)}: revision ${row?.revision ?? 'none'}, fed ${revision ?? 'none'}`;
    }),
  ];
}

function messageChecks(
  { told, toldAgain }: FaultRun,
  { messages }: FaultRecords,
  rows: ReadonlyMap<string, AppointmentRow>,
  byReference: ReadonlyMap<string, HospitalBooking[]>,
): Check[] {
  const answered = new Set([...told, ...toldAgain].filter(({ status }) => status === 202).map(({ appointmentId }) => appointmentId));
  const kinds = Map.groupBy(messages, message => message.appointmentId);
  return [
    checkEach('nobody is told an untruth', messages, ({ appointmentId, kind }) => {
      const isTrue = kind === 'booked' ? byReference.has(appointmentId) : kind === 'notBooked' && !byReference.has(appointmentId);
      return isTrue ? null : `${appointmentId}: ${kind}`;
    }),
    checkEach('each is told once what is known', [...rows.values()], ({ id, status }) => {
      const expected = status === 'SCHEDULED' ? ['booked'] : status === 'FAILED' && answered.has(id) ? ['notBooked'] : [];
      const is = (kinds.get(id) ?? []).map(message => message.kind);
      return is.join() === expected.join() ? null : `${id}: ${status}, told ${is.join() || 'nothing'}`;
    }),
    checkEach('each message is out', messages, ({ appointmentId, kind, status }) =>
      status === 'sent' ? null : `${appointmentId}: ${kind} ${status}`,
    ),
  ];
}

function outcomeChecks({ recoveredAt }: FaultRun, outcomes: readonly OutcomeRow[], books: ReadonlyMap<string, EvilClinic>): Check[] {
  return [
    checkEach('each unknown outcome is resolved in time', outcomes, outcome => {
      const { appointmentId, facilityId, sinceMs, endedBy } = outcome;
      const clinic = books.get(facilityId);
      const ms = knownMs(outcome);
      if (ms === null) return `${appointmentId} (${clinic?.way ?? ''}): still open`;
      // One that began later, at a well hospital that was slow, has its own time.
      const wellMs = Math.max(wellFromMs(clinic, recoveredAt), sinceMs);
      const restsOnSeats = endedBy === 'seen-free' || (endedBy === 'needs-review' && clinic?.way === 'none');
      const limitMs = restsOnSeats ? SEEN_WITHIN_MS : RESOLVED_WITHIN_MS;
      return ms <= wellMs + limitMs
        ? null
        : `${appointmentId} (${clinic?.way ?? ''}): ${endedBy ?? ''} ${Math.round((ms - wellMs) / 1_000)} s after recovery`;
    }),
    checkEach('a person is asked only where nothing else can tell', outcomes, ({ appointmentId, facilityId, endedBy }) => {
      const way = books.get(facilityId)?.way ?? '';
      return endedBy === 'needs-review' && !MAY_END_WITH_A_PERSON.has(way) ? `${appointmentId} (${way})` : null;
    }),
  ];
}

/** A hospital that asks to be left alone is well when that time is over. */
export function wellFromMs(clinic: EvilClinic | undefined, recoveredAt: Date): number {
  return Math.max(recoveredAt.getTime(), clinic?.askedToWaitUntil?.getTime() ?? 0);
}

function checkEach<T>(name: string, items: readonly T[], problemOf: (item: T) => string | null): Check {
  return { name, checked: items.length, wrong: items.map(problemOf).filter(problem => problem !== null) };
}
