import type { NextFunction, Request, Response } from 'express';
import { isConsolePath } from '../common/known-paths.js';

/** All from here, no script in a page, no form to elsewhere, in no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Express middleware. That nothing is to be stored anywhere (`no-store`), every answer says already. */
export function consoleHeaders(request: Request, response: Response, next: NextFunction): void {
  if (isConsolePath(request)) response.setHeader('Content-Security-Policy', POLICY);
  next();
}
