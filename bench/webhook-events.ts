import { createHmac, randomUUID } from 'node:crypto';

/** Where a facility's hospital posts, and what it signs with. */
export interface Endpoint {
  facilityId: string;
  /** Of the URL. */
  path: string;
  secret: string;
}

interface Patient {
  number: number;
  temporaryId: string;
}

interface KnownAppointment {
  id: string;
  patient: Patient;
}

const HOUR_MS = 3_600_000;
const DAYS_AHEAD = 20;
const CALENDARS = 4;

/**
 * A hospital's day: of 20 events 8 are appointments of new patients, 4 are moved, 3 canceled, 4 checked in, and 1 tells a
 * permanent patient id. All of it is invented. Each event is later than the one before.
 */
export class EventMix {
  private readonly known: KnownAppointment[] = [];
  private readonly name: string;
  private made = 0;
  private patients = 0;
  private atMs: number;

  /** `name`: tells the mix's ids from those of others. */
  constructor(name: string) {
    this.name = name;
    this.atMs = Date.now() - HOUR_MS;
  }

  /** Appointments of new patients alone, for the others to be about. */
  opening(count: number): string[] {
    return Array.from({ length: count }, () => JSON.stringify(this.created()));
  }

  next(count: number): string[] {
    return Array.from({ length: count }, () => JSON.stringify(this.event(this.made++ % 20)));
  }

  private event(place: number): object {
    const { id, patient } = this.anyKnown();
    // Spread over the 20, so that every stretch holds the same mix.
    if (place % 5 < 2) return this.created();
    if (place % 5 === 2) return this.about('appointmentRescheduled', id, patient, { datetime: this.start(), calendar_id: this.calendar() });
    if (place % 5 === 3) return this.about('Queued', id, patient, { queue_number: String(100 + place) });
    if (place === 4) return { event: 'patientCreated', ...this.idsOf(patient), patient_id: `P-${patient.temporaryId}`, ...this.time() };
    return this.about('appointmentCanceled', id, patient, { reason: 'Invented reason' });
  }

  private created(): object {
    this.patients += 1;
    const patient = { number: this.patients, temporaryId: `T-${this.name}-${this.patients}` };
    const id = `A-${this.name}-${this.patients}`;
    this.known.push({ id, patient });
    const details = {
      name: `Testa Inventada ${letters(patient.number)}`,
      date_of_birth: '1990-01-01',
      phone: `+63917${String(1_000_000 + (patient.number % 9_000_000))}`,
      email: `patient${patient.number}@example.org`,
    };
    return this.about('appointmentCreated', id, patient, { ...details, datetime: this.start(), calendar_id: this.calendar() });
  }

  private about(event: string, appointmentId: string, patient: Patient, rest: object): object {
    const type = { appointment_type_id: 'consultation', appointment_id: appointmentId };
    return { event, ...type, ...this.idsOf(patient), ...rest, ...this.time() };
  }

  private idsOf({ temporaryId }: Patient): object {
    return { temporary_patient_id: temporaryId };
  }

  private time(): object {
    this.atMs += 1;
    return { occurred_at: new Date(this.atMs).toISOString() };
  }

  /** Among the last 600. */
  private anyKnown(): KnownAppointment {
    const recent = Math.min(this.known.length, 600);
    const found = this.known[this.known.length - 1 - ((this.made * 7_919) % recent)];
    if (!found) throw new Error('No appointment is known yet.');
    return found;
  }

  private start(): string {
    const minutes = ((this.made + this.patients) * 30) % (DAYS_AHEAD * 24 * 60);
    const midnight = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
    return new Date(midnight + 48 * HOUR_MS + minutes * 60_000).toISOString();
  }

  private calendar(): string {
    return `cal-${1 + (this.made % CALENDARS)}`;
  }
}

/** The bytes of a POST by the rules of standard-webhooks, with an id of its own. To be sent within five minutes. */
export function signedPost({ path, secret }: Endpoint, body: string): Buffer {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `webhook-id: ${id}`,
    `webhook-timestamp: ${timestamp}`,
    `webhook-signature: v1,${signature}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Names hold no digits. */
function letters(index: number): string {
  return Array.from(String(index), digit => 'ABCDEFGHIJ'[Number(digit)]).join('');
}
