import type { UpstreamAppointmentFilter, UpstreamListedAppointment } from '../scheduler.js';
import { readDateTime, readInstant } from './date-time.js';
import {
  WrongShapeError,
  field,
  firstField,
  isJsonObject,
  layeredField,
  readId,
  readText,
  unwrapList,
  unwrapObject,
  type JsonObject,
} from './fields.js';
import { ZoneClock } from './zone-offsets.js';

/** Characters. */
const MAX_QUEUE_NUMBER = 50;

const START_NAMES = ['datetime', 'dateTime', 'start', 'startTime'];

const STATUSES = new Map<string, UpstreamListedAppointment['status']>([
  ['scheduled', 'scheduled'],
  ['booked', 'scheduled'],
  ['confirmed', 'scheduled'],
  ['canceled', 'canceled'],
  ['cancelled', 'canceled'],
  ['checkedin', 'checked-in'],
  ['queued', 'checked-in'],
  ['arrived', 'checked-in'],
  ['show', 'checked-in'],
]);

/** As the contract spells them. */
export function appointmentParameters(filter: UpstreamAppointmentFilter): Record<string, string> {
  if ('externalReference' in filter) return { external_reference: filter.externalReference };
  if ('patientId' in filter) return { patient_id: filter.patientId };
  if ('temporaryPatientId' in filter) return { temporary_patient_id: filter.temporaryPatientId };
  return { calendar_id: filter.calendarExternalId, from: filter.from.toISOString(), to: filter.to.toISOString() };
}

/**
 * One page: an array, bare or under `appointments` or in an envelope, or one appointment. One without id spoils the whole answer: left
 * out it would look as if it did not exist.
 */
export function readAppointments(
  body: unknown,
  { zoneOfCalendar }: Pick<UpstreamAppointmentFilter, 'zoneOfCalendar'>,
): UpstreamListedAppointment[] {
  const list = unwrapList(appointmentsIn(body), isAppointment);
  if (list === null) throw new WrongShapeError('appointments: an array expected, bare or under data or appointments');
  return list.map((item, index) => readAppointment(unwrapObject(item) ?? [], `appointments[${index}]`, zoneOfCalendar));
}

/** Without those that say themselves that they were not asked for. */
export function withinFilter(
  listed: readonly UpstreamListedAppointment[],
  filter: UpstreamAppointmentFilter,
): UpstreamListedAppointment[] | 'not-supported' {
  const asked = listed.filter(appointment => !isAnothers(appointment, filter));
  if (asked.length === 0 && listed.length > 0) return 'not-supported';
  if (!('from' in filter)) return asked;
  // Whole days around the range are an upstream's habit, and no sign that it ignores the filter.
  return asked.filter(({ start }) => start === null || (start >= filter.from && start < filter.to));
}

function isAnothers(appointment: UpstreamListedAppointment, filter: UpstreamAppointmentFilter): boolean {
  const isOther = (named: string | null, asked: string): boolean => named !== null && named !== asked.trim();
  if ('externalReference' in filter) return isOther(appointment.externalReference, filter.externalReference);
  if ('patientId' in filter) return isOther(appointment.patientId, filter.patientId);
  if ('temporaryPatientId' in filter) return isOther(appointment.temporaryPatientId, filter.temporaryPatientId);
  return isOther(appointment.calendarExternalId, filter.calendarExternalId);
}

/** What lies under `appointments`, at the top or under `data`; else the body itself. */
function appointmentsIn(body: unknown): unknown {
  const data = isJsonObject(body) ? field(body, 'data') : undefined;
  const layers = [data, body].filter(isJsonObject);
  return layeredField(layers, ['appointments']) ?? body;
}

/** A bare `id` may be that of the answer. */
function isAppointment(object: JsonObject): boolean {
  const isNamed = field(object, 'appointmentId') !== undefined;
  return isNamed || (field(object, 'id') !== undefined && firstField(object, [...START_NAMES, 'status']) !== undefined);
}

/** `layers`: the item and what it wraps, innermost first. */
function readAppointment(
  layers: readonly JsonObject[],
  place: string,
  zoneOfCalendar: UpstreamAppointmentFilter['zoneOfCalendar'],
): UpstreamListedAppointment {
  const appointmentId = readId(layeredField(layers, ['appointmentId', 'id']));
  if (appointmentId === null) throw new WrongShapeError(`${place}: id is missing or is no id`);
  const patients = layers.map(layer => field(layer, 'patient')).filter(isJsonObject);
  const everywhere = [...layers, ...patients];
  const calendarExternalId = readId(layeredField(layers, ['calendarId']));
  const start = layeredField(layers, START_NAMES);
  return {
    appointmentId,
    status: readStatus(layers),
    start: readInstant(start) ?? readLocal(start, zoneOfCalendar?.(calendarExternalId)),
    calendarExternalId,
    appointmentTypeExternalId: readId(layeredField(layers, ['appointmentTypeId'])),
    externalReference: readId(layeredField(layers, ['externalReference'])),
    patientId: readId(layeredField(everywhere, ['patientId']) ?? layeredField(patients, ['id'])),
    temporaryPatientId: readId(layeredField(everywhere, ['temporaryPatientId'])),
    queueNumber:
      readText(layeredField(layers, ['queueNumber']))
        ?.replace(/[\p{Cc}\p{Cs}]/gu, '')
        .slice(0, MAX_QUEUE_NUMBER) ?? null,
    updatedAt: readInstant(layeredField(layers, ['updatedAt'])),
  };
}

/** Only words that leave no doubt; a flag `canceled` (Acuity) says it too. */
function readStatus(layers: readonly JsonObject[]): UpstreamListedAppointment['status'] {
  const canceled = layeredField(layers, ['canceled', 'cancelled']);
  if (canceled === true) return 'canceled';
  const word = layeredField(layers, ['status']);
  if (typeof word === 'string') return STATUSES.get(word.toLowerCase().replace(/[\s_.-]/g, '')) ?? null;
  return canceled === false ? 'scheduled' : null;
}

/** A time without offset: the first of two, none where daylight saving skips it. */
function readLocal(text: unknown, timezone: string | undefined): Date | null {
  const written = timezone === undefined ? null : readDateTime(text);
  if (timezone === undefined || written?.offsetMs !== null) return null;
  const [first] = new ZoneClock(timezone).instantsOf(written.localMs);
  return first === undefined ? null : new Date(first);
}
