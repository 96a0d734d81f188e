import type { AvailabilityQuery, UpstreamSlot } from '../scheduler.js';
import { DAY_MS, MINUTE_MS, readDate, readDateTime, readTimeOfDay, type WrittenDateTime } from './date-time.js';
import { WrongShapeError, firstField, isJsonObject, unwrapList, type JsonObject } from './fields.js';
import { ZoneClock, monthBounds } from './zone-offsets.js';

/** Of one month; a slot each five minutes, day and night, is less. */
const MOST_SLOTS = 10_000;

export interface AvailabilityReading {
  /** Of the month, sorted by start, each start once (listed more often: the most seats of them). */
  slots: UpstreamSlot[];
  /** Local times that daylight saving skips: dropped. */
  skippedByDst: number;
  /** Slots of other months, which an upstream sent along: dropped. */
  outsideMonth: number;
}

const START_NAMES = ['start', 'time', 'datetime', 'startTime', 'dateTime'];
const END_NAMES = ['end', 'endTime'];
const SEATS_NAMES = ['available', 'slotsAvailable'];

/**
 * Reads `GET availability`: days with slots (`[{date, slots|times: […]}]`) or a flat list; a slot is `"09:30"`, `{start, end}`,
 * `{time}` or an ISO date-time. Times without offset are in `query.timezone`. Throws `WrongShapeError` for anything else.
 */
export function readAvailability(body: unknown, query: AvailabilityQuery): AvailabilityReading {
  const list = unwrapList(body, isDay);
  if (list === null)
    throw new WrongShapeError('availability: an array of days or slots expected, bare or under data, slots or availability');
  const reader = new SlotReader(query);
  list.forEach((item, index) => {
    reader.place = { item: index, slot: null };
    if (!isJsonObject(item)) reader.add(item, null);
    else if (isDay(item)) readDay(reader, item, index);
    else reader.add(item, readDate(item['date']));
  });
  return reader.reading();
}

/** A day names its date and holds a list, be it empty or null. */
function isDay(object: JsonObject): boolean {
  if (typeof object['date'] !== 'string') return false;
  const slots = object['slots'] === undefined ? object['times'] : object['slots'];
  return slots === null || Array.isArray(slots);
}

function readDay(reader: SlotReader, day: JsonObject, item: number): void {
  const date = readDate(day['date']);
  if (date === null) throw reader.wrong('date must be YYYY-MM-DD');
  const slots = (day['slots'] ?? day['times'] ?? []) as unknown[];
  slots.forEach((written, slot) => {
    reader.place = { item, slot };
    reader.add(written, date);
  });
}

interface FoundSlot {
  startMs: number;
  endMs: number;
  available: number;
}

/** Gathers the slots of one answer. Remembers how often a local time was listed: on the day that shows an hour twice, that decides. */
class SlotReader {
  /** Where in the answer the reader is, for messages. */
  place: { item: number; slot: number | null } = { item: 0, slot: null };
  private readonly found: FoundSlot[] = [];
  private isSorted = true;
  private readonly timesListed = new Map<number, number>();
  private readonly month: { fromMs: number; untilMs: number };
  private readonly clock: ZoneClock;
  private skippedByDst = 0;
  private outsideMonth = 0;

  constructor(private readonly query: AvailabilityQuery) {
    this.month = monthBounds(query.month, query.timezone);
    this.clock = new ZoneClock(query.timezone);
  }

  /** `dateMs`: the day that a time without date belongs to; null where the list is flat. */
  add(slot: unknown, dateMs: number | null): void {
    const object = isJsonObject(slot) ? slot : null;
    const written = readMoment(object ? firstField(object, START_NAMES) : slot, dateMs);
    if (written === null) throw this.wrong('no start that is an ISO date-time, or HH:mm on a day');
    const available = object ? readSeats(object) : 1;
    if (available === null) throw this.wrong('available must be a whole number');
    const startMs = this.instantOf(written);
    if (startMs === null) this.skippedByDst++;
    else if (startMs < this.month.fromMs || startMs >= this.month.untilMs) this.outsideMonth++;
    else if (available > 0) this.keep(startMs, this.endOf(object, written, startMs), available);
  }

