import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** The contract's cap, both ways. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Where the page's forms go, which are no JSON. */
export const FORMS_PATH = '/desk/';

/** A body that is not JSON is refused with 415 instead of being read as none. `Content-Length: 0`, as `fetch` sends for a PUT, is no body. */
export function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody = request.get('Content-Length') !== '0';
  const isForm = request.path.startsWith(FORMS_PATH);
  const isOtherThanJson = hasBody && !isForm && request.is('application/json') === false;
  next(isOtherThanJson ? new UnsupportedMediaTypeException('The body must be application/json.') : undefined);
}
