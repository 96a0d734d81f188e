import { hasOtherSuffix, isSameName, namesAgree } from './person-name.js';

/** What is said of a person. Phones are E.164, national ids normalised, dates `YYYY-MM-DD`; null is unknown. */
export interface GivenPerson {
  name: string | null;
  dateOfBirth: string | null;
  phone: string | null;
  nationalId: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** What is known of a contact that shares an id or a phone with the person. */
export interface Candidate {
  contactId: string;
  /** null: the hospital has named an id only. */
  name: string | null;
  dateOfBirth: string | null;
  phone: string | null;
  nationalId: string | null;
  patientId: string | null;
  /** A hospital may give one for each booking. */
  temporaryPatientIds: readonly string[];
}

export type MatchRule = 'patient-id' | 'temporary-id' | 'national-id' | 'phone-and-date-of-birth' | 'phone-and-name';

/** Why a match must be looked at by a person before anything of it is overwritten. */
export type DifferenceReason = 'name-differs' | 'date-of-birth-differs' | 'national-id-differs';

/** `needsReview`: it is this contact by its id, but what was said of it differs: link it, overwrite nothing. */
export type ContactMatch =
  | { kind: 'match'; contactId: string; rule: MatchRule; needsReview: false; reviewReason: null }
  | { kind: 'match'; contactId: string; rule: MatchRule; needsReview: true; reviewReason: DifferenceReason }
  | { kind: 'new'; reason: 'no-match' | 'ambiguous' };

/**
 * Which contact is meant (contract, "Matching a contact"). The first rule that finds anybody decides; where it finds several, nobody is
 * meant. The hospital's own ids stand above what people say of themselves; a national id, which people type, does not.
 */
export function matchContact(given: GivenPerson, candidates: readonly Candidate[]): ContactMatch {
  for (const { rule, fits, refine } of RULES) {
    const found = candidates.filter(candidate => fits(given, candidate));
    if (found.length === 0) continue;
    const meant = onlyOne(found) ?? onlyOne(refine(given, found));
    return meant ? matched(rule, given, meant) : { kind: 'new', reason: 'ambiguous' };
  }
  return { kind: 'new', reason: 'no-match' };
}

interface Rule {
  rule: MatchRule;
  fits: (given: GivenPerson, known: Candidate) => boolean;
  /** Of several that fit, those that fit best. */
  refine: (given: GivenPerson, found: Candidate[]) => Candidate[];
}

const RULES: readonly Rule[] = [
  { rule: 'patient-id', fits: (given, known) => isSame(given.patientId, known.patientId), refine: (_, found) => found },
  { rule: 'temporary-id', fits: fitsByTemporaryId, refine: (_, found) => found },
  {
    rule: 'national-id',
    fits: fitsByNationalId,
    refine: (given, found) => found.filter(known => isSame(given.dateOfBirth, known.dateOfBirth)),
  },
  { rule: 'phone-and-date-of-birth', fits: fitsByPhoneAndDateOfBirth, refine: withTheSameWords },
  { rule: 'phone-and-name', fits: fitsByPhoneAndName, refine: withTheSameWords },
];

function fitsByTemporaryId(given: GivenPerson, known: Candidate): boolean {
  return (
    given.temporaryPatientId !== null &&
    known.temporaryPatientIds.includes(given.temporaryPatientId) &&
    !contradicts(given.patientId, known.patientId)
  );
}

/** A mother gives her own id for her child: another name is believed only with the same date of birth (a marriage, a correction). */
function fitsByNationalId(given: GivenPerson, known: Candidate): boolean {
  if (!isSame(given.nationalId, known.nationalId) || conflicts(given, known)) return false;
  return isSame(given.dateOfBirth, known.dateOfBirth) || !hasOtherName(given, known);
}

/** Twins share phone and date of birth: the name must agree. */
function fitsByPhoneAndDateOfBirth(given: GivenPerson, known: Candidate): boolean {
  if (!isSame(given.phone, known.phone) || !isSame(given.dateOfBirth, known.dateOfBirth) || conflicts(given, known)) return false;
  return isName(given.name, known.name, namesAgree);
}

/** Father and son share phone and name: without a date of birth on both sides, Jr. is another person. */
function fitsByPhoneAndName(given: GivenPerson, known: Candidate): boolean {
  if (!isSame(given.phone, known.phone) || conflicts(given, known)) return false;
  return isName(given.name, known.name, (a, b) => namesAgree(a, b) && !hasOtherSuffix(a, b));
}

/** The one of whom exactly this was said before, so that saying it again makes no further contact. */
function withTheSameWords(given: GivenPerson, found: Candidate[]): Candidate[] {
  return found.filter(known => isName(given.name, known.name, isSameName) && given.dateOfBirth === known.dateOfBirth);
}

function matched(rule: MatchRule, given: GivenPerson, known: Candidate): ContactMatch {
  const difference = differenceOf(given, known);
  return difference === null
    ? { kind: 'match', contactId: known.contactId, rule, needsReview: false, reviewReason: null }
    : { kind: 'match', contactId: known.contactId, rule, needsReview: true, reviewReason: difference };
}

/** What was said and contradicts what is known, or null; an unknown on either side contradicts nothing. */
export function differenceOf(given: GivenPerson, known: Candidate): DifferenceReason | null {
  if (contradicts(given.dateOfBirth, known.dateOfBirth)) return 'date-of-birth-differs';
  if (contradicts(given.nationalId, known.nationalId)) return 'national-id-differs';
  if (hasOtherName(given, known)) return 'name-differs';
  return null;
}

function conflicts(given: GivenPerson, known: Candidate): boolean {
  return (
    contradicts(given.patientId, known.patientId) ||
    contradicts(given.nationalId, known.nationalId) ||
    contradicts(given.dateOfBirth, known.dateOfBirth)
  );
}

function isSame(given: string | null, known: string | null): boolean {
  return given !== null && given === known;
}

/** Both are known, and differ. */
export function contradicts(given: string | null, known: string | null): boolean {
  return given !== null && known !== null && given !== known;
}

function isName(given: string | null, known: string | null, agree: (given: string, known: string) => boolean): boolean {
  return given !== null && known !== null && agree(given, known);
}

function hasOtherName(given: GivenPerson, known: Candidate): boolean {
  return isName(given.name, known.name, (a, b) => !namesAgree(a, b));
}

function onlyOne(found: readonly Candidate[]): Candidate | null {
  return found.length === 1 ? (found[0] ?? null) : null;
}
