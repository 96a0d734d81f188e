import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from './domain-error.js';
import { isError } from './is-error.js';
import { isId } from './ids.js';
import { problemOf, statusOf, type Told } from './problem.js';
import { unexpectedFailure } from './unexpected-failure.js';

/** An error as HTTP tells it. */
export interface Described extends Told {
  extensions?: Record<string, unknown>;
  retryAfterSeconds?: number | undefined;
  headers?: Record<string, string>;
}

/** What the database driver says when it cannot be reached, by SQLSTATE class or socket code. */
const DATABASE_AWAY = /^(08|53|57P)|^(57014|40P01|40001|55P03|55000|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
/** Likewise, where driver and pool give no code. */
const DATABASE_AWAY_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|timeout expired|connection error and is not queryable/;

/** Codes of Express' body parser and router, in the hub's words. */
const PARSER_ERRORS: Record<string, { code: string; detail: string }> = {
  'entity.parse.failed': { code: 'malformed-json', detail: 'The body is not well-formed JSON.' },
  'entity.too.large': { code: 'body-too-large', detail: 'The body is larger than 256 KiB.' },
  'charset.unsupported': { code: 'unsupported-media-type', detail: 'The body must be application/json in UTF-8.' },
  'encoding.unsupported': { code: 'unsupported-media-type', detail: 'The body must not be compressed in that encoding.' },
  'request.size.invalid': { code: 'malformed-request', detail: 'The body is shorter or longer than its Content-Length.' },
  'request.aborted': { code: 'malformed-request', detail: 'The request was cut off.' },
};

/** The one place that turns an error into HTTP: always problem+json, never a stack, an SQL word or PHI. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request & { id?: unknown }>();
    const response = http.getResponse<Response>();
    const described = describe(error);
    if (described.status >= 500) this.log(error, described);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (described.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(described.retryAfterSeconds));
    for (const [name, value] of Object.entries(described.headers ?? {})) response.setHeader(name, value);
    this.answer(described, request, response);
  }

  /** The body, and what goes with it. */
  protected answer(described: Described, request: Request & { id?: unknown }, response: Response): void {
    const id = typeof request.id === 'string' ? request.id : '';
    const problem = { ...problemOf(described, pathOf(request.originalUrl), id), ...described.extensions };
    if (described.status === 401 && !response.hasHeader('WWW-Authenticate')) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(described.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  /** Class, code and stack; not the message of what we did not write ourselves, which may quote a row. */
  private log(error: unknown, described: Described): void {
    const known = error instanceof DomainError;
    const sqlState = codeOf(error);
    this.logger.error({
      msg: known ? error.message : 'Unexpected error',
      code: described.code,
      ...(sqlState === undefined ? {} : { cause: sqlState }),
      ...(known ? { error: error.name } : unexpectedFailure(error)),
    });
  }
}

/**
 * The path without its query. A part that is neither an id nor a word of a route may be anything, PHI too, and a webhook's token
 * is its facility's secret: they are not repeated.
 */
function pathOf(url: string): string {
  const parts = (url.split('?', 1)[0] ?? '').split('/');
  const isShown = (part: string, before: string | undefined): boolean =>
    before !== 'webhooks' && (isId(part) || (/^[a-z0-9-]{0,40}$/.test(part) && !/\d{4}/.test(part)));
  return parts.map((part, i) => (isShown(part, parts[i - 1]?.toLowerCase()) ? part : '-')).join('/');
}

function describe(error: unknown): Described {
  if (error instanceof DomainError) {
    const { code, message, errors, extensions, retryAfterSeconds, headers } = error;
    return { status: statusOf(error.kind), code, detail: message, errors, extensions, retryAfterSeconds, headers };
  }
  const parser = fromParser(error);
  if (parser) return parser;
  if (error instanceof HttpException) return fromHttpException(error);
  if (isDatabaseAway(error)) {
    return {
      status: 503,
      code: 'database-unavailable',
      detail: 'The hub cannot reach its database. Try again; a repeat with the same Idempotency-Key is safe.',
      retryAfterSeconds: 5,
    };
  }
  return { status: 500, code: 'internal-error', detail: 'The hub failed to answer. The log has the cause under this requestId.' };
}

function fromParser(error: unknown): Described | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  const known = type === undefined ? undefined : PARSER_ERRORS[type];
  if (known) return { status: error.status, ...known };
  if (error instanceof URIError) return { status: 400, code: 'malformed-url', detail: 'The URL holds a broken percent escape.' };
  return error.status >= 400 && error.status < 500 && !(error instanceof HttpException)
    ? { status: error.status, code: 'malformed-request', detail: 'The request could not be read.' }
    : undefined;
}

function fromHttpException(error: HttpException): Described {
  const status = error.getStatus();
  // Nest hands the parsers' errors on as its own exceptions, the original as their cause.
  const cause = fromParser(error.cause);
  if (cause) return cause;
  if (status === 404) return { status, code: 'route-not-found', detail: 'There is no such route. /docs lists them all.' };
  if (status === 413) return { status, code: 'body-too-large', detail: 'The body is larger than 256 KiB.' };
  const code = (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(' ', '-');
  return { status, code, detail: status < 500 ? error.message : 'The hub failed to answer.' };
}

/** The HTTP status that an error will be answered with. */
export function statusOfError(error: unknown): number {
  return describe(error).status;
}

/** Whether it is not the statement that is wrong, but that nobody took it, or that it could not be carried out now. */
export function isDatabaseAway(error: unknown): boolean {
  return DATABASE_AWAY.test(codeOf(error) ?? '') || causesOf(error).some(cause => DATABASE_AWAY_WORDS.test(cause.message));
}

function codeOf(error: unknown): string | undefined {
  const coded = causesOf(error).find(cause => 'code' in cause && typeof cause.code === 'string');
  return coded && 'code' in coded ? String(coded.code) : undefined;
}

/** The error and what caused it, a few steps back. */
function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let e: unknown = error; isError(e) && causes.length < 5; e = e.cause) causes.push(e);
  return causes;
}
