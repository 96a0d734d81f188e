import { randomUUID } from 'node:crypto';
import type { Clock } from '../common/clock.js';
import type { RunOptions } from './arguments.js';
import { CheckFailed, CheckSkipped } from './check-outcome.js';
import { described, isSuccess, type Answer } from './http/answer.js';
import type { VendorClient, VendorRequest } from './http/vendor.client.js';
import { appointmentIdOf, cancelRequest, MadeAppointments, type Leftovers } from './made-appointments.js';
import type { VendorCalendar } from './read/calendars.js';
import { monthAfter, monthOf, writtenInZone } from './read/date-time.js';
import { readSlots, type ReadSlots, type VendorSlot } from './read/slots.js';

/** What is booked: one kind of visit at one calendar. */
export interface Place {
  calendarId: string;
  /** Null: the calendar keeps no types. */
  appointmentTypeId: string | null;
  timezone: string;
  /** False: neither the calendar nor the command line names it, and `timezone` is UTC. */
  isZoneKnown: boolean;
  durationMinutes: number;
}

export interface Booked {
  id: string;
  slot: VendorSlot;
  reference: string;
}

const MONTHS_AHEAD = 3;
/** A slot that far ahead is past most hospitals' notice and cutoff. */
const AHEAD_MS = 72 * 3_600_000;
/** So many calls in a row without an answer end the run: each takes ten seconds. */
const SILENT_CALLS = 3;
const DEFAULT_MINUTES = 30;

/** What the checks of one run share: the calls, what was learned, and what has to be taken back. */
export class Session {
  calendars: VendorCalendar[] = [];
  place: Place | null = null;
  /** Of the place, all months; null until availability was read. */
  months: Map<string, ReadSlots> | null = null;
  readonly answers: { request: VendorRequest; answer: Answer }[] = [];
  readonly warnings: string[] = [];
  /** The longest answers, in ms. */
  readonly slowest = { availability: 0, booking: 0 };
  private readonly made = new MadeAppointments();
  private readonly used: VendorSlot[] = [];
  private silentCalls = 0;
  private patients = 0;

  constructor(
    readonly options: RunOptions,
    readonly client: VendorClient,
    readonly clock: Clock,
  ) {}

  get isSilent(): boolean {
    return this.silentCalls >= SILENT_CALLS;
  }

