import { differs, factsOnly, isSameTime, type AppointmentFacts, type FactValues } from './appointment-facts.js';
import type { AppointmentStatus } from './appointment-state.js';
import type { Echo } from './event-echo-rules.js';
import { review } from './event-review-rules.js';
import { tellingOf, type Telling } from './event-telling-rules.js';
import type { AppointmentEventType, AppointmentHospitalEvent } from './hospital-event.js';
import { afterOwnChange, isOutdated } from './own-change-rules.js';
import { orderOf, stampOf, type Aspect, type Order } from './stamp-rules.js';

/** What an event changed of a record: names as the API spells them. What is the patient's own shows no values. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** The event, its calendar and type in the hub's ids: undefined where it names none, null where the hub knows no such one. */
export interface EventFacts extends Pick<AppointmentHospitalEvent, 'type' | 'identity' | 'time' | 'start' | 'queueNumber'> {
  calendarId: string | null | undefined;
  appointmentTypeId: string | null | undefined;
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** What the hospital's own list says of the appointment now. */
export type ListedFacts = Pick<AppointmentFacts, 'status' | 'startAt' | 'calendarId'>;

/** What is known besides the event and the appointment. */
export interface EffectContext {
  /** The call of ours that the event is the echo of. */
  echo: Echo | null;
  /** Nobody knew the appointment. */
  isNew: boolean;
  listed: ListedFacts | null;
  /** When our own calls last changed each aspect. */
  ownChanges: ReadonlyMap<Aspect, Date>;
}

export interface EventEffect {
  outcome: 'applied' | 'duplicate' | 'superseded';
  reason: 'echo' | 'nothing-new' | 'older' | null;
  /** The appointment afterwards. */
  after: AppointmentFacts;
  /** Status, start or calendar really changed. */
  isRevision: boolean;
  isTie: boolean;
  /** Without times of their own nobody can tell which of two changes is the later one: the hospital's list may. */
  isInDoubt: boolean;
  telling: Telling | null;
}

const STATUS_AFTER: Record<AppointmentEventType, AppointmentStatus> = {
  appointmentCreated: 'SCHEDULED',
  appointmentRescheduled: 'SCHEDULED',
  Queued: 'SHOW',
  appointmentCanceled: 'CANCELED',
};

/** Of an appointment that nobody knew: nothing vouches for any aspect of it. */
export function unknownAppointment(event: Pick<EventFacts, 'type'>): AppointmentFacts {
  return {
    status: STATUS_AFTER[event.type],
    startAt: null,
    calendarId: null,
    appointmentTypeId: null,
    queueNumber: null,
    patientId: null,
    temporaryPatientId: null,
    needsReview: false,
    reviewReason: null,
    stamps: {},
  };
}

/**
 * What an event does to an appointment (contract, "Order"): each aspect that it carries and for which it is newer than what is
 * known. The echo of a call of ours says nothing of what a later call has changed again. `listed` settles what is in doubt, and a
 * time that the event does not tell.
 */
export function effectOf(event: EventFacts, before: AppointmentFacts, { echo, isNew, listed, ownChanges }: EffectContext): EventEffect {
  const stamp = stampOf(event);
  const after = factsOnly(before);
  const orders: Order[] = [];
  for (const [aspect, said] of Object.entries(carriedBy(completed(event, echo))) as [Aspect, Partial<FactValues>][]) {
    const known = orderOf(stamp, before.stamps[aspect]);
    const present = echo ? known : afterOwnChange(known, stamp, before.stamps[aspect], ownChanges.get(aspect));
    const { order, value } = settled(aspect, present, said, before, listed);
    orders.push(order);
    if (!order.isNewer || isOutdated(stamp, echo?.outdated.get(aspect))) continue;
    Object.assign(after, value);
    after.stamps[aspect] = stamp;
  }
  const isInDoubt = orders.some(order => order.isInDoubt);
  review(after, isInDoubt);
  const isRevision =
    isNew || after.status !== before.status || !isSameTime(after.startAt, before.startAt) || after.calendarId !== before.calendarId;
  const changesValues = isRevision || differs(after, before) || after.needsReview !== before.needsReview;
  return {
    ...verdict(changesValues, orders, echo),
    after,
    isRevision,
    isTie: orders.some(order => order.isTie),
    isInDoubt,
    telling: isRevision ? tellingOf(event.type, before, after, isNew, isInDoubt) : null,
  };
}

/** An echo that leaves out time or calendar means those of the call. */
function completed(event: EventFacts, echo: Echo | null): EventFacts {
  if (!echo) return event;
  const { startAt, calendarId } = echo.attempt;
  return { ...event, start: event.start ?? startAt, calendarId: event.calendarId ?? calendarId ?? undefined };
}

/** Doubt matters only where it would make a difference, and ends where the hospital's list has the answer. */
function settled(
  aspect: Aspect,
  order: Order,
  said: Partial<FactValues>,
  before: AppointmentFacts,
  listed: ListedFacts | null,
): { order: Order; value: Partial<FactValues> } {
  const isInDoubt = order.isInDoubt && differs(said, before);
  const answer = listed && (isInDoubt || said.startAt === null) ? listedValue(aspect, listed) : null;
  return answer
    ? { order: { ...order, isNewer: order.isNewer || isInDoubt, isInDoubt: false }, value: answer }
    : { order: { ...order, isInDoubt }, value: said };
}

function listedValue(aspect: Aspect, listed: ListedFacts): Partial<FactValues> | null {
  switch (aspect) {
    case 'status':
      return { status: listed.status };
    case 'start':
      return { startAt: listed.startAt };
    case 'calendar':
      return { calendarId: listed.calendarId };
    case 'type':
    case 'queue':
    case 'patientId':
    case 'temporaryPatientId':
      return null;
  }
}

function verdict(changesValues: boolean, orders: readonly Order[], echo: Echo | null): Pick<EventEffect, 'outcome' | 'reason'> {
  if (changesValues) return { outcome: 'applied', reason: null };
  if (echo) return { outcome: 'duplicate', reason: 'echo' };
  return { outcome: 'superseded', reason: orders.some(order => order.isNewer) ? 'nothing-new' : 'older' };
}

/** A creation and a change of time always say when, if only that it is not known; the others where they name it. */
function carriedBy(event: EventFacts): Partial<Record<Aspect, Partial<FactValues>>> {
  const isAboutTime = event.type === 'appointmentCreated' || event.type === 'appointmentRescheduled';
  return {
    status: { status: STATUS_AFTER[event.type] },
    ...(isAboutTime || event.start !== null ? { start: { startAt: event.start } } : {}),
    ...(event.calendarId === undefined ? {} : { calendar: { calendarId: event.calendarId } }),
    ...(event.appointmentTypeId === undefined ? {} : { type: { appointmentTypeId: event.appointmentTypeId } }),
    ...(event.type === 'Queued' && event.queueNumber !== null ? { queue: { queueNumber: event.queueNumber } } : {}),
    ...(event.patientId === null ? {} : { patientId: { patientId: event.patientId } }),
    ...(event.temporaryPatientId === null ? {} : { temporaryPatientId: { temporaryPatientId: event.temporaryPatientId } }),
  };
}
