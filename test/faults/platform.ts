import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedBooking } from './booking-plan.js';
import type { EvilClinic } from './evil-clinic.js';
import type { FaultHub } from './fault-hub.js';

/** What the platform was told of one request to book. */
export interface Told {
  clinic: EvilClinic;
  booking: PlannedBooking;
  status: number;
  code: string | null;
  /** The hub's; null where it has refused before it wrote anything down. */
  appointmentId: string | null;
}

const TRIES = 20;
/** A hospital that is left alone for so long at most is waited for. */
const WAITS_SECONDS = 20;
const WAITS = 3;
/** While the hospital cannot be reached at all, nobody waits for it. */
const TRIES_UNREACHED = 2;
const PAUSE_MS = 250;
const PATIENCE_MS = 10_000;

/**
 * Books as the platform does; what it is told by each key, the last being what stays. Where the hospital is left alone for a moment it
 * waits, and tries by another key.
 */
export async function book(hub: FaultHub, clinic: EvilClinic, booking: PlannedBooking, tries = TRIES): Promise<Told[]> {
  const told: Told[] = [];
  for (let waits = 0; ; waits += 1) {
    const { retryAfterSeconds, ...last } = await bookByOneKey(hub, clinic, booking, tries);
    told.push(last);
    const isWorthWaiting = last.status === 503 && retryAfterSeconds > 0 && retryAfterSeconds <= WAITS_SECONDS;
    if (!isWorthWaiting || waits === WAITS || tries < TRIES) break;
    await delay(retryAfterSeconds * 1_000);
  }
  const last = told.at(-1);
  const [made] = last?.status === 201 ? clinic.hospital.books.list(last.appointmentId) : [];
  if (made) clinic.hospital.isConfirmed(made.id);
  return told;
}

/**
 * The same key until there is an answer of the appointment's, also where none came in time. Where the hub refuses before anything is written (busy, no slots to be
 * had), it tries again some times, and then gives up: nothing is booked.
 */
async function bookByOneKey(
  hub: FaultHub,
  clinic: EvilClinic,
  booking: PlannedBooking,
  tries: number,
): Promise<Told & { retryAfterSeconds: number }> {
  const key = randomUUID();
  for (let tried = 1; ; tried += 1) {
    const told = await bookOnce(hub, clinic, booking, key);
    const isAnswered = told.status === 201 || told.status === 202 || told.appointmentId !== null;
    if (isAnswered || tried === tries) return told;
    await delay(PAUSE_MS);
  }
}

/** With what is wrong with the connection. What is wrong with the answer is the hospital's to remember. */
export async function bookUnderEvil(hub: FaultHub, clinic: EvilClinic, booking: PlannedBooking): Promise<Told[]> {
  const { hospital } = clinic;
  if (booking.evil === 'refused') return hospital.refusing(() => book(hub, clinic, booking, TRIES_UNREACHED));
  if (booking.evil === 'reset-unread') return hospital.resettingUnread(() => book(hub, clinic, booking, TRIES_UNREACHED));
  return book(hub, clinic, booking);
}

async function bookOnce(
  hub: FaultHub,
  clinic: EvilClinic,
  booking: PlannedBooking,
  key: string,
): Promise<Told & { retryAfterSeconds: number }> {
  const { facilityId, calendarId, appointmentTypeId } = clinic;
  const body = { contact: booking.patient, calendarId, appointmentTypeId, start: booking.start };
  const headers = { 'idempotency-key': key };
  const calling = hub.call('POST', `/facilities/${facilityId}/appointments`, body, headers).catch(() => null);
  const answer = await Promise.race([calling, delay(PATIENCE_MS, null, { ref: false })]);
  if (answer === null) return { clinic, booking, status: 0, code: 'no-answer', appointmentId: null, retryAfterSeconds: 0 };
  const said = answer.body as { id?: string; code?: string; appointmentId?: string | null };
  const isAppointment = answer.status < 300;
  return {
    clinic,
    booking,
    status: answer.status,
    code: isAppointment ? null : (said.code ?? null),
    appointmentId: (isAppointment ? said.id : said.appointmentId) ?? null,
    retryAfterSeconds: Number(answer.headers.get('retry-after') ?? 0),
  };
}
