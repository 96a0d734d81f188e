import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import { differenceOf, unknownHere, type Difference, type ExternalIdOf } from './difference-rules.js';
import type { DriftWindow } from './drift-state.js';
import type { ListedRow } from './listed-row.js';

export interface DriftQuestion {
  /** All of the window, and all that the list names. */
  ours: readonly ComparedAppointment[];
  theirs: readonly ListedRow[];
  /** When the list began to be read: what was changed here since is not compared. */
  readAt: Date;
  window: DriftWindow;
  /** The hub's ids of the calendars whose lists were read. */
  calendarIds: ReadonlySet<string>;
  externalIdOf: ExternalIdOf;
}

export interface DriftAnswer {
  differences: Difference[];
  /** Ours that the list must show, and does not. It may have gone to another time or calendar: the hospital is to be asked for each. */
  lacking: ComparedAppointment[];
  /** How many of ours the list must show. */
  known: number;
  /** Ours that were compared, and those that could not be. */
  compared: number;
  skipped: number;
}

/** Compares what the hub knows with what the hospital lists. The order of neither matters. */
export function compare({ ours, theirs, readAt, window, calendarIds, externalIdOf }: DriftQuestion): DriftAnswer {
  const byExternalId = new Map(theirs.map(row => [row.externalId, row]));
  const byReference = new Map(theirs.flatMap(row => (row.reference === null ? [] : [[row.reference.toLowerCase(), row]])));
  const answer: DriftAnswer = { differences: [], lacking: [], known: 0, compared: 0, skipped: 0 };
  const named = new Set<string>();
  for (const appointment of ours) {
    const row = appointment.externalId === null ? byReference.get(appointment.id) : byExternalId.get(appointment.externalId);
    if (row) named.add(row.externalId);
    if (appointment.isUnsettled || appointment.updatedAt >= readAt) {
      answer.skipped++;
      continue;
    }
    answer.compared++;
    const mustBeListed = isExpected(appointment, window, calendarIds);
    if (mustBeListed) answer.known++;
    if (!row) {
      if (mustBeListed) answer.lacking.push(appointment);
      continue;
    }
    const difference = differenceOf(appointment, row, externalIdOf);
    if (difference === 'stale') answer.skipped++;
    else if (difference) answer.differences.push(difference);
  }
  const open = ours.filter(appointment => appointment.isUnsettled && appointment.externalId === null);
  for (const row of theirs) if (!named.has(row.externalId) && isNews(row, open)) answer.differences.push(unknownHere(row));
  return answer;
}

function isExpected(
  { status, externalId, startAt, calendarId }: ComparedAppointment,
  window: DriftWindow,
  calendarIds: ReadonlySet<string>,
): boolean {
  const isThere = status === 'SCHEDULED' && externalId !== null && calendarId !== null && calendarIds.has(calendarId);
  return isThere && startAt !== null && startAt >= window.from && startAt < window.to;
}

/** It stands, and is no booking of ours whose answer is out. One that says nothing of its status may be anything. */
function isNews({ status, startAt, calendarId }: ListedRow, open: readonly ComparedAppointment[]): boolean {
  if (status !== 'SCHEDULED' && status !== 'SHOW') return false;
  return !open.some(booking => booking.startAt?.getTime() === startAt?.getTime() && (booking.calendarId ?? null) === (calendarId ?? null));
}
