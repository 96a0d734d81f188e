import {
  getExampleNumber,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js';
import examples from 'libphonenumber-js/examples.mobile.json';
import type { FieldError } from './domain-error.js';

/** What is wrong with a phone number, as a word. */
export type PhoneProblem = 'too-short' | 'too-long' | 'wrong-length' | 'not-a-number' | 'unknown-country';

/** A phone number as it was read: E.164, or why it is none. */
export type PhoneReading = { kind: 'phone'; e164: string } | { kind: 'problem'; problem: PhoneProblem };

const PROBLEMS: Record<PhoneProblem, string> = {
  'too-short': 'is too short',
  'too-long': 'is too long',
  'wrong-length': 'has a length that no number has',
  'not-a-number': 'is not a phone number',
  'unknown-country': 'begins with a country code that does not exist, or has none where one is needed',
};

/** By the library's word for it. */
const PROBLEM_OF: Record<NonNullable<ReturnType<typeof validatePhoneNumberLength>>, PhoneProblem> = {
  TOO_SHORT: 'too-short',
  TOO_LONG: 'too-long',
  INVALID_LENGTH: 'wrong-length',
  INVALID_COUNTRY: 'unknown-country',
  NOT_A_NUMBER: 'not-a-number',
};

/** Marks that copied text carries around a number and nobody sees (direction, zero width). */
const INVISIBLE = /\p{Cf}/gu;

/**
 * Reads a number as people write it: spaces, brackets, dashes, the national zero, `00` for `+`. `country` (ISO 3166-1 alpha-2) holds
 * where the number names none. Only an impossible length is refused: which ranges a country has given out changes faster than any
 * library, and a real number refused is a patient lost.
 */
export function readPhone(raw: string, country: string): PhoneReading {
  const text = raw.normalize('NFKC').replace(INVISIBLE, '').trim();
  const options = { ...defaultCountry(country), extract: false } as const;
  const problem = validatePhoneNumberLength(text, options);
  if (problem !== undefined) return { kind: 'problem', problem: PROBLEM_OF[problem] };
  const number = parsePhoneNumberFromString(text, options);
  return number ? { kind: 'phone', e164: number.number } : { kind: 'problem', problem: 'not-a-number' };
}

/** The number in E.164; a problem is added to `errors`, and null returned. */
export function phoneIn(field: string, raw: string, context: { country: string }, errors: FieldError[]): string | null {
  const reading = readPhone(raw, context.country);
  if (reading.kind === 'phone') return reading.e164;
  errors.push({ field, code: 'invalid-phone', message: phoneProblemMessage(field, reading.problem, context.country) });
  return null;
}

/** What is wrong with the number in `field`, and what one of `country` looks like. Never quotes the number. */
export function phoneProblemMessage(field: string, problem: PhoneProblem, country: string): string {
  const example = examplePhone(country);
  const right =
    example === null ? 'give it with its country code, such as +63 905 123 4567' : `a number of ${country} looks like ${example}`;
  return `${field} ${PROBLEMS[problem]}: ${right}.`;
}

/** A mobile number of the country, in international form; null where the library knows none. */
function examplePhone(country: string): string | null {
  return isSupportedCountry(country) ? (getExampleNumber(country, examples)?.formatInternational() ?? null) : null;
}

function defaultCountry(country: string): { defaultCountry?: CountryCode } {
  return isSupportedCountry(country) ? { defaultCountry: country } : {};
}
