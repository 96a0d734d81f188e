import { NotFoundException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** The API, and what there is beside it. */
const KNOWN = /^\/(api\/v1(\/|$)|docs([-/]|$)|health\/)/;

/** Express middleware. Nest answers unknown routes below its own prefix alone: all others would get Express' own page. */
export function onlyKnownPaths(request: Request, _response: Response, next: NextFunction): void {
  if (KNOWN.test(request.path)) next();
  else next(new NotFoundException());
}
