import { HttpException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../common/clock.js';
import { MAX_BODY_BYTES } from '../common/require-json.js';
import { mediaTypeProblem } from './media-type-rules.js';
import { bodyRefusal, BODY_TIMEOUT_MS, readRawBody } from '../common/raw-body.js';
import type { WebhookRequest } from './webhook-request.js';

/** Reads the bytes that are signed: 413 over 256 KiB, 415 for what is no plain JSON. Form-encoded and compressed bodies are not looked into. */
@Injectable()
export class RawBodyGuard implements CanActivate {
  constructor(private readonly clock: Clock) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<WebhookRequest>();
    const rawBody = request.webhook?.read ?? (await readRawBody(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS }));
    if (typeof rawBody === 'string') throw bodyRefusal(rawBody, http.getResponse<Response>());
    const problem = mediaTypeProblem(request.headers);
    if (problem !== null) throw new HttpException(problem, 415);
    request.webhook = { ...request.webhook, rawBody, receivedAt: this.clock.now() };
    return true;
  }
}
