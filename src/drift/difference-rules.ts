import { createHash } from 'node:crypto';
import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import { CLOCK_SKEW_MS } from '../appointments/own-change-rules.js';
import type { Aspect } from '../appointments/stamp-rules.js';
import type { DriftKind, DriftSide } from './drift-state.js';
import type { ListedRow } from './listed-row.js';

/** One appointment about which the hub and the hospital differ. */
export interface Difference {
  kind: DriftKind;
  /** The hub's; null: it knows none. */
  appointmentId: string | null;
  externalId: string;
  ours: DriftSide | null;
  theirs: DriftSide | null;
}

/** The hospital's calendar id by the hub's. */
export type ExternalIdOf = (calendarId: string | null) => string | null;

/**
 * What the hospital says of an appointment that is not so here; `stale`: it says so itself that this is older than what is known here.
 * null: they agree, as far as the hospital tells.
 */
export function differenceOf(ours: ComparedAppointment, theirs: ListedRow, externalIdOf: ExternalIdOf): Difference | 'stale' | null {
  const found = kindOf(ours, theirs);
  if (found === null) return null;
  if (found.aspects.every(aspect => isStale(theirs.updatedAt, ours, aspect))) return 'stale';
  return {
    kind: found.kind,
    appointmentId: ours.id,
    externalId: theirs.externalId,
    ours: sideOfOurs(ours, externalIdOf),
    theirs: sideOfTheirs(theirs),
  };
}

export function missingUpstream(ours: ComparedAppointment, externalIdOf: ExternalIdOf): Difference {
  const externalId = ours.externalId ?? '';
  return { kind: 'missing-upstream', appointmentId: ours.id, externalId, ours: sideOfOurs(ours, externalIdOf), theirs: null };
}

export function unknownHere(theirs: ListedRow): Difference {
  return { kind: 'unknown-here', appointmentId: null, externalId: theirs.externalId, ours: null, theirs: sideOfTheirs(theirs) };
}

/** The same for the same difference, whenever it is seen: a person who has dismissed it is not asked again. */
export function fingerprintOf({ kind, appointmentId, externalId, ours, theirs }: Difference): string {
  const side = (of: DriftSide | null): unknown => of && [of.status, of.start, of.calendarId, of.calendarExternalId];
  const text = JSON.stringify([kind, appointmentId, externalId, side(ours), side(theirs)]);
  return createHash('sha256').update(text).digest('base64url');
}

/** The status first: an appointment that is canceled there has no time that matters. */
function kindOf(ours: ComparedAppointment, theirs: ListedRow): { kind: DriftKind; aspects: Aspect[] } | null {
  const isOff = ours.status === 'CANCELED' || ours.status === 'FAILED';
  if (theirs.status === 'CANCELED') return isOff ? null : { kind: 'canceled-upstream', aspects: ['status'] };
  if (theirs.status === 'SHOW' && ours.status !== 'SHOW') return { kind: 'checked-in-upstream', aspects: ['status'] };
  if (isOff) return theirs.status === 'SCHEDULED' ? { kind: 'scheduled-upstream', aspects: ['status'] } : null;
  const hasMoved = theirs.startAt !== null && theirs.startAt.getTime() !== ours.startAt?.getTime();
  const hasOtherCalendar = theirs.calendarId !== undefined && theirs.calendarId !== ours.calendarId;
  const aspects: Aspect[] = [...(hasMoved ? (['start'] as const) : []), ...(hasOtherCalendar ? (['calendar'] as const) : [])];
  return aspects.length === 0 ? null : { kind: 'moved', aspects };
}

/** An event whose time nobody told was received then, and happened before: its time is no measure. */
function isStale(updatedAt: Date | null, ours: ComparedAppointment, aspect: Aspect): boolean {
  if (updatedAt === null) return false;
  const stamp = ours.stamps[aspect];
  if (stamp && !stamp.isApproximate && updatedAt.getTime() < Date.parse(stamp.at)) return true;
  const ownAt = aspect === 'status' ? ours.canceledAt : ours.rescheduledAt;
  const isOursLast = stamp === undefined || (ownAt !== null && Date.parse(stamp.at) < ownAt.getTime());
  return ownAt !== null && isOursLast && updatedAt.getTime() < ownAt.getTime() - CLOCK_SKEW_MS;
}

function sideOfOurs({ status, startAt, calendarId }: ComparedAppointment, externalIdOf: ExternalIdOf): DriftSide {
  return { status, start: startAt?.toISOString() ?? null, calendarId, calendarExternalId: externalIdOf(calendarId) };
}

function sideOfTheirs({ status, startAt, calendarId, calendarExternalId }: ListedRow): DriftSide {
  return { status, start: startAt?.toISOString() ?? null, calendarId: calendarId ?? null, calendarExternalId };
}
