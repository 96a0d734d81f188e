import { Temporal } from '../../common/temporal.js';
import { InvalidRequestError } from '../hospital.errors.js';

/** A form as the browser sends it. */
export type DeskForm = Readonly<Record<string, string>>;

/** The fields that are text and filled in: a field that was left empty was not given. */
export function readForm(body: unknown): DeskForm {
  const entries = typeof body === 'object' && body !== null ? Object.entries(body as Record<string, unknown>) : [];
  const filled = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '');
  return Object.fromEntries(filled.map(([name, value]) => [name, value.trim()]));
}

/**
 * `2026-10-05T13:00`, as a form's date-time field has it, in the calendar's zone; ISO 8601 with the offset. A time that occurs twice is the
 * first; one that the clocks skip is as much later. Throws `InvalidRequestError`.
 */
export function zonedTime(local: string | undefined, timezone: string): string {
  try {
    return Temporal.PlainDateTime.from(local ?? '')
      .toZonedDateTime(timezone, { disambiguation: 'compatible' })
      .toString({ timeZoneName: 'never', smallestUnit: 'second' });
  } catch (error) {
    throw new InvalidRequestError('A date and a time are needed, such as 2026-10-05T13:00.', { cause: error });
  }
}
