import { NotFoundException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** The API, and what there is beside it. */
const KNOWN = /^\/(api\/v1(\/|$)|docs([-/]|$)|health\/|metrics\/?$|console(\/|$))/;
/** Pages, and the forms on them. */
const CONSOLE = /^\/console(\/|$)/i;
/** Read as they come, by guards of their own: what is signed is bytes. As lenient as the router is about case and last slash. */
const RAW = /^\/api\/v1\/(webhooks\/[^/]+(\/dry-run)?|provider-callbacks\/[^/]+\/[^/]+)\/?$/i;

/** Express middleware. Nest answers unknown routes below its own prefix alone: all others would get Express' own page. */
export function onlyKnownPaths(request: Request, _response: Response, next: NextFunction): void {
  if (KNOWN.test(request.path)) next();
  else next(new NotFoundException());
}

/** Whether the request's body is left to its route: no parser, and no check before it, may touch it. */
export function isReadRaw(request: Request): boolean {
  return RAW.test(request.path);
}

/** Whether it is of the console: pages and forms instead of JSON. */
export function isConsolePath(request: Request): boolean {
  return CONSOLE.test(request.path);
}
