import type { UpstreamAppointment } from '../scheduler.js';
import { readDateTime, readInstant } from './date-time.js';
import { field, isJsonObject, layeredField, readId, unwrapObject, type JsonObject } from './fields.js';
import type { WriteKind } from './refusal.js';
import { ZoneClock } from './zone-offsets.js';

/** What was asked for, and so what an answer must not contradict. Null: not asked for, or not to be compared. */
export interface AskedFor {
  kind: WriteKind;
  /** We have asked for this very thing before and do not know what became of it. */
  isRepeat: boolean;
  /** The hospital's id; null on a create, where the answer gives it. */
  appointmentId: string | null;
  start: Date | null;
  /** The zone of a time without offset. */
  timezone: string | null;
  calendarExternalId: string | null;
  reference: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
}

export type AnswerReading = { agrees: true; appointment: UpstreamAppointment } | { agrees: false; detail: string };

const ANY_ID = ['appointmentId', 'id'];

/**
 * Reads the body of a 2xx. A create must name its id; the body of a reschedule or cancel may be empty. Whatever the body names
 * must be what was asked for. `detail` names fields only.
 *
 * @param body undefined for an empty one.
 */
export function readWriteAnswer(body: unknown, asked: AskedFor): AnswerReading {
  if (asked.appointmentId !== null && (body === undefined || body === null)) return agrees(asked.appointmentId, []);
  const layers = unwrapObject(body);
  if (layers === null) return differs('an object was expected');
  if (layers.some(isFailureReport)) return differs('the body reports an error');
  const contradiction = findContradiction(layers, asked);
  if (contradiction !== null) return differs(contradiction);
  const named = layeredField(layers, ANY_ID);
  if (asked.appointmentId === null) {
    const id = readId(named);
    return id === null ? differs('the body lacks a usable appointment id') : agrees(id, layers);
  }
  return named === undefined || readId(named) === asked.appointmentId
    ? agrees(asked.appointmentId, layers)
    : differs('the body names another appointment id');
}

/** 200 that says in its body that it was none. */
function isFailureReport(layer: JsonObject): boolean {
  const error = field(layer, 'error') ?? field(layer, 'errors');
  const hasError = error !== undefined && error !== false && error !== 0 && !(Array.isArray(error) && error.length === 0);
  return hasError || field(layer, 'success') === false || field(layer, 'ok') === false;
}

function findContradiction(layers: readonly JsonObject[], asked: AskedFor): string | null {
  const calendar = layeredField(layers, ['calendarId']);
  if (isOther(calendar, asked.calendarExternalId)) return 'the body names another calendar';
  const reference = layeredField(layers, ['externalReference']);
  if (isOther(reference, asked.reference)) return 'the body names another external_reference';
  if (isOther(patientField(layers, 'patientId'), asked.patientId)) return 'the body names another patient';
  // A patient gets temporary ids anew, visit by visit: another one contradicts only where nothing else vouches for the answer.
  const isVouchedFor = vouches(reference, asked.reference) || vouches(patientField(layers, 'patientId'), asked.patientId);
  if (!isVouchedFor && isOther(patientField(layers, 'temporaryPatientId'), asked.temporaryPatientId))
    return 'the body names another temporary patient';
  const datetime = layeredField(layers, ['datetime', 'dateTime', 'start']);
  if (datetime !== undefined && asked.start !== null && !isSameTime(datetime, asked.start, asked.timezone))
    return 'the body names another datetime, or one that cannot be read';
  return isOtherStatus(layers, asked.kind) ? 'the body names a status that is not what was asked for' : null;
}

/** Both sides name one, and the same. */
function vouches(answered: unknown, asked: string | null): boolean {
  return answered !== undefined && asked !== null && readId(answered) === asked.trim();
}

/** Only where both sides name one. */
function isOther(answered: unknown, asked: string | null): boolean {
  return answered !== undefined && asked !== null && readId(answered) !== asked.trim();
}

/** In the appointment, or in a `patient` of the request's own shape, whose bare `id` is the permanent one. */
function patientField(layers: readonly JsonObject[], name: string): unknown {
  const patients = layers.map(layer => field(layer, 'patient')).filter(isJsonObject);
  const named = layeredField([...layers, ...patients], [name]);
  return named === undefined && name === 'patientId' ? layeredField(patients, ['id']) : named;
}

function isSameTime(answered: unknown, start: Date, timezone: string | null): boolean {
  const written = readDateTime(answered);
  if (written === null) return false;
  const instants =
    written.offsetMs !== null
      ? [written.localMs - written.offsetMs]
      : timezone === null
        ? []
        : new ZoneClock(timezone).instantsOf(written.localMs);
  // Upstreams keep minutes or seconds; what is finer is no other time.
  return instants.some(instant => Math.abs(instant - start.getTime()) < 1_000);
}

/** Only words that leave no doubt: a canceled one was not booked, a booked one not canceled. */
function isOtherStatus(layers: readonly JsonObject[], kind: WriteKind): boolean {
  const status = layeredField(layers, ['status']);
  const word = typeof status === 'string' ? status.trim().toLowerCase().replace('cancelled', 'canceled') : null;
  const canceled = layeredField(layers, ['canceled', 'cancelled']);
  return kind === 'cancel'
    ? canceled === false || word === 'scheduled' || word === 'booked' || word === 'confirmed'
    : canceled === true || word === 'canceled' || word === 'failed' || word === 'rejected';
}

function agrees(appointmentId: string, layers: readonly JsonObject[]): AnswerReading {
  return {
    agrees: true,
    appointment: {
      appointmentId,
      patientId: readId(patientField(layers, 'patientId')),
      temporaryPatientId: readId(patientField(layers, 'temporaryPatientId')),
      updatedAt: readInstant(layeredField(layers, ['updatedAt'])),
    },
  };
}

function differs(detail: string): AnswerReading {
  return { agrees: false, detail };
}
