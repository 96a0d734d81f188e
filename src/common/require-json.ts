import type { IncomingMessage } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isConsolePath, isReadRaw } from './known-paths.js';

/** Of every request. */
export const MAX_BODY_BYTES = 256 * 1024;

const FORM = 'application/x-www-form-urlencoded';

/** Express middleware: a body that is not JSON is refused as such (415), not taken for an empty one. */
export function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  const type = isConsolePath(request) ? FORM : 'application/json';
  if (hasBody && !isReadRaw(request) && !request.is(type)) next(new HttpException(`The body must be ${type}.`, 415));
  else next();
}

/** Whether the application's parser is to read the body. Express has made the request its own before any parser sees it. */
export function isParsedJson(request: IncomingMessage): boolean {
  return !isReadRaw(request as Request) && !isConsolePath(request as Request) && (request as Request).is('application/json') !== false;
}

/** Likewise, for the console's forms. */
export function isParsedForm(request: IncomingMessage): boolean {
  return isConsolePath(request as Request) && (request as Request).is(FORM) !== false;
}
