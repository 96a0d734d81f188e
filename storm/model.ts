import { makePatients, type StormPatient } from './patients.js';
import { Random } from './random.js';

export type AppointmentKind = 'appointmentCreated' | 'appointmentRescheduled' | 'appointmentCanceled' | 'Queued';

/** What the event says of its patient. */
export interface Told {
  patientId: boolean;
  temporaryId: boolean;
  /** Name, date of birth, phone and email. */
  details: boolean;
}

/** One thing that happened at the hospital. */
export interface StormEvent {
  webhookId: string;
  kind: AppointmentKind | 'patientCreated';
  occurredAtMs: number;
  /** The hospital's; null of a patient's event. */
  appointmentId: string | null;
  patient: StormPatient;
  told: Told;
  /** null: not told. */
  startMs: number | null;
  calendar: string | null;
  queueNumber: string | null;
  reason: string | null;
}

export interface StormSize {
  webhooks: number;
  appointments: number;
}

/** What happened at the hospital. `streams`: one for each appointment, as it happened, its patient's events among them. */
export interface Model {
  patients: StormPatient[];
  streams: StormEvent[][];
}

export const CALENDARS = ['cal-east', 'cal-north', 'cal-south', 'cal-west'] as const;

/** Both far from any present: events are never clamped to their receipt, starts are never past. */
const FIRST_EVENT_MS = Date.UTC(2025, 0, 6);
const FIRST_START_MS = Date.UTC(2035, 0, 8);
const MINUTE_MS = 60_000;
const SLOTS = 10_000;

/** Legal histories: an appointment is made, moved any number of times, then checked in, canceled, or left. */
export function makeModel(seed: number, { webhooks, appointments }: StormSize): Model {
  const random = new Random(seed);
  const patients = makePatients(random, appointments);
  const births = patients.flatMap(patient => (patient.isJoined ? [patient, ...(random.chance(0.2) ? [patient] : [])] : []));
  const lengths = lengthsOf(random, appointments, webhooks - births.length);
  const streams = lengths.map((length, n) => {
    // The first appointments are one of each patient; families and regulars come again.
    const patient = patients[n] ?? random.pick(patients);
    return new History(random, n, patient).events(length);
  });
  for (const patient of births) streams[patients.indexOf(patient)]?.push(patientCreated(random, patient));
  return { patients, streams: streams.map(stream => stream.sort(inTrueOrder)) };
}

/** The contract's: by time; at the same time by kind, then by identity. */
export function inTrueOrder(a: StormEvent, b: StormEvent): number {
  return a.occurredAtMs - b.occurredAtMs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.webhookId < b.webhookId ? -1 : 1);
}

const KINDS = ['patientCreated', 'appointmentCreated', 'appointmentRescheduled', 'Queued', 'appointmentCanceled'];

/** How many events each appointment has; at least one, some many. */
function lengthsOf(random: Random, appointments: number, events: number): number[] {
  if (events < appointments) throw new Error(`${events} events are too few for ${appointments} appointments`);
  const lengths = new Array<number>(appointments).fill(1);
  const weights = lengths.map(() => 0.2 + 0.8 * random.next());
  for (let left = events - appointments; left > 0;) {
    const n = random.below(appointments);
    if (!random.chance(weights[n] ?? 0)) continue;
    lengths[n] = (lengths[n] ?? 0) + 1;
    left -= 1;
  }
  return lengths;
}

function patientCreated(random: Random, patient: StormPatient): StormEvent {
  const occurredAtMs = FIRST_EVENT_MS + random.below(20 * 24 * 60) * MINUTE_MS;
  const told = { patientId: true, temporaryId: true, details: random.chance(0.5) };
  const nothing = { appointmentId: null, startMs: null, calendar: null, queueNumber: null, reason: null };
  return { webhookId: newWebhookId(random), kind: 'patientCreated', occurredAtMs, patient, told, ...nothing };
}

/** Not in the order of time: the identity decides ties. */
function newWebhookId(random: Random): string {
  const part = (): string =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `msg_${part()}${part()}`;
}

/** One appointment's. */
class History {
  private readonly random: Random;
  private readonly appointmentId: string;
  private readonly patient: StormPatient;
  private nowMs: number;
  private startMs: number;
  private calendar: string | null = null;

  constructor(random: Random, n: number, patient: StormPatient) {
    this.random = random;
    this.appointmentId = n % 2 === 0 ? `A-${n}` : String(700_000 + n);
    this.patient = patient;
    this.nowMs = FIRST_EVENT_MS + random.below(10 * 24 * 60) * MINUTE_MS;
    this.startMs = this.anyStart();
  }

  events(length: number): StormEvent[] {
    const events = [this.event('appointmentCreated', random => random.chance(0.9))];
    const end = length === 1 ? [] : this.random.pick<AppointmentKind[]>([['appointmentCanceled'], ['Queued'], []]);
    const isCalledTwice = end[0] === 'Queued' && length > 3 && this.random.chance(0.3);
    const closing = isCalledTwice ? [...end, ...end] : end;
    while (events.length < length - closing.length) events.push(this.moved());
    for (const kind of closing) events.push(this.event(kind, random => random.chance(0.3)));
    return events;
  }

  private moved(): StormEvent {
    if (this.random.chance(0.9)) this.startMs = this.anyStart();
    return this.event('appointmentRescheduled', random => random.chance(0.7));
  }

  private event(kind: AppointmentKind, tellsCalendar: (random: Random) => boolean): StormEvent {
    const { random } = this;
    const isAboutTime = kind === 'appointmentCreated' || kind === 'appointmentRescheduled';
    if (isAboutTime && tellsCalendar(random)) this.calendar = random.pick(CALENDARS);
    const tellsPlace = isAboutTime || random.chance(0.3);
    // A minority happens at the very moment of the event before.
    if (kind !== 'appointmentCreated' && !random.chance(0.08)) this.nowMs += (1 + random.below(12 * 60)) * MINUTE_MS + random.below(1_000);
    return {
      webhookId: newWebhookId(random),
      kind,
      occurredAtMs: this.nowMs,
      appointmentId: this.appointmentId,
      patient: this.patient,
      told: this.told(kind),
      startMs: tellsPlace ? this.startMs : null,
      calendar: tellsPlace && (isAboutTime ? random.chance(0.8) : true) ? this.calendar : null,
      queueNumber: kind === 'Queued' ? String(1 + random.below(90)) : null,
      reason: kind === 'appointmentCanceled' && random.chance(0.5) ? `Invented reason ${random.below(1_000)}` : null,
    };
  }

  /** A creation always names its patient by an id; the others may name nobody. */
  private told(kind: AppointmentKind): Told {
    const { random, patient } = this;
    const isCreation = kind === 'appointmentCreated';
    const namesAny = isCreation || random.chance(0.8);
    const namesTemporary = patient.temporaryId !== null && (patient.patientId === null || random.chance(0.7));
    const namesPermanent = patient.patientId !== null && (!namesTemporary || random.chance(0.4));
    const details = random.chance(isCreation ? 0.85 : 0.4);
    return { patientId: namesAny && namesPermanent, temporaryId: namesAny && namesTemporary, details };
  }

  private anyStart(): number {
    return FIRST_START_MS + this.random.below(SLOTS) * 30 * MINUTE_MS;
  }
}
