import { phoneDigits } from '../records/patient-index.js';
import type { Patient, PatientDetails } from '../records/patient.js';

/**
 * Which of the hospital's patients is meant, or null for none: permanent id, then temporary id, then national id, then phone with date of
 * birth. An id decides alone. The other two must not contradict what else is known, and phone with date of birth needs a name that agrees,
 * as twins share both; where two would fit, neither does.
 */
export function matchPatient(given: PatientDetails, candidates: readonly Patient[]): Patient | null {
  return (
    candidates.find(known => isSame(known.patientId, given.patientId)) ??
    candidates.find(known => isSame(known.temporaryPatientId, given.temporaryPatientId)) ??
    candidates.find(known => isSame(known.nationalId, given.nationalId) && !contradicts(known.dateOfBirth, given.dateOfBirth)) ??
    onlyOne(candidates.filter(known => isSamePersonByPhone(known, given)))
  );
}

/** What the hospital knows stays; the booking only fills what it did not know. */
export function fillGaps(known: Patient, given: PatientDetails): Patient {
  return {
    ...known,
    dateOfBirth: known.dateOfBirth ?? given.dateOfBirth,
    phone: known.phone ?? given.phone,
    email: known.email ?? given.email,
    gender: known.gender ?? given.gender,
    nationalId: known.nationalId ?? given.nationalId,
  };
}

/** "Maria Santos" agrees with "Santos, María" and with "Maria Lopez Santos", not with "Ana Santos". */
export function namesAgree(a: string, b: string): boolean {
  const wordsOfA = nameWords(a);
  const wordsOfB = nameWords(b);
  const [fewer, more] = wordsOfA.length <= wordsOfB.length ? [wordsOfA, wordsOfB] : [wordsOfB, wordsOfA];
  return fewer.length > 0 && fewer.every(word => more.includes(word));
}

function isSamePersonByPhone(known: Patient, given: PatientDetails): boolean {
  if (known.phone === null || given.phone === null || phoneDigits(known.phone) !== phoneDigits(given.phone)) return false;
  if (!isSame(known.dateOfBirth, given.dateOfBirth)) return false;
  return !contradicts(known.nationalId, given.nationalId) && namesAgree(known.name, given.name);
}

function isSame(known: string | null, given: string | null): boolean {
  return known !== null && known === given;
}

function contradicts(known: string | null, given: string | null): boolean {
  return known !== null && given !== null && known !== given;
}

function onlyOne(patients: readonly Patient[]): Patient | null {
  return patients.length === 1 ? (patients[0] ?? null) : null;
}

function nameWords(name: string): string[] {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
