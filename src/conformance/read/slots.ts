import { readMoment } from './date-time.js';
import { field, isObject, listOf, textField } from './fields.js';

export interface VendorSlot {
  startMs: number;
  endMs: number;
  /** Seats left. */
  available: number;
}

export interface ReadSlots {
  /** In order of their starts. */
  slots: VendorSlot[];
  /** Each as a sentence’s end: `"2026-10-05T25:00" is no time`. */
  unreadable: string[];
  wrongOffsets: string[];
  withoutOffset: number;
  /** No end after the start, no seat. */
  broken: string[];
}

export interface SlotReading {
  timezone: string;
  /** Where a slot names no end. */
  durationMinutes: number;
}

/** A month's answer: days with slots, or a flat list. Null where it holds no list. */
export function readSlots(body: unknown, reading: SlotReading): ReadSlots | null {
  const list = listOf(body);
  if (list === null) return null;
  const read: ReadSlots = { slots: [], unreadable: [], wrongOffsets: [], withoutOffset: 0, broken: [] };
  for (const item of list) {
    const inner = isObject(item) ? field(item, 'slots', 'times') : undefined;
    if (isObject(item) && Array.isArray(inner)) {
      const date = textField(item, 'date') ?? '';
      for (const slot of inner as unknown[]) readSlot(slot, date, reading, read);
    } else readSlot(item, isObject(item) ? (textField(item, 'date') ?? '') : '', reading, read);
  }
  read.slots.sort((a, b) => a.startMs - b.startMs);
  return read;
}

function readSlot(item: unknown, date: string, { timezone, durationMinutes }: SlotReading, read: ReadSlots): void {
  const start = typeof item === 'string' ? item : isObject(item) ? textField(item, 'start', 'time', 'datetime', 'startTime') : null;
  const moment = start === null ? null : readMoment(withDate(start, date), timezone);
  if (moment === null) return void read.unreadable.push(`${JSON.stringify(start)} is no time`);
  if (!moment.hasOffset) read.withoutOffset += 1;
  if (!moment.isZonesOffset) read.wrongOffsets.push(`"${String(start)}" in ${timezone}`);
  const end = isObject(item) ? textField(item, 'end', 'endTime') : null;
  const until = end === null ? null : readMoment(withDate(end, date), timezone);
  if (end !== null && until === null) return void read.unreadable.push(`"${end}" is no time`);
  const endMs = until?.epochMs ?? moment.epochMs + durationMinutes * 60_000;
  const seats = isObject(item) ? field(item, 'available', 'slotsAvailable') : undefined;
  const available = seats === undefined || seats === true ? 1 : Number(seats);
  if (endMs <= moment.epochMs) return void read.broken.push(`"${String(start)}" ends before it starts`);
  if (!Number.isInteger(available) || available < 1) return void read.broken.push(`"${String(start)}" has no seat left`);
  read.slots.push({ startMs: moment.epochMs, endMs, available });
}

/** `09:30` and `9:30` are of the day that they stand under. */
function withDate(text: string, date: string): string {
  return /^T?\d{1,2}:\d{2}/.test(text) ? `${date}T${text.replace(/^T/, '').replace(/^(\d):/, '0$1:')}` : text;
}
