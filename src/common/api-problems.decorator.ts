import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.js';

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request is malformed, or a field is wrong; `errors` names each.',
  401: 'No API key, or one that is unknown, expired or revoked.',
  403: 'The API key lacks the scope.',
  404: 'There is no such thing, or it is of a facility this key may not touch.',
  408: 'The request did not arrive in time.',
  409: 'The state of the world forbids it; `code` says how.',
  410: 'The facility is deactivated.',
  413: 'The body is larger than 256 KiB.',
  415: 'The body is not application/json.',
  417: 'The request expects something else than 100-continue.',
  422: 'Understood, and refused by a rule; `code` says which.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  431: 'The URL and headers are larger than 16 KiB.',
  500: 'The hub failed; the log has the cause under `requestId`.',
  502: "The hospital's system gave an answer that cannot be used.",
  503: "The database, or the hospital's system, cannot be reached; `Retry-After` where known.",
  504: "The hospital's system did not answer in time.",
};

/** Of every route, and of those that need an API key. */
const OF_ALL = [400, 401, 408, 413, 415, 417, 431, 500, 503];
const OF_KEYED = [...OF_ALL, 403, 429];

/** Those of 429: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10 and RFC 9110, 10.2.3. */
const LIMIT_HEADERS = {
  'Retry-After': { description: 'In how many seconds to come back', schema: { type: 'integer' as const }, required: true },
  'RateLimit-Policy': {
    description: 'The limits of the request: each a quota `q` in a window of `w` seconds',
    schema: { type: 'string' as const, example: '"api-key";q=1000;w=10' },
    required: true,
  },
  RateLimit: {
    description: 'What is left of each, `r`, and in how many seconds, `t`, all of it is again. On answers that are not refused, too',
    schema: { type: 'string' as const, example: '"api-key";r=0;t=7' },
    required: true,
  },
};

/** Documents the problem+json answers of an operation that needs an API key: those every one has, and the ones named. */
export function ApiProblems(...statuses: number[]): MethodDecorator & ClassDecorator {
  return problems([...OF_KEYED, ...statuses]);
}

/** Likewise, of one that needs none. */
export function ApiPublicProblems(...statuses: number[]): MethodDecorator & ClassDecorator {
  return problems([...OF_ALL, ...statuses]);
}

function problems(statuses: readonly number[]): MethodDecorator & ClassDecorator {
  const all = [...new Set(statuses)].sort((a, b) => a - b);
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...all.map(status =>
      ApiResponse({
        status,
        description: DESCRIPTIONS[status] ?? 'Error',
        ...(status === 429 ? { headers: LIMIT_HEADERS } : {}),
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
}
