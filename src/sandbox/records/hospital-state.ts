import { emptyWebhookState, isWebhookState, type WebhookState } from '../webhooks/webhook-state.js';
import type { Appointment } from './appointment.js';
import type { StoredCredentials } from './credentials.js';
import type { Patient } from './patient.js';

const VERSION = 1;

/** All that a restart must find again. The clinic itself is set up by options, not kept here. */
export interface HospitalState {
  version: typeof VERSION;
  credentials: StoredCredentials | null;
  patients: Patient[];
  appointments: Appointment[];
  webhooks: WebhookState;
}

/** A kept file that cannot be read as this hospital's state. Nothing is guessed: a hospital that forgets its patients is worse than none. */
export class BrokenStateFileError extends Error {
  constructor(path: string, problem: string, cause?: unknown) {
    super(`The sandbox's state file ${path} is broken: ${problem}. Restore it, or move it away to start with an empty hospital.`, {
      cause,
    });
    this.name = 'BrokenStateFileError';
  }
}

export function emptyState(): HospitalState {
  return { version: VERSION, credentials: null, patients: [], appointments: [], webhooks: emptyWebhookState() };
}

/** Reads what `JSON.stringify` of a `HospitalState` wrote; `path` is for the error alone. */
export function parseState(text: string, path: string): HospitalState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BrokenStateFileError(path, 'it is not JSON', error);
  }
  if (!isRecord(value)) throw new BrokenStateFileError(path, 'it is not a JSON object');
  if (value['version'] !== VERSION) throw new BrokenStateFileError(path, `its version is not ${String(VERSION)}`);
  // A hospital that was kept before it could send webhooks has none.
  const { credentials, patients, appointments, webhooks = emptyWebhookState() } = value;
  if (credentials !== null && !isCredentials(credentials)) throw new BrokenStateFileError(path, 'its credentials are incomplete');
  if (!isListOf(patients, isPatient)) throw new BrokenStateFileError(path, 'its patients are incomplete');
  if (!isListOf(appointments, isAppointment)) throw new BrokenStateFileError(path, 'its appointments are incomplete');
  if (!isWebhookState(webhooks)) throw new BrokenStateFileError(path, 'its webhooks are incomplete');
  const keys = new Set(patients.map(patient => patient.key));
  const orphan = appointments.find(appointment => !keys.has(appointment.patientKey));
  if (orphan) throw new BrokenStateFileError(path, `its appointment ${orphan.id} belongs to no patient`);
  return { version: VERSION, credentials, patients, appointments, webhooks };
}

type Fields = Record<string, unknown>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function hasTexts(value: Fields, ...names: string[]): boolean {
  return names.every(name => typeof value[name] === 'string' && value[name] !== '');
}

function hasNullableTexts(value: Fields, ...names: string[]): boolean {
  return names.every(name => value[name] === null || typeof value[name] === 'string');
}

function isCredentials(value: unknown): value is StoredCredentials {
  return isRecord(value) && hasTexts(value, 'userId', 'apiKey');
}

function isPatient(value: unknown): value is Patient {
  return (
    isRecord(value) &&
    hasTexts(value, 'key', 'name') &&
    hasNullableTexts(value, 'patientId', 'temporaryPatientId', 'dateOfBirth', 'phone', 'email', 'gender', 'nationalId')
  );
}

function isAppointment(value: unknown): value is Appointment {
  return (
    isRecord(value) &&
    hasTexts(value, 'id', 'calendarId', 'patientKey') &&
    hasNullableTexts(value, 'appointmentTypeId', 'externalReference', 'idempotencyKey', 'bookingFingerprint') &&
    hasNullableTexts(value, 'notes', 'cancelReason', 'queueNumber') &&
    ['startMs', 'endMs', 'createdAtMs', 'updatedAtMs'].every(name => Number.isSafeInteger(value[name])) &&
    (value['status'] === 'scheduled' || value['status'] === 'checked_in' || value['status'] === 'canceled')
  );
}