  wrong(what: string): WrongShapeError {
    const { item, slot } = this.place;
    return new WrongShapeError(`availability[${item}]${slot === null ? '' : `.slots[${slot}]`}: ${what}`);
  }

  /** As a rule an upstream lists in order, each start once: then nothing is sorted or merged. */
  reading(): AvailabilityReading {
    if (!this.isSorted) this.found.sort((a, b) => a.startMs - b.startMs);
    const slots: UpstreamSlot[] = [];
    let lastMs = NaN;
    for (const { startMs, endMs, available } of this.found) {
      const last = slots.at(-1);
      if (startMs === lastMs && last) last.available = Math.max(last.available, available);
      else slots.push({ start: new Date(startMs), end: new Date(endMs), available });
      lastMs = startMs;
    }
    return { slots, skippedByDst: this.skippedByDst, outsideMonth: this.outsideMonth };
  }

  private keep(startMs: number, endMs: number, available: number): void {
    if (this.found.length >= MOST_SLOTS) throw this.wrong(`more than ${MOST_SLOTS} slots in a month`);
    this.isSorted &&= startMs >= (this.found.at(-1)?.startMs ?? startMs);
    this.found.push({ startMs, endMs, available });
  }

  /** Null where daylight saving skips the time. Listed once it is the first of two, listed again the second. */
  private instantOf(written: WrittenDateTime): number | null {
    if (written.offsetMs !== null) return written.localMs - written.offsetMs;
    const instants = this.clock.instantsOf(written.localMs);
    const first = instants[0];
    const second = instants[1];
    if (first === undefined || second === undefined) return first ?? null;
    const listed = this.timesListed.get(written.localMs) ?? 0;
    this.timesListed.set(written.localMs, listed + 1);
    return listed === 0 ? first : second;
  }

  private endOf(object: JsonObject | null, start: WrittenDateTime, startMs: number): number {
    const text = object ? firstField(object, END_NAMES) : undefined;
    if (text === undefined) return startMs + this.query.durationMinutes * MINUTE_MS;
    const localStartMs = start.offsetMs === null ? start.localMs : this.clock.localOf(startMs);
    const end = readMoment(text, Math.floor(localStartMs / DAY_MS) * DAY_MS);
    if (end === null) throw this.wrong('end is neither an ISO date-time nor HH:mm');
    const endMs = end.offsetMs === null ? this.localEnd(end.localMs, localStartMs, startMs) : end.localMs - end.offsetMs;
    if (endMs <= startMs || endMs > startMs + DAY_MS) throw this.wrong('end must be after start, within a day');
    return endMs;
  }

  /** By the wall clock; on a day that shows an hour twice no longer than the clock's own difference. `00:00` is the next day's. */
  private localEnd(writtenMs: number, localStartMs: number, startMs: number): number {
    const isNextMidnight = writtenMs <= localStartMs && writtenMs % DAY_MS === 0;
    const localEndMs = isNextMidnight ? writtenMs + DAY_MS : writtenMs;
    const byDifference = startMs + localEndMs - localStartMs;
    const byClock = this.clock.instantsOf(localEndMs).find(instant => instant > startMs);
    return byClock === undefined ? byDifference : Math.min(byClock, byDifference);
  }
}

function readMoment(value: unknown, dateMs: number | null): WrittenDateTime | null {
  if (typeof value !== 'string') return null;
  if (value[4] === '-') return readDateTime(value);
  const time = dateMs === null ? null : readTimeOfDay(value);
  return time === null || dateMs === null ? null : { localMs: dateMs + time, offsetMs: null };
}

/** How many seats are left: 1 unless it says so, 0 for a slot that is full; null for what is no number. */
/** More than anybody books. */
const MOST_SEATS = 1_000_000;

function readSeats(object: JsonObject): number | null {
  const written = firstField(object, SEATS_NAMES);
  if (written === undefined || written === true) return 1;
  if (written === false) return 0;
  const seats = typeof written === 'string' && /^\d{1,6}$/.test(written) ? Number(written) : written;
  return typeof seats === 'number' && Number.isInteger(seats) ? Math.min(Math.max(seats, 0), MOST_SEATS) : null;
}