  nowMs(): number {
    return this.clock.now().getTime();
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  async send(request: VendorRequest): Promise<Answer> {
    const answer = await this.client.send(request);
    this.silentCalls = answer.status === 0 ? this.silentCalls + 1 : 0;
    this.answers.push({ request, answer });
    return answer;
  }

  getPlace(): Place {
    if (this.place === null) throw new CheckSkipped('no calendar could be read');
    return this.place;
  }

  /** Where a visit of that calendar and type takes place; type null: its first. */
  placeOf(calendar: VendorCalendar, appointmentTypeId: string | null): Place {
    const type = calendar.types.find(({ id }) => id === appointmentTypeId) ?? calendar.types[0];
    const timezone = calendar.timezone ?? this.options.timezone;
    return {
      calendarId: calendar.id,
      appointmentTypeId: appointmentTypeId ?? type?.id ?? null,
      timezone: timezone ?? 'UTC',
      isZoneKnown: timezone !== null,
      durationMinutes: type?.durationMinutes ?? DEFAULT_MINUTES,
    };
  }

  async availability(place: Place, month: string): Promise<Answer> {
    const { calendarId, appointmentTypeId } = place;
    const query = new URLSearchParams({
      month,
      ...(appointmentTypeId === null ? {} : { appointment_type_id: appointmentTypeId }),
      calendar_id: calendarId,
    });
    const answer = await this.send({ method: 'GET', path: `/availability?${query.toString()}` });
    if (isSuccess(answer)) this.slowest.availability = Math.max(this.slowest.availability, answer.tookMs);
    return answer;
  }

  /** The coming months of that place. Throws `CheckFailed` where one cannot be read. */
  async readMonths(place: Place): Promise<Map<string, ReadSlots>> {
    const first = monthOf(this.nowMs(), place.timezone);
    const months = new Map<string, ReadSlots>();
    for (let ahead = 0; ahead < MONTHS_AHEAD; ahead += 1) {
      const month = monthAfter(first, ahead);
      months.set(month, await this.readMonth(place, month));
    }
    return months;
  }

  /** Throws `CheckFailed` where it cannot be read. */
  async readMonth(place: Place, month: string): Promise<ReadSlots> {
    const answer = await this.availability(place, month);
    const read = answer.status === 200 ? readSlots(answer.body, place) : null;
    if (read === null) throw new CheckFailed(`availability of ${month} was answered with ${described(answer)} and holds no list of slots`);
    return read;
  }

  /** Seats that are offered at that start now; 0 where it is not offered. */
  async seatsOffered(slot: VendorSlot): Promise<number> {
    const place = this.getPlace();
    const { slots } = await this.readMonth(place, monthOf(slot.startMs, place.timezone));
    return slots.find(({ startMs }) => startMs === slot.startMs)?.available ?? 0;
  }

  /** A slot that no check has used yet, three days ahead where there are such. Throws `CheckSkipped` where all are used. */
  freeSlot(): VendorSlot {
    const slot = this.slots().find(candidate => !this.used.some(other => overlaps(candidate, other)));
    if (slot === undefined) throw new CheckSkipped('there are too few free slots in three months: name another --calendar');
    this.used.push(slot);
    return slot;
  }

  soonestSlot(): VendorSlot | null {
    const slot = this.slots().reduce<VendorSlot | null>(
      (soonest, other) => (soonest && soonest.startMs <= other.startMs ? soonest : other),
      null,
    );
    if (slot !== null) this.used.push(slot);
    return slot;
  }

  /** Body and key of a new booking. */
  aBooking(slot: VendorSlot): { reference: string; body: Record<string, unknown> } {
    const { calendarId, appointmentTypeId, timezone } = this.getPlace();
    const reference = randomUUID();
    this.patients += 1;
    const body = {
      calendar_id: calendarId,
      ...(appointmentTypeId === null ? {} : { appointment_type_id: appointmentTypeId }),
      datetime: writtenInZone(slot.startMs, timezone),
      patient: {
        name: `Conformance Test ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[this.patients % 26] ?? ''}${this.patients}`,
        date_of_birth: '1990-02-01',
        // Of a range that is given to nobody.
        phone: `+1202555${String(100 + (this.patients % 100)).padStart(4, '0')}`,
        email: `conformance-${this.patients}@example.com`,
        gender: 'female',
      },
      external_reference: reference,
      notes: 'Made by the conformance kit; it is canceled at once.',
    };
    return { reference, body };
  }

  /** Books, and remembers what has to be taken back. */
  async create(booking: { reference: string; body: Record<string, unknown> }): Promise<Answer> {
    const { reference, body } = booking;
    const answer = await this.send({ method: 'POST', path: '/appointments', body, headers: { 'Idempotency-Key': reference } });
    const id = appointmentIdOf(answer);
    if (isSuccess(answer) && id !== null) this.made.remember(id);
    else if (isSuccess(answer) || answer.status === 0 || answer.status >= 500) this.made.rememberUnclear(reference);
    if (isSuccess(answer)) this.slowest.booking = Math.max(this.slowest.booking, answer.tookMs);
    return answer;
  }

  /** An appointment for a check that is about something else. Throws `CheckSkipped` where none can be made. */
  async anAppointment(): Promise<Booked> {
    const slot = this.freeSlot();
    const booking = this.aBooking(slot);
    const answer = await this.create(booking);
    const id = appointmentIdOf(answer);
    if (!isSuccess(answer) || id === null) throw new CheckSkipped('it needs an appointment, and none could be booked (see BOOK-1)');
    return { id, slot, reference: booking.reference };
  }

  move(id: string, slot: VendorSlot): Promise<Answer> {
    const { calendarId, appointmentTypeId, timezone } = this.getPlace();
    const body = {
      appointment_id: id,
      datetime: writtenInZone(slot.startMs, timezone),
      calendar_id: calendarId,
      ...(appointmentTypeId === null ? {} : { appointment_type_id: appointmentTypeId }),
    };
    return this.send({ method: 'PUT', path: `/appointments/${encodeURIComponent(id)}/reschedule`, body });
  }

  async cancel(id: string): Promise<Answer> {
    const answer = await this.send(cancelRequest(id));
    if (isSuccess(answer)) this.made.noteCanceled(id);
    return answer;
  }

  remember(id: string): void {
    this.made.remember(id);
  }

  /** The hospital keeps that appointment, as it should: past the cutoff only staff cancel. */
  acceptKept(id: string): void {
    this.made.acceptKept(id);
  }

  /** Cancels whatever is left of this run. Returns what could not be canceled. */
  cleanUp(): Promise<Leftovers> {
    return this.made.takeBack(this.client);
  }

  private slots(): VendorSlot[] {
    const all = [...(this.months?.values() ?? [])].flatMap(({ slots }) => slots);
    const from = this.nowMs() + AHEAD_MS;
    const ahead = all.filter(({ startMs }) => startMs >= from);
    return [...ahead, ...all.filter(({ startMs }) => startMs > this.nowMs() && startMs < from).reverse()];
  }
}

function overlaps(a: VendorSlot, b: VendorSlot): boolean {
  return a.startMs < b.endMs && b.startMs < a.endMs;
}
