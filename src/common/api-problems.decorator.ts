import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.js';

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request is malformed, or a field is wrong; `errors` names each.',
  401: 'No API key, or one that is unknown, expired or revoked.',
  403: 'The API key lacks the scope.',
  404: 'There is no such thing, or it is of a facility this key may not touch.',
  408: 'The body did not arrive in time.',
  409: 'The state of the world forbids it; `code` says how.',
  410: 'The facility is deactivated.',
  413: 'The body is larger than 256 KiB.',
  415: 'The body is not application/json.',
  422: 'Understood, and refused by a rule; `code` says which.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  500: 'The hub failed; the log has the cause under `requestId`.',
  502: "The hospital's system gave an answer that cannot be used.",
  503: "The database, or the hospital's system, cannot be reached; `Retry-After` where known.",
  504: "The hospital's system did not answer in time.",
};

/** Documents the problem+json answers of an operation: those every route has, and the ones named. */
export function ApiProblems(...statuses: number[]): MethodDecorator & ClassDecorator {
  const all = [...new Set([400, 401, 403, 413, 415, 500, 503, ...statuses])].sort((a, b) => a - b);
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...all.map(status =>
      ApiResponse({
        status,
        description: DESCRIPTIONS[status] ?? 'Error',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
}
