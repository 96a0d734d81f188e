import type { ReportedPatient } from '../contacts/reported-patient.js';
import { valueOf, type EventFields } from './event-fields.js';
import {
  readDateOfBirth,
  readEmail,
  readEventId,
  readEventText,
  readExternalReference,
  readGender,
  readMoment,
  readOccurrence,
  readPersonName,
  readPhoneText,
} from './event-value-rules.js';

/** Characters; what is longer is cut. */
const MAX_NAME = 200;
const MAX_REASON = 1_000;
const MAX_QUEUE_NUMBER = 50;

export interface ParsingContext {
  /** The hub's id of the event. */
  id: string;
  /** The same for every delivery of the event. */
  identity: string;
  /** Of the first delivery. */
  receivedAt: Date;
  /** IANA, the facility's: for an `occurred_at` without offset. */
  timezone: string;
  /** IANA, of the hospital's calendar, else the facility's; for a `datetime` without offset. null: the event names no calendar. */
  zoneOfCalendar: (calendarExternalId: string | null) => string;
}

/** What came of each field. */
export type ToldEvent = ReturnType<typeof readEventFields>;

/** Everything is read, whatever the event: the vendor's dry run shows it. */
export function readEventFields(fields: EventFields, { receivedAt, timezone, zoneOfCalendar }: ParsingContext) {
  const calendarId = fields.read('calendarId', readEventId);
  return {
    eventId: fields.read('eventId', readEventId),
    appointmentId: fields.read('appointmentId', readEventId),
    datetime: fields.read('datetime', written => readMoment(written, () => zoneOfCalendar(valueOf(calendarId)))),
    calendarId,
    appointmentTypeId: fields.read('appointmentTypeId', readEventId),
    externalReference: fields.read('externalReference', readExternalReference),
    queueNumber: fields.read('queueNumber', written => readEventText(written, MAX_QUEUE_NUMBER)),
    reason: fields.read('reason', written => readEventText(written, MAX_REASON)),
    occurredAt: fields.read('occurredAt', written => readOccurrence(written, () => timezone)),
    patientId: fields.read('patientId', readEventId),
    temporaryPatientId: fields.read('temporaryPatientId', readEventId),
    name: fields.read('name', written => readPersonName(written, MAX_NAME)),
    dateOfBirth: fields.read('dateOfBirth', written => readDateOfBirth(written, receivedAt)),
    phone: fields.read('phone', readPhoneText),
    email: fields.read('email', readEmail),
    gender: fields.read('gender', readGender),
    nationalId: fields.read('nationalId', readEventId),
  };
}

export function patientOf(told: ToldEvent): ReportedPatient {
  return {
    patientId: withoutPlaceholder(valueOf(told.patientId)),
    temporaryPatientId: withoutPlaceholder(valueOf(told.temporaryPatientId)),
    name: valueOf(told.name),
    dateOfBirth: valueOf(told.dateOfBirth),
    phone: valueOf(told.phone),
    email: valueOf(told.email),
    gender: valueOf(told.gender),
    nationalId: valueOf(told.nationalId),
  };
}

/** What systems write where there is no id: taken for one, it would make one person of all who have none. */
function withoutPlaceholder(id: string | null): string | null {
  return id !== null && /^(0+|-+|n\/?a|none|null|nil|undefined|unknown)$/i.test(id) ? null : id;
}

export function appointmentOf(told: ToldEvent) {
  return {
    externalReference: valueOf(told.externalReference),
    start: valueOf(told.datetime),
    calendarExternalId: valueOf(told.calendarId),
    appointmentTypeExternalId: valueOf(told.appointmentTypeId),
    queueNumber: valueOf(told.queueNumber),
    reason: valueOf(told.reason),
  };
}
