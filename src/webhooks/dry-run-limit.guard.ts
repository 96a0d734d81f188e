import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../common/clock.js';
import { RateLimits } from '../limits/rate-limits.service.js';
import { facilityOf, type WebhookRequest } from './webhook-request.js';

/** Dry runs of one facility: they look further into a body than the real endpoint does. */
@Injectable()
export class DryRunLimitGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /** Throws `RateLimitedError`. */
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { id } = facilityOf(http.getRequest<WebhookRequest>());
    const { refusal, headers } = this.limits.take([{ limit: 'dry-run', key: id }], this.clock.now());
    const response = http.getResponse<Response>();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (refusal) throw refusal;
    return true;
  }
}
