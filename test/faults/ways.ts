import type { HospitalTraits } from './hospital-books.js';

/** What a hospital offers to learn a booking's outcome by. */
export const WAYS = ['list', 'idempotent', 'echoes', 'none'] as const;
export type Way = (typeof WAYS)[number];

const PLAIN: HospitalTraits = { hasList: false, isIdempotent: false, hasEchoes: false, seats: 3 };

/** `none` is left with the seat itself: of one seat it shows whether it was taken. */
export const TRAITS: Record<Way, HospitalTraits> = {
  list: { ...PLAIN, hasList: true },
  idempotent: { ...PLAIN, isIdempotent: true },
  echoes: { ...PLAIN, hasEchoes: true },
  none: { ...PLAIN, seats: 1 },
};
