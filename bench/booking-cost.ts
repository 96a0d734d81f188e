import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { median, percentile, rounded, spread, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';

const PER_SECOND = 40;
const EVERY_MS = 1_000 / PER_SECOND;
const WARM_UP = 3 * PER_SECOND;
const MEASURED = 15 * PER_SECOND;
const MOST_MS = { p50: 6, p99: 15 };

export interface Slot {
  calendarId: string;
  appointmentTypeId: string;
  calendarExternalId: string;
  start: string;
}

/** Bookings of patients and slots that are all different, and between any two of them the same call straight to the hospital. */
export async function bookingCost(http: HttpClient, hub: Hub, facility: Facility, hospitalUrl: string): Promise<Figure> {
  const slots = await offeredSlots(http, facility, WARM_UP + MEASURED);
  const start = performance.now() + 200;
  const cpuBefore = hub.process.cpuMs();
  const [booked, direct] = await Promise.all([
    openLoop(start, slots, (slot, index) => book(http, facility, slot, index)),
    openLoop(start + EVERY_MS / 2, slots, slot => askHospital(http, hospitalUrl, slot)),
  ]);
  const cpuMs = (hub.process.cpuMs() - cpuBefore) / slots.length;
  const answerMs = median(direct);
  const own = booked.map(ms => ms - answerMs);
  // Late timers and turns that are somebody else's make the direct calls late, too.
  const [p50, p99] = [median(own), percentile(booked, 0.99) - percentile(direct, 0.99)];
  return {
    name: `booking, ${PER_SECOND}/s`,
    hub: `${rounded(median(booked))} ms, own ${rounded(p50)} ms, p99 ${rounded(p99)} ms`,
    plain: `${rounded(answerMs)} ms, the hospital's answer`,
    ratio: median(booked) / answerMs,
    reach: `own ≤ ${MOST_MS.p50}, p99 ≤ ${MOST_MS.p99} ms`,
    isReached: p50 <= MOST_MS.p50 && p99 <= MOST_MS.p99,
    details: {
      bookings: booked.length,
      hubCpuMsPerBooking: rounded(cpuMs),
      ownMs: spread(own),
      hubMs: spread(booked),
      hospitalMs: spread(direct),
    },
  };
}

/** As a patient's chat does: the month is read first. `needed` slots of the month so far ahead, spread over all calendars. */
export async function offeredSlots(http: HttpClient, facility: Facility, needed: number, monthsAhead = 1): Promise<Slot[]> {
  const perCalendar = await Promise.all(
    facility.calendars.map(async (calendar): Promise<Slot[]> => {
      const url = availabilityUrl(facility, calendar, monthAhead(monthsAhead));
      const month = (await http.json(url, { headers: facility.headers })) as Month;
      const appointmentTypeId = calendar.appointmentTypes[0]?.id ?? '';
      const place = { calendarId: calendar.id, appointmentTypeId, calendarExternalId: calendar.externalId };
      return month.days.flatMap(day => day.slots).map(({ start }) => ({ ...place, start }));
    }),
  );
  const slots = Array.from({ length: needed }, (_, i) => perCalendar[i % perCalendar.length]?.[Math.floor(i / perCalendar.length)]);
  if (slots.includes(undefined)) throw new Error(`The hospital offers fewer than ${needed} slots.`);
  return slots as Slot[];
}

/**
 * Sends by the clock, whether or not what went before is answered. Milliseconds from when each was due to its answer, those of
 * the warm-up left out.
 */
async function openLoop(startMs: number, slots: Slot[], send: (slot: Slot, index: number) => Promise<void>): Promise<number[]> {
  const latencies = slots.map(async (slot, index) => {
    const dueMs = startMs + index * EVERY_MS;
    await delay(Math.ceil(dueMs - performance.now()));
    await send(slot, index);
    return performance.now() - dueMs;
  });
  return (await Promise.all(latencies)).slice(WARM_UP);
}

export async function book(http: HttpClient, facility: Facility, slot: Slot, index: number): Promise<void> {
  const { calendarId, appointmentTypeId, start } = slot;
  const contact = {
    name: `Testa Inventada ${letters(index)}`,
    dateOfBirth: '1990-01-01',
    phone: `+63917${3_000_000 + index}`,
    gender: 'female',
  };
  const headers = { ...facility.headers, 'idempotency-key': randomUUID() };
  const body = { contact, calendarId, appointmentTypeId, start };
  const { status, text } = await http.send(`${facility.url}/appointments`, { method: 'POST', headers, body });
  if (status !== 201) throw new Error(`Booking ${index} answered ${status}: ${text.slice(0, 500)}`);
}

async function askHospital(http: HttpClient, hospitalUrl: string, slot: Slot): Promise<void> {
  const patient = { name: 'Testa Inventada', date_of_birth: '1990-01-01', phone: '+639170000001', gender: 'female' };
  const body = {
    calendar_id: slot.calendarExternalId,
    appointment_type_id: 'consultation',
    datetime: slot.start,
    patient,
    external_reference: randomUUID(),
  };
  await http.json(`${hospitalUrl}/api/v1/appointments`, { method: 'POST', headers: { authorization: 'Bearer bench-upstream-key' }, body });
}

/** Names hold no digits. */
function letters(index: number): string {
  return Array.from(String(index), digit => 'ABCDEFGHIJ'[Number(digit)]).join('');
}
