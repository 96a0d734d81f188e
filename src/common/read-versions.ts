import type { NextFunction, Request, Response } from 'express';
import { entityTag, hasAlready } from './entity-tag-rules.js';

/** What is read under the API's prefix; pages, metrics and documents have no versions. */
const READ = /^\/api\/v1\//i;

/**
 * Express middleware: a read that went well bears an entity tag, and is not sent to who has it already. Whoever asks again for what may have
 * changed spares the way of the body, and the reading of it; the hub has read it, and keeps that in its audit log, all the same.
 */
export function readVersions(request: Request, response: Response, next: NextFunction): void {
  if ((request.method === 'GET' || request.method === 'HEAD') && READ.test(request.path)) {
    const send = response.send.bind(response);
    response.send = body => {
      if (typeof body !== 'string' || response.statusCode !== 200) return send(body);
      const tag = entityTag(body);
      response.setHeader('ETag', tag);
      if (!hasAlready(tag, request.headers['if-none-match'])) return send(body);
      response.removeHeader('Content-Type');
      return response.status(304).end();
    };
  }
  next();
}
