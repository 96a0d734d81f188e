import type { Random } from '../../storm/random.js';
import { EVILS, isDoneBy, type Evil } from './evils.js';
import { WAYS, type Way } from './ways.js';

export interface PlannedPatient {
  name: string;
  dateOfBirth: string;
  phone: string;
  patientId?: string;
}

/** One patient who wants one slot, and what the hospital does to it. */
export interface PlannedBooking {
  n: number;
  start: string;
  patient: PlannedPatient;
  /** null: the hospital answers as it should. */
  evil: Evil | null;
  isDone: boolean;
}

export interface PlannedHospital {
  way: Way;
  /** All that it offers: a slot for each booking, and one that nobody takes. */
  starts: string[];
  bookings: PlannedBooking[];
}

export interface PlanSize {
  bookings: number;
  /** A multiple of four: as many of each way. */
  hospitals: number;
  /** Of 1, by how much of the bookings the hospital does evil. */
  share: number;
  /** `YYYY-MM`, in which the slots lie. */
  month: string;
}

const FIRST_HOUR = 7;
const SLOTS_A_DAY = 48;

/** In each way each evil as often as the other, done and not in turn; the same by the same seed. */
export function planBookings(random: Random, { bookings, hospitals, share, month }: PlanSize): PlannedHospital[] {
  const perWay = Math.floor(bookings / WAYS.length);
  const hospitalsPerWay = hospitals / WAYS.length;
  return WAYS.flatMap((way, w) => {
    const evils = random.shuffled(evilsOf(perWay, share));
    const planned = evils.map(({ evil, isDone }, i) => aBooking(w * perWay + i, evil, isDone));
    return Array.from({ length: hospitalsPerWay }, (_, h) => {
      const own = restsLast(planned.filter((_booking, i) => i % hospitalsPerWay === h));
      const starts = Array.from({ length: own.length + 1 }, (_slot, s) => startOf(month, s));
      return { way, starts, bookings: own.map((booking, s) => ({ ...booking, start: starts[s] ?? '' })) };
    });
  });
}

/** What makes a hospital be left alone comes last: it would be spared all other evil. */
function restsLast<T extends { evil: Evil | null }>(bookings: readonly T[]): T[] {
  const isLast = ({ evil }: T): boolean => evil === 'rate-limited';
  return [...bookings.filter(booking => !isLast(booking)), ...bookings.filter(isLast)];
}

function evilsOf(count: number, share: number): { evil: Evil | null; isDone: boolean }[] {
  const evil = Math.round(count * share);
  return Array.from({ length: count }, (_, i) => {
    const kind = i < evil ? (EVILS[i % EVILS.length] ?? null) : null;
    return { evil: kind, isDone: kind === null || isDoneBy(kind, Math.floor(i / EVILS.length) % 2 === i % 2) };
  });
}

/** Invented; no two share a phone. Half are known to the hospital by an id. */
function aBooking(n: number, evil: Evil | null, isDone: boolean): Omit<PlannedBooking, 'start'> & { start: string } {
  const hasId = evil === 'another-patient' || n % 2 === 0;
  const patient = {
    name: `Testa Evil${String.fromCharCode(65 + (n % 26))} Number ${n}`,
    dateOfBirth: `19${50 + (n % 50)}-0${1 + (n % 9)}-1${n % 10}`,
    phone: `+63917${String(1_000_000 + n)}`,
    ...(hasId ? { patientId: `P-${n}` } : {}),
  };
  return { n, start: '', patient, evil, isDone };
}

/** In Manila, which has no daylight saving. */
function startOf(month: string, slot: number): string {
  const day = 1 + Math.floor(slot / SLOTS_A_DAY);
  const minutes = FIRST_HOUR * 60 + (slot % SLOTS_A_DAY) * 15;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${month}-${two(day)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00+08:00`;
}
