import type { EventTime, HospitalEvent, HospitalEventType } from '../appointments/hospital-event.js';
import type { JsonObject } from '../schedulers/botmd/fields.js';
import { EventFields, valueOf, type Reading } from './event-fields.js';
import { appointmentOf, patientOf, readEventFields, type ParsingContext, type ToldEvent } from './event-reading-rules.js';
import type { RejectionReason } from './event-rejection-rules.js';
import { typeNamed } from './event-type-rules.js';

export type ParsedEvent = AcceptedEvent | RejectedEvent;

export interface AcceptedEvent {
  kind: 'event';
  event: HospitalEvent;
  flags: ('approximate' | 'clamped')[];
  /** The canonical names of the fields that were found and read. */
  fields: string[];
}

/** The sender's fault; what could be read is there for the log. */
export interface RejectedEvent {
  kind: 'rejected';
  type: HospitalEventType | null;
  reason: RejectionReason;
  occurredAt: Date | null;
  externalId: string | null;
  fields: string[];
}

/** Reads a webhook's body as the contract says under "Webhooks". Never throws, whatever the body holds. */
export function parseEvent(object: JsonObject, context: ParsingContext): ParsedEvent {
  const fields = new EventFields(object);
  const told = readEventFields(fields, context);
  const type = eventTypeOf(fields, told);
  const { time, flags } = eventTime(told.occurredAt, context.receivedAt);
  const accepted = (event: HospitalEvent): ParsedEvent => ({ kind: 'event', event, flags, fields: fields.readNames() });
  const rejected = (reason: RejectionReason): ParsedEvent => ({
    kind: 'rejected',
    type: isEventType(type) ? type : null,
    reason,
    occurredAt: told.occurredAt.state === 'read' ? time.at : null,
    externalId: valueOf(told.appointmentId),
    fields: fields.readNames(),
  });
  if (!isEventType(type)) return rejected(type);
  const base = { id: context.id, identity: context.identity, time, receivedAt: context.receivedAt, patient: patientOf(told) };
  if (type === 'patientCreated') {
    const reason = problemOfAny(told) ?? (isTied(told) ? null : 'patient-ids-missing');
    return reason === null ? accepted({ ...base, type }) : rejected(reason);
  }
  if (told.appointmentId.state === 'absent') return rejected('appointment-id-missing');
  if (told.appointmentId.state === 'unreadable') return rejected('appointment-id-invalid');
  if (told.datetime.state === 'unreadable') return rejected('datetime-invalid');
  const reason = problemOfAny(told);
  return reason === null ? accepted({ ...base, type, externalId: told.appointmentId.value, ...appointmentOf(told) }) : rejected(reason);
}

/**
 * The first name that is known, so that `"type": "appointment", "action": "scheduled"` is understood. Without any name, a body with
 * both ids of a patient and none of an appointment is `patientCreated`.
 */
function eventTypeOf(fields: EventFields, told: ToldEvent): HospitalEventType | 'unknown-event' | 'event-name-missing' {
  const names = fields.eventNames();
  const known = names.map(typeNamed).find(type => type !== null);
  if (known !== undefined) {
    fields.noteEventName();
    return known;
  }
  if (names.length > 0) return 'unknown-event';
  const areBothIdsThere = told.patientId.state !== 'absent' && told.temporaryPatientId.state !== 'absent';
  return areBothIdsThere && told.appointmentId.state === 'absent' ? 'patientCreated' : 'event-name-missing';
}

function isEventType(type: ReturnType<typeof eventTypeOf>): type is HospitalEventType {
  return type !== 'unknown-event' && type !== 'event-name-missing';
}

/** The time that was told, never after the receipt; the time of receipt where none was. */
function eventTime(occurredAt: Reading<Date>, receivedAt: Date): { time: EventTime; flags: AcceptedEvent['flags'] } {
  if (occurredAt.state !== 'read') return { time: { at: receivedAt, isApproximate: true }, flags: ['approximate'] };
  if (occurredAt.value > receivedAt) return { time: { at: receivedAt, isApproximate: false }, flags: ['clamped'] };
  return { time: { at: occurredAt.value, isApproximate: false }, flags: [] };
}

/** What spoils any event. */
function problemOfAny(told: ToldEvent): RejectionReason | null {
  if (told.occurredAt.state === 'unreadable') return 'occurred-at-invalid';
  const isAnIdUnreadable = told.patientId.state === 'unreadable' || told.temporaryPatientId.state === 'unreadable';
  return isAnIdUnreadable ? 'patient-id-invalid' : null;
}

/** A permanent id, and something by which the contract's rules can find whose it is: else it would be tied to nobody. */
function isTied({ patientId, temporaryPatientId, nationalId, phone, dateOfBirth, name }: ToldEvent): boolean {
  const hasPhone = phone.state === 'read' && (dateOfBirth.state === 'read' || name.state === 'read');
  return patientId.state === 'read' && (temporaryPatientId.state === 'read' || nationalId.state === 'read' || hasPhone);
}
