import { contradicts, differenceOf, matchContact, type Candidate, type GivenPerson } from './contact-match.js';

/** Why two contacts that bear ids of one patient are not taken for one: a person must say which of the two is wrong. */
export type MergeObstacle = 'permanent-ids-differ' | 'dates-of-birth-differ' | 'national-ids-differ';

/** What forbids to merge the two, or null (contract, "Webhooks"). */
export function mergeObstacle(one: Candidate, other: Candidate): MergeObstacle | null {
  if (contradicts(one.patientId, other.patientId)) return 'permanent-ids-differ';
  if (contradicts(one.dateOfBirth, other.dateOfBirth)) return 'dates-of-birth-differ';
  if (contradicts(one.nationalId, other.nationalId)) return 'national-ids-differ';
  return null;
}

/**
 * Whether an event of an appointment of `contact` that names an id of `other` shows that the two are one: what it tells is of both, or what
 * is known of the two is of one person. Else the hospital has given the appointment to somebody else.
 */
export function areTied(person: GivenPerson, contact: Candidate, other: Candidate): boolean {
  if (differenceOf(person, contact) !== null) return false;
  if (isEmpty(contact) || namesIdOf(person, contact)) return true;
  if (contradicts(person.patientId, contact.patientId)) return false;
  return matchContact(person, [contact]).kind === 'match' || isKnownByIdsOnly(other) || areAlike(other, contact);
}

/** Each was made from an event that told what the other lacks. A phone and a name alone are too little: nothing was said of both at once. */
function areAlike(one: Candidate, other: Candidate): boolean {
  const match = matchContact({ ...one, temporaryPatientId: null }, [other]);
  return match.kind === 'match' && match.rule !== 'phone-and-name' && !match.needsReview;
}

/** Whether it tells a permanent id together with a date of birth or national id that the contact has not: those of somebody else. */
export function isPermanentIdOfAnother(person: GivenPerson, contact: Candidate): boolean {
  const difference = differenceOf(person, contact);
  return person.patientId !== null && difference !== null && difference !== 'name-differs';
}

/** Whether nothing is known of the contact by which it could be found: made from an event that told nothing. */
export function isEmpty(contact: Candidate): boolean {
  const { name, patientId, phone, dateOfBirth, nationalId, temporaryPatientIds } = contact;
  return [name, patientId, phone, dateOfBirth, nationalId].every(value => value === null) && temporaryPatientIds.length === 0;
}

/** Which of the two stays: the one with a permanent id, else one of whom anything is known, else the older (ids sort by time). */
export function keptOf(one: Candidate, other: Candidate): { kept: Candidate; merged: Candidate } {
  const [older, newer] = one.contactId < other.contactId ? [one, other] : [other, one];
  for (const isBetter of [hasPermanentId, isSomebody]) {
    if (isBetter(newer) && !isBetter(older)) return { kept: newer, merged: older };
    if (isBetter(older) && !isBetter(newer)) break;
  }
  return { kept: older, merged: newer };
}

function namesIdOf({ patientId, temporaryPatientId }: GivenPerson, contact: Candidate): boolean {
  const isNamed = temporaryPatientId !== null && contact.temporaryPatientIds.includes(temporaryPatientId);
  return isNamed || (patientId !== null && patientId === contact.patientId);
}

/** The hospital told its ids before anybody told more, as by a `patientCreated` ahead of the booking. */
function isKnownByIdsOnly({ name, phone, dateOfBirth, nationalId }: Candidate): boolean {
  return [name, phone, dateOfBirth, nationalId].every(value => value === null);
}

function hasPermanentId(contact: Candidate): boolean {
  return contact.patientId !== null;
}

function isSomebody(contact: Candidate): boolean {
  return !isEmpty(contact);
}
