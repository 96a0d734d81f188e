import { isJsonObject, type JsonObject } from '../schedulers/botmd/fields.js';

/** Where a hospital may put a field. Lists go from the innermost object to the body. */
interface EventLayers {
  /** The body, and what lies under `data`. */
  envelopes: JsonObject[];
  /** Objects named `appointment`. */
  appointmentObjects: JsonObject[];
  /** Objects named `patient`. */
  patientObjects: JsonObject[];
}

type Layer = keyof EventLayers;

/** One look for a field: the names, both spellings of each, in the layers; the first layer that has one of them wins. */
interface Look {
  layers: readonly Layer[];
  names: readonly string[];
}

const OF_APPOINTMENT: readonly Layer[] = ['appointmentObjects', 'envelopes'];
const OF_PATIENT: readonly Layer[] = ['patientObjects', 'appointmentObjects', 'envelopes'];

/**
 * The fields and how vendors spell them. Looks are taken in order. A bare `id` counts only in an object that says whose it is, and
 * only where no named id stands anywhere: at the top it may be the event's, the appointment's or the message's.
 */
const FIELDS = {
  eventId: [look(['envelopes'], 'eventId')],
  appointmentId: [look(OF_APPOINTMENT, 'appointmentId'), look(['appointmentObjects'], 'id')],
  datetime: [look(OF_APPOINTMENT, 'datetime', 'dateTime', 'appointmentDatetime', 'appointmentDateTime', 'start', 'startTime')],
  calendarId: [look(OF_APPOINTMENT, 'calendarId')],
  appointmentTypeId: [look(OF_APPOINTMENT, 'appointmentTypeId')],
  externalReference: [look(OF_APPOINTMENT, 'externalReference')],
  queueNumber: [look(OF_APPOINTMENT, 'queueNumber')],
  reason: [look(OF_APPOINTMENT, 'cancellationReason', 'cancelReason', 'reason')],
  // A bare timestamp on the outside may be that of the sending: the name that leaves no doubt goes first, wherever it stands.
  occurredAt: [look(OF_APPOINTMENT, 'occurredAt'), look(['envelopes'], 'timestamp')],
  patientId: [look(OF_PATIENT, 'patientId'), look(['patientObjects'], 'id')],
  temporaryPatientId: [look(OF_PATIENT, 'temporaryPatientId')],
  // The name in an object `appointment` is, as likely as not, that of the appointment's type.
  name: [look(['patientObjects', 'envelopes'], 'name'), look(['appointmentObjects'], 'name')],
  dateOfBirth: [look(OF_PATIENT, 'dateOfBirth', 'dob', 'DoB', 'DOB')],
  phone: [look(OF_PATIENT, 'phone')],
  email: [look(OF_PATIENT, 'email')],
  gender: [look(OF_PATIENT, 'gender')],
  nationalId: [look(OF_PATIENT, 'nationalId')],
} as const satisfies Record<string, readonly Look[]>;

export type EventField = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as EventField[];

/** In the contract's order. */
const NAMES_OF_THE_EVENT = ['event', 'event_type', 'eventType', 'event_name', 'eventName', 'type', 'action'];

/** Deeper is no envelope any more. */
const MAX_ENVELOPES = 4;

/** What came of one field. Null and empty text count as absent. */
export type Reading<T> = { state: 'absent' } | { state: 'unreadable' } | { state: 'read'; value: T };

export function valueOf<T>(reading: Reading<T>): T | null {
  return reading.state === 'read' ? reading.value : null;
}

/** Finds the fields of one body, own properties only, and remembers which could be read. */
export class EventFields {
  private readonly layers: EventLayers;
  private readonly wereRead = new Set<string>();

  constructor(body: JsonObject) {
    this.layers = layersOf(body);
  }

  /** `reader` answers null for what is no such value. */
  read<T>(field: EventField, reader: (written: unknown) => T | null): Reading<T> {
    const written = this.find(FIELDS[field]);
    if (written === undefined) return { state: 'absent' };
    const value = reader(written);
    if (value === null) return { state: 'unreadable' };
    this.wereRead.add(field);
    return { state: 'read', value };
  }

  /** What the body calls the event, first to last of the names that count; objects and lists are none. */
  eventNames(): string[] {
    const written = NAMES_OF_THE_EVENT.flatMap(name => this.layers.envelopes.map(layer => ownField(layer, [name])));
    return written.filter(name => name !== undefined && typeof name !== 'object').map(String);
  }

  noteEventName(): void {
    this.wereRead.add('event');
  }

  /** The canonical names of what was found and read, in a fixed order. */
  readNames(): string[] {
    return ['event', ...FIELD_NAMES].filter(name => this.wereRead.has(name));
  }

  private find(looks: readonly Look[]): unknown {
    for (const { layers, names } of looks) {
      for (const layer of layers.flatMap(kind => this.layers[kind])) {
        const written = ownField(layer, names);
        if (written !== undefined) return written;
      }
    }
    return undefined;
  }
}

function layersOf(body: JsonObject): EventLayers {
  const envelopes: JsonObject[] = [];
  let envelope: JsonObject | null = body;
  while (envelope !== null && envelopes.length < MAX_ENVELOPES) {
    envelopes.unshift(envelope);
    envelope = objectIn(envelope, 'data');
  }
  const appointmentObjects = objectsIn(envelopes, 'appointment');
  const patientObjects = objectsIn([...appointmentObjects, ...envelopes], 'patient');
  return { envelopes, appointmentObjects, patientObjects };
}

function objectsIn(layers: readonly JsonObject[], name: string): JsonObject[] {
  return layers.map(layer => objectIn(layer, name)).filter(object => object !== null);
}

/** An object under the name, or one in a list of exactly one. */
function objectIn(layer: JsonObject, name: string): JsonObject | null {
  const value = ownField(layer, [name]);
  const inner: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isJsonObject(inner) ? inner : null;
}

/** The first of the names that the object itself has and that says something. */
function ownField(layer: JsonObject, names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(layer, name) ? layer[name] : undefined;
    const isNothing = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    if (!isNothing) return value;
  }
  return undefined;
}

function look(layers: readonly Layer[], ...camelNames: string[]): Look {
  return { layers, names: camelNames.flatMap(spellings) };
}

/** `queueNumber` → itself and `queue_number`. A name that begins with a capital has no other spelling. */
function spellings(camelName: string): string[] {
  if (!/^[a-z]/.test(camelName)) return [camelName];
  return [...new Set([camelName, camelName.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)])];
}
