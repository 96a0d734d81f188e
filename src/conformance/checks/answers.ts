import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { isRefusal } from '../http/answer.js';
import { field, isObject } from '../read/fields.js';
import { mustBeNone } from './expect.js';

/** What all calls so far have shown. Milliseconds. */
export interface Limits {
  availabilityMs: number;
  bookingMs: number;
}

export const LIMITS: Limits = { availabilityMs: 1_500, bookingMs: 4_000 };

/** Over all that was answered before: these come last. */
export function answerChecks(limits: Limits): Check[] {
  return [
    {
      name: 'each refusal says why',
      clause: 'ERR-1',
      fix: 'Answer `{"code": "not_available", "message": "…"}`, or a problem document, with every 4xx.',
      run: session => {
        const refusals = session.answers.filter(({ answer }) => isRefusal(answer));
        if (refusals.length === 0) throw new CheckSkipped('nothing was refused');
        mustBeNone(
          refusals
            .filter(({ answer }) => !saysWhy(answer.body))
            .map(seen => `${spot(seen.request)}: HTTP ${seen.answer.status} without code and message`),
        );
      },
    },
    {
      name: 'each answer is whole JSON',
      clause: 'ERR-3',
      fix: 'Answer `application/json`, whole, within 2 MiB and 10 s; redirect nothing.',
      run: session => {
        mustBeNone(
          session.answers.flatMap(({ request, answer }) => (answer.problem === null ? [] : [`${spot(request)}: ${answer.problem}`])),
        );
      },
    },
    {
      name: 'availability is quick',
      clause: 'PERF-1',
      fix: 'Answer a month from an index, not by a query for each day.',
      run: session => {
        const { availability } = session.slowest;
        if (availability === 0) throw new CheckSkipped('no availability was answered');
        if (availability > limits.availabilityMs)
          throw new CheckFailed(`the slowest took ${seconds(availability)}, more than ${seconds(limits.availabilityMs)}`);
      },
    },
    {
      name: 'bookings are quick',
      clause: 'PERF-2',
      fix: 'Answer once the appointment is stored; send messages and webhooks afterwards.',
      writes: true,
      run: session => {
        const { booking } = session.slowest;
        if (booking === 0) throw new CheckSkipped('nothing was booked');
        if (booking > limits.bookingMs)
          throw new CheckFailed(`the slowest took ${seconds(booking)}, more than ${seconds(limits.bookingMs)}`);
      },
    },
  ];
}

function saysWhy(body: unknown, isInner = false): boolean {
  if (!isObject(body)) return false;
  const inner = body['error'];
  if (isObject(inner) && !isInner) return saysWhy(inner, true);
  const code = field(body, 'code', 'error', 'type');
  const message = field(body, 'message', 'detail', 'title');
  return typeof code === 'string' && typeof message === 'string';
}

/** Without the query and the ids in it. */
function spot({ method, path }: { method: string; path: string }): string {
  const place = path
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/\?.*$/, '')
    .replace(/\/appointments\/[^/]+/, '/appointments/:id');
  return `${method} ${place}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
