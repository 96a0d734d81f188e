import { HttpException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Express middleware: a body that is not JSON is refused as such (415), not taken for an empty one. */
export function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) next(new HttpException('The body must be application/json.', 415));
  else next();
}
