import type { Random } from './random.js';

/** Invented. */
export interface StormPatient {
  patientId: string | null;
  temporaryId: string | null;
  /** Begins with a temporary id, and gets the permanent one by `patientCreated`. */
  isJoined: boolean;
  name: string;
  dateOfBirth: string;
  phone: string;
  email: string;
}

const GIVEN_NAMES = ['Alpha', 'Bravo', 'Charlie', 'Delta'];

/** Four patients for five appointments, in families of one to three that share a phone; twins share the date of birth, too. */
export function makePatients(random: Random, appointments: number): StormPatient[] {
  const patients: StormPatient[] = [];
  const count = Math.ceil(appointments * 0.8);
  for (let family = 0; patients.length < count; family += 1) {
    const size = random.pick([1, 1, 1, 2, 3]);
    const areTwins = random.chance(0.3);
    const dates = GIVEN_NAMES.map(() => aDate(random));
    for (const [member, given] of GIVEN_NAMES.slice(0, size).entries()) {
      if (patients.length === count) break;
      const n = patients.length;
      const kind = random.pick(['permanent', 'permanent', 'joined', 'joined', 'temporary']);
      patients.push({
        patientId: kind === 'temporary' ? null : `P-${n}`,
        temporaryId: kind === 'permanent' ? null : `T-${n}`,
        isJoined: kind === 'joined',
        name: `${given} Inventada${letters(family)}`,
        dateOfBirth: dates[areTwins ? 0 : member] ?? '1990-01-01',
        phone: `+63917${String(1_000_000 + family)}`,
        email: `patient${n}@example.org`,
      });
    }
  }
  return patients;
}

function aDate(random: Random): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${1940 + random.below(70)}-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`;
}

/** A name for a number: 0 is "aaa". */
function letters(n: number): string {
  return [676, 26, 1].map(place => String.fromCharCode(97 + (Math.floor(n / place) % 26))).join('');
}
