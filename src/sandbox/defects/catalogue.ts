import { BOOKING_DEFECTS } from './booking-defects.js';
import type { Defect } from './defect.js';
import { SET_UP_DEFECTS } from './set-up-defects.js';

export type DefectName = keyof typeof SET_UP_DEFECTS | keyof typeof BOOKING_DEFECTS;

/** Mistakes that the sandbox makes on demand; docs/conformance.md has the table. */
export const DEFECTS: Readonly<Record<DefectName, Defect>> = { ...SET_UP_DEFECTS, ...BOOKING_DEFECTS };

/** Names with commas between; throws an `Error` that names the unknown one. */
export function readDefects(text: string): DefectName[] {
  const names = text.split(',').map(name => name.trim());
  return names
    .filter(name => name !== '')
    .map(name => {
      if (isDefectName(name)) return name;
      throw new Error(`There is no defect "${name}"; docs/conformance.md lists them.`);
    });
}

function isDefectName(name: string): name is DefectName {
  return Object.hasOwn(DEFECTS, name);
}
