import { CheckFailed } from '../check-outcome.js';
import { described, isRefusal, isSuccess, type Answer } from '../http/answer.js';

/** Of nothing that any hospital has. */
export const UNKNOWN_ID = 'conformance-no-such-id';

/** A 2xx whose body, if any, is whole JSON. */
export function mustSucceed(answer: Answer, what: string): void {
  if (!isSuccess(answer) || answer.problem !== null) throw new CheckFailed(`${what} was answered with ${described(answer)}`);
}

export function mustBeRefused(answer: Answer, what: string): void {
  if (!isRefusal(answer)) throw new CheckFailed(`${what} was answered with ${described(answer)}, not with a 4xx`);
}

export function mustBeUnauthorized(answer: Answer, what: string): void {
  const isIt = answer.status === 401 || answer.status === 403;
  if (!isIt) throw new CheckFailed(`${what} was answered with ${described(answer)}, not with 401 or 403`);
}

/** The first few of what is wrong, and how many more there are. */
export function mustBeNone(wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : '';
  throw new CheckFailed(`${wrong.slice(0, 3).join('; ')}${more}`);
}
