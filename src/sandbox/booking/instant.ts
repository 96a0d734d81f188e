import { parseInstant } from '../clinic/local-time.js';
import { InvalidRequestError } from '../hospital.errors.js';

/** Epoch milliseconds of a date-time that its DTO has checked already; the error is for a caller that has not. */
export function instantOf(datetime: string): number {
  const epochMs = parseInstant(datetime);
  if (epochMs === null) throw new InvalidRequestError(`"${datetime}" is no date-time with an offset.`);
  return epochMs;
}
