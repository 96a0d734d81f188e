import fs from 'node:fs';
import { canariesIn, rowsWithCanaries, writingsOf } from '../test/support/canary.js';
import type { Check } from './check.js';
import type { StormPatient } from './patients.js';

/** What all the patients' names, phones, addresses and reasons have in common. */
const PATIENTS = ['Inventada', 'Invented Patient', 'Invented reason', '+6391710', '+6391810', '@example.org', 'storm-upstream-key'];
const DATES_OF_BIRTH = 20;

export interface Secrets {
  /** Hashed it is how the key is known again. */
  apiKey: string;
  others: readonly string[];
}

/** Nothing of a patient, and no secret, stands in clear: in any table of any schema, the jobs' too, or in a copy's log. */
export async function canaryChecks(
  databaseUrl: string,
  logFiles: readonly string[],
  patients: readonly StormPatient[],
  { apiKey, others }: Secrets,
): Promise<Check[]> {
  const words = [...PATIENTS, ...others];
  const writings = [
    ...words.flatMap(word => writingsOf(word)),
    ...writingsOf(apiKey, { hashed: false }),
    ...patients.slice(0, DATES_OF_BIRTH).map(({ dateOfBirth }) => dateOfBirth),
  ];
  const logged = logFiles.flatMap(file => canariesIn(fs.readFileSync(file, 'utf8'), writings));
  return [
    {
      name: 'nothing of a patient, and no secret, stands in clear in the database',
      checked: writings.length,
      wrong: await rowsWithCanaries(databaseUrl, writings),
    },
    { name: 'nor in a log', checked: logFiles.length, wrong: logged },
  ];
}
