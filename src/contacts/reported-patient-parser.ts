import { Temporal } from '../common/temporal.js';
import { GENDERS, nationalIdKey, type ContactDetails, type Gender } from './contact-details.js';
import { EARLIEST_BIRTH, type ReadingContext } from './contact-input.js';
import { readPhone } from '../common/phone.js';
import type { ReportedPatient } from './reported-patient.js';

/** A reported patient as the hub understood it. What could not be read counts as not told. */
export interface ReadPatient {
  patientId: string | null;
  temporaryPatientId: string | null;
  details: ContactDetails;
}

/** As the API takes them, too. */
const HOSPITAL_ID = /^[^\p{C}]{1,200}$/u;
const NATIONAL_ID = /^[^\p{C}]{1,64}$/u;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;
const NAME_LENGTH = 200;
const PHONE_LENGTH = 50;

/** Reads whatever a hospital sends, and never fails: an event must not be lost over a date of birth that is none. */
export function readReportedPatient(patient: ReportedPatient, context: Pick<ReadingContext, 'country' | 'today'>): ReadPatient {
  const rawPhone = cut(patient.phone, PHONE_LENGTH);
  const reading = rawPhone === null ? null : readPhone(rawPhone, context.country);
  return {
    patientId: fitting(patient.patientId, HOSPITAL_ID),
    temporaryPatientId: fitting(patient.temporaryPatientId, HOSPITAL_ID),
    details: {
      name: cut(patient.name, NAME_LENGTH),
      dateOfBirth: dateOfBirthOf(patient.dateOfBirth, context.today),
      phone: reading?.kind === 'phone' ? reading.e164 : null,
      rawPhone,
      email: fitting(patient.email?.toLowerCase() ?? null, EMAIL),
      gender: genderOf(patient.gender),
      nationalId: nationalIdOf(patient.nationalId),
    },
  };
}

/** White space and control characters made single spaces, cut to `length` characters; null where nothing is left. */
function cut(text: string | null, length: number): string | null {
  const clean = text?.replace(/[\s\p{Cc}]+/gu, ' ').trim() ?? '';
  return clean === '' ? null : [...clean].slice(0, length).join('').trim();
}

function fitting(text: string | null, pattern: RegExp): string | null {
  const trimmed = text?.trim() ?? '';
  return pattern.test(trimmed) ? trimmed : null;
}

function dateOfBirthOf(date: string | null, today: string): string | null {
  if (date === null || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  try {
    Temporal.PlainDate.from(date, { overflow: 'reject' });
  } catch {
    return null;
  }
  return date >= EARLIEST_BIRTH && date <= today ? date : null;
}

function genderOf(text: string | null): Gender | null {
  const word = text?.trim().toLowerCase();
  return GENDERS.find(gender => gender === word) ?? null;
}

/** A placeholder ("N/A") is none: it would keep the true one out. */
function nationalIdOf(text: string | null): string | null {
  const nationalId = fitting(text, NATIONAL_ID);
  return nationalIdKey(nationalId) === null ? null : nationalId;
}
