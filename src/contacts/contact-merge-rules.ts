import { contradicts, type Candidate } from './contact-match.js';

/** Why two contacts that bear ids of one patient are not taken for one: a person must say which of the two is wrong. */
export type MergeObstacle = 'permanent-ids-differ' | 'dates-of-birth-differ' | 'national-ids-differ';

/** What forbids to merge the two, or null (contract, "Webhooks"). */
export function mergeObstacle(one: Candidate, other: Candidate): MergeObstacle | null {
  if (contradicts(one.patientId, other.patientId)) return 'permanent-ids-differ';
  if (contradicts(one.dateOfBirth, other.dateOfBirth)) return 'dates-of-birth-differ';
  if (contradicts(one.nationalId, other.nationalId)) return 'national-ids-differ';
  return null;
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

function hasPermanentId(contact: Candidate): boolean {
  return contact.patientId !== null;
}

function isSomebody(contact: Candidate): boolean {
  return !isEmpty(contact);
}
