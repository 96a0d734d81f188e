import { createHash } from 'node:crypto';

const ID_NAMES = new Set(['id', 'calendarId', 'appointmentTypeId', 'appointmentId', 'patientId', 'temporaryPatientId']);
/** Six bytes: whole numbers that JSON carries exactly. */
const BYTES = 6;

/** Whether ids of this hospital stand under that name, in either spelling; a national id or a reference is not one of its own. */
export function isIdName(name: string): boolean {
  return ID_NAMES.has(name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()));
}

/** The number that stands for an id: always the same, so that it outlives a restart. */
export function numberOf(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, BYTES);
}
