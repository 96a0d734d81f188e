import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { DomainError, type ErrorKind, type FieldError } from '../../common/domain-error.js';
import { SandboxSettings } from '../sandbox-settings.js';

interface ErrorAnswer {
  status: number;
  body: { code: string; message: string; errors?: FieldError[] };
}

/** The one place that turns an error into HTTP: always `{code, message}`, with `errors` where fields are wrong. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly settings: SandboxSettings) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { status, body } = this.spoiled(errorAnswer(error), error);
    if (status >= 500) this.settings.log(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="sandbox hospital", Bearer');
    if (response.headersSent) return;
    response.status(status);
    if (this.settings.defects.has('html-errors')) response.type('html').send('<!doctype html><title>Error</title>');
    else response.json(this.settings.dialect === 'acuity' ? acuityError(status, body) : body);
  }

  private spoiled(right: ErrorAnswer, error: unknown): Pick<ErrorAnswer, 'status'> & { body: object } {
    const { defects } = this.settings;
    if (defects.has('broken-json-crashes') && isBrokenJson(error)) return { status: 500, body: {} };
    return defects.has('wordless-errors') ? { status: right.status, body: {} } : right;
  }
}

function acuityError(status: number, { code, ...rest }: { code?: string }): object {
  return { status_code: status, ...rest, ...(code === undefined ? {} : { error: code }) };
}

/** Nest wraps the body parser’s error. */
function isBrokenJson(error: unknown): boolean {
  return httpStatusOf(error) === 400 && !(error instanceof DomainError);
}

function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof DomainError) {
    const body = { code: error.code, message: error.message };
    return { status: statusOf(error.kind), body: error.errors.length > 0 ? { ...body, errors: error.errors } : body };
  }
  const status = httpStatusOf(error);
  return { status, body: { code: codeOf(status), message: messageOf(status, error) } };
}

function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'invalid':
      return 400;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not-found':
      return 404;
    case 'conflict':
      return 409;
    case 'gone':
      return 410;
    case 'refused':
      return 422;
    case 'too-many-requests':
      return 429;
    case 'upstream-failed':
    case 'upstream-unavailable':
    case 'upstream-timeout':
      return 500;
  }
}

/** Nest's own exceptions, and those of the body parser, which carry a `status`. */
function httpStatusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function codeOf(status: number): string {
  switch (status) {
    case 400:
      return 'invalid_request';
    case 404:
      return 'not_found';
    case 413:
      return 'body_too_large';
    case 415:
      return 'unsupported_media_type';
    default:
      return status >= 500 ? 'internal_error' : 'request_refused';
  }
}

function messageOf(status: number, error: unknown): string {
  return status < 500 && error instanceof Error ? error.message : 'The hospital could not answer; its log says why.';
}
