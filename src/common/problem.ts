import { STATUS_CODES } from 'node:http';
import { ApiProperty } from '@nestjs/swagger';
import type { ErrorKind, FieldError } from './domain-error.js';

/** One field of the request that is wrong. */
export class FieldProblemDto implements FieldError {
  /** Its path in the body or query: `contact.phone`. */
  @ApiProperty({ example: 'contact.phone' })
  field!: string;

  @ApiProperty({ example: 'invalid-phone' })
  code!: string;

  @ApiProperty({ example: 'phone is too short: a number of PH looks like +63 905 123 4567.' })
  message!: string;
}

/** RFC 9457 problem details: the body of every error. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:hub:problem:slot-unavailable' })
  type!: string;

  @ApiProperty({ example: 'Conflict' })
  title!: string;

  @ApiProperty({ example: 409 })
  status!: number;

  @ApiProperty({ example: 'The slot at 2026-03-09T09:30:00+08:00 is taken.' })
  detail!: string;

  /** The path of the request. */
  @ApiProperty({ example: '/api/v1/facilities/01999c5e-0000-7000-8000-000000000001/appointments' })
  instance!: string;

  /** Stable: branch on this. */
  @ApiProperty({ example: 'slot-unavailable' })
  code!: string;

  /** The same as in the header `X-Request-Id` and in the logs: 32 hex digits, the id of the request's trace. */
  @ApiProperty({ example: '4bf92f3577b34da6a3ce929d0e0e4736' })
  requestId!: string;

  @ApiProperty({ type: [FieldProblemDto] })
  errors!: FieldProblemDto[];
}

/** What is told of an error, wherever it is found out. */
export interface Told {
  status: number;
  code: string;
  detail: string;
  errors?: ProblemDto['errors'];
}

export function problemOf({ status, code, detail, errors = [] }: Told, instance: string, requestId: string): ProblemDto {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: `urn:hub:problem:${code}`, title, status, detail, instance, code, requestId, errors };
}

/** The status of each kind of domain error; the one place that knows. */
export function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'invalid':
      return 400;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not-found':
      return 404;
    case 'gone':
      return 410;
    case 'conflict':
      return 409;
    case 'refused':
      return 422;
    case 'too-many-requests':
      return 429;
    case 'upstream-failed':
      return 502;
    case 'upstream-unavailable':
      return 503;
    case 'upstream-timeout':
      return 504;
  }
}
