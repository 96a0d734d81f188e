import type { AppointmentStatus } from './appointment-state.js';
import type { Echo } from './event-echo-rules.js';
import type { AppointmentEventType, AppointmentHospitalEvent } from './hospital-event.js';
import { orderOf, stampOf, type Aspect, type Order, type Stamp, type Stamps } from './stamp-rules.js';

/** What an event changed of a record: names as the API spells them. What is the patient's own shows no values. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** What of an appointment an event may change. Ids are the hub's. */
export interface AppointmentFacts {
  status: AppointmentStatus;
  startAt: Date | null;
  calendarId: string | null;
  appointmentTypeId: string | null;
  queueNumber: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  needsReview: boolean;
  reviewReason: string | null;
  stamps: Stamps;
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

/** What the patient is to be told. `start` null: "the hospital will confirm the time". */
export interface Telling {
  kind: 'booked' | 'rescheduled' | 'canceled';
  start: Date | null;
}

export interface EventEffect {
  outcome: 'applied' | 'duplicate' | 'superseded';
  reason: 'echo' | 'nothing-new' | 'older' | null;
  /** The appointment afterwards. */
  after: AppointmentFacts;
  /** Its stamps moved on, or more. */
  hasChanged: boolean;
  /** Status, start or calendar really changed. */
  isRevision: boolean;
  isTie: boolean;
  /** Without times of their own nobody can tell which of two changes is the later one: the hospital's list may. */
  isInDoubt: boolean;
  telling: Telling | null;
}

/** By how much a hospital's clock may differ from ours. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** How long after our call the hospital may date what it caused. */
const ECHO_DELAY_MS = 60_000;

type Value = Pick<
  AppointmentFacts,
  'status' | 'startAt' | 'calendarId' | 'appointmentTypeId' | 'queueNumber' | 'patientId' | 'temporaryPatientId'
>;

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
 * known. The echo of a call of ours says nothing of what a later call has changed again. `listed` settles what is in doubt, and a time that the event does not tell.
 */
export function effectOf(event: EventFacts, before: AppointmentFacts, { echo, isNew, listed, ownChanges }: EffectContext): EventEffect {
  const stamp = stampOf(event);
  const after = factsOnly(before);
  const orders: Order[] = [];
  for (const [aspect, said] of Object.entries(carriedBy(completed(event, echo))) as [Aspect, Partial<Value>][]) {
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
    hasChanged: changesValues || orders.some(order => order.isNewer),
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

/**
 * Where the hospital gave our own change no time, an event that is dated well before it was sent does not undo it, but nobody can be
 * sure: clocks differ.
 */
function afterOwnChange(order: Order, event: Stamp, present: Stamp | undefined, sentAt: Date | undefined): Order {
  if (!order.isNewer || event.isApproximate || sentAt === undefined) return order;
  const isBefore = Date.parse(event.at) < sentAt.getTime() - CLOCK_SKEW_MS;
  const isOursLast = present === undefined || Date.parse(present.at) < sentAt.getTime();
  return isBefore && isOursLast ? { isNewer: false, isTie: false, isInDoubt: true } : order;
}

/** An event that says the same as an old call of ours, but happened after the last one, is the staff's all the same. */
function isOutdated(event: Stamp, lastSentAt: Date | undefined): boolean {
  if (lastSentAt === undefined) return false;
  return event.isApproximate || Date.parse(event.at) <= lastSentAt.getTime() + ECHO_DELAY_MS;
}

/** Of what may be a whole row. */
function factsOnly(row: AppointmentFacts): AppointmentFacts {
  const { status, startAt, calendarId, appointmentTypeId, queueNumber, patientId, temporaryPatientId } = row;
  const { needsReview, reviewReason, stamps } = row;
  const values = { status, startAt, calendarId, appointmentTypeId, queueNumber, patientId, temporaryPatientId };
  return { ...values, needsReview, reviewReason, stamps: { ...stamps } };
}

/** Doubt matters only where it would make a difference, and ends where the hospital's list has the answer. */
function settled(
  aspect: Aspect,
  order: Order,
  said: Partial<Value>,
  before: AppointmentFacts,
  listed: ListedFacts | null,
): { order: Order; value: Partial<Value> } {
  const isInDoubt = order.isInDoubt && differs(said, before);
  const answer = listed && (isInDoubt || said.startAt === null) ? listedValue(aspect, listed) : null;
  return answer
    ? { order: { ...order, isNewer: order.isNewer || isInDoubt, isInDoubt: false }, value: answer }
    : { order: { ...order, isInDoubt }, value: said };
}

function listedValue(aspect: Aspect, listed: ListedFacts): Partial<Value> | null {
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
function carriedBy(event: EventFacts): Partial<Record<Aspect, Partial<Value>>> {
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

/** Reasons that the next event may take back: it is the hospital's word. */
const EVENTS_OWN_REASONS = new Set(['start-unknown', 'calendar-unknown', 'unknown-to-the-hospital']);

/** What only a person can settle. Another reason that stands there already stays. */
function review(after: AppointmentFacts, isInDoubt: boolean): void {
  const isOpen = after.status === 'SCHEDULED' || after.status === 'SHOW';
  const isOurs = after.reviewReason === null || EVENTS_OWN_REASONS.has(after.reviewReason);
  if (!isOurs) return;
  if (isInDoubt) setReview(after, 'order-uncertain');
  else if (isOpen && after.startAt === null) setReview(after, 'start-unknown');
  else if (isOpen && after.calendarId === null && after.stamps.calendar !== undefined) setReview(after, 'calendar-unknown');
  else setReview(after, null);
}

function setReview(after: AppointmentFacts, reason: string | null): void {
  after.needsReview = reason !== null;
  after.reviewReason = reason;
}

/** Nothing that was changed again meanwhile, and no time that may be an old one. */
function tellingOf(
  type: AppointmentEventType,
  before: AppointmentFacts,
  after: AppointmentFacts,
  isNew: boolean,
  isInDoubt: boolean,
): Telling | null {
  const start = isInDoubt || after.reviewReason === 'order-uncertain' ? null : after.startAt;
  switch (after.status) {
    case 'CANCELED':
      return before.status === 'CANCELED' && !isNew ? null : { kind: 'canceled', start };
    case 'SCHEDULED': {
      const isFilledOnly = before.status === 'SCHEDULED' && isSameTime(before.startAt, after.startAt) && before.calendarId === null;
      if (isFilledOnly && !isNew) return null;
      return { kind: type !== 'appointmentRescheduled' && (isNew || before.status !== 'SCHEDULED') ? 'booked' : 'rescheduled', start };
    }
    case 'SHOW':
    case 'PENDING':
    case 'FAILED':
      return null;
  }
}

function differs(value: Partial<Value>, present: Value): boolean {
  return (
    (value.status !== undefined && value.status !== present.status) ||
    (value.startAt !== undefined && !isSameTime(value.startAt, present.startAt)) ||
    (value.calendarId !== undefined && value.calendarId !== present.calendarId) ||
    (value.appointmentTypeId !== undefined && value.appointmentTypeId !== present.appointmentTypeId) ||
    (value.queueNumber !== undefined && value.queueNumber !== present.queueNumber) ||
    (value.patientId !== undefined && value.patientId !== present.patientId) ||
    (value.temporaryPatientId !== undefined && value.temporaryPatientId !== present.temporaryPatientId)
  );
}

function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
