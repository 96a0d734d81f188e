import type { Request, Response } from 'express';

/**
 * Whether `If-None-Match` names the present tag (RFC 9110, weak comparison): then 304 is the answer. Express's own check is not enough: it
 * gives up where the request also carries `Cache-Control: no-cache`, which `fetch` adds to every conditional request.
 */
export function isNoneMatch(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return true;
  const tags = ifNoneMatch.split(',').map(tag => tag.trim().replace(/^W\//, ''));
  return !tags.includes('*') && !tags.includes(etag);
}

/** Tags the answer; it becomes a 304 without a body where the client has it already. */
export function setEntityTag(request: Request, response: Response, etag: string): void {
  response.setHeader('ETag', etag);
  if (!isNoneMatch(request.get('If-None-Match'), etag)) response.status(304);
}
