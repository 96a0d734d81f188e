import type { RefusalCode } from '../scheduler.js';
import { field, firstField, isJsonObject, type JsonObject } from './fields.js';

export type WriteKind = 'book' | 'reschedule' | 'cancel';

/** What an error body says, of what may be repeated: codes, never sentences. */
export interface Refusal {
  /** The hub's word for the upstream's, where it is known. */
  code: RefusalCode | null;
  /** The upstream says that the appointment is canceled already. */
  isAlreadyCanceled: boolean;
  /** The upstream's own token, where it cannot be a sentence, a name or a number of a patient. */
  token: string | null;
}

/** The upstreams' vocabulary (Acuity's, and the hub's own codes), in lower case with `_`. */
const VOCABULARY = new Map<string, RefusalCode>([
  ['not_available', 'slot-unavailable'],
  ['slot_unavailable', 'slot-unavailable'],
  ['slot_not_available', 'slot-unavailable'],
  ['slot_taken', 'slot-unavailable'],
  ['reschedule_too_close', 'reschedule-cutoff-passed'],
  ['reschedule_cutoff_passed', 'reschedule-cutoff-passed'],
  ['reschedule_not_allowed', 'reschedule-not-allowed'],
  ['cancel_too_close', 'cancel-cutoff-passed'],
  ['cancel_cutoff_passed', 'cancel-cutoff-passed'],
  ['cancel_not_allowed', 'cancel-not-allowed'],
  ['reschedule_canceled', 'appointment-canceled'],
  ['already_canceled', 'appointment-canceled'],
  ['appointment_canceled', 'appointment-canceled'],
  ['appointment_already_canceled', 'appointment-canceled'],
  ['invalid_calendar', 'invalid-calendar'],
  ['invalid_appointment_type', 'invalid-appointment-type'],
  ['not_available_min_hours_in_advance', 'min-hours-in-advance'],
  ['min_hours_in_advance', 'min-hours-in-advance'],
  ['not_available_max_days_in_advance', 'max-days-in-advance'],
  ['max_days_in_advance', 'max-days-in-advance'],
  ['appointment_not_found', 'upstream-appointment-not-found'],
]);

/** Reads `{code|error, message}`, the same nested under `error`, or problem+json. Anything else says nothing. */
export function readRefusal(body: unknown): Refusal {
  const tokens = isJsonObject(body) ? errorTokens(body) : [];
  const code = tokens.map(t => VOCABULARY.get(normal(t))).find(known => known !== undefined) ?? null;
  const isAlreadyCanceled = code === 'appointment-canceled';
  return { code, isAlreadyCanceled, token: isJsonObject(body) ? repeatableToken(body) : null };
}

/** The code that stands where the body gives none: 409 is a taken slot wherever a slot was asked for. */
export function refusalByStatus(status: number, kind: WriteKind, isJsonAnswer: boolean): RefusalCode {
  if (status === 409 && kind !== 'cancel') return 'slot-unavailable';
  // A 404 page of a proxy speaks of the route, not of the appointment.
  if (status === 404 && kind !== 'book' && isJsonAnswer) return 'upstream-appointment-not-found';
  return 'upstream-refused';
}

function errorTokens(body: JsonObject): string[] {
  const nested = field(body, 'error');
  const inner = isJsonObject(nested) ? nested : {};
  const candidates = [
    field(body, 'code'),
    nested,
    field(inner, 'code'),
    field(inner, 'error'),
    field(inner, 'type'),
    typeTail(field(body, 'type')),
  ];
  return candidates.filter(candidate => typeof candidate === 'string');
}

/** `https://his.example.org/problems/not_available` → `not_available`. */
function typeTail(type: unknown): unknown {
  return typeof type === 'string' ? type.split(/[/#:]/).pop() : undefined;
}

/** `notAvailable`, `Not-Available`, `NOT_AVAILABLE`, `cancelled` → one spelling. */
function normal(token: string): string {
  return token
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[-.\s]+/g, '_')
    .replace(/cancelled/g, 'canceled');
}

/** Only what stands under `code`, only if it looks like one: sentences, names and national ids must not get into a log. */
function repeatableToken(body: JsonObject): string | null {
  const nested = field(body, 'error');
  const code = firstField(body, ['code']) ?? (isJsonObject(nested) ? field(nested, 'code') : undefined);
  return typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) && !/\d{5}/.test(code) ? code : null;
}
