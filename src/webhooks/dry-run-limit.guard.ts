import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { LRUCache } from 'lru-cache';
import { Clock } from '../common/clock.js';
import { facilityOf, type WebhookRequest } from './webhook-request.js';
import { DryRunLimitError } from './webhook.errors.js';

const LIMIT = 30;
const WINDOW_MS = 60_000;

/** Dry runs of one facility in each minute: they look further into a body than the real endpoint does. Of this process alone. */
@Injectable()
export class DryRunLimitGuard implements CanActivate {
  private readonly windows = new LRUCache<string, { endsAtMs: number; count: number }>({ max: 2_000 });

  constructor(private readonly clock: Clock) {}

  /** Throws `DryRunLimitError`. */
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { id } = facilityOf(http.getRequest<WebhookRequest>());
    const nowMs = this.clock.monotonicMs();
    const present = this.windows.get(id);
    const window = present && nowMs < present.endsAtMs ? present : { endsAtMs: nowMs + WINDOW_MS, count: 0 };
    window.count++;
    this.windows.set(id, window);
    const resetSeconds = Math.ceil((window.endsAtMs - nowMs) / 1_000);
    // As in draft-ietf-httpapi-ratelimit-headers-10.
    const response = http.getResponse<Response>();
    response.setHeader('RateLimit-Policy', `"dry-run";q=${LIMIT};w=${WINDOW_MS / 1_000}`);
    response.setHeader('RateLimit', `"dry-run";r=${Math.max(0, LIMIT - window.count)};t=${resetSeconds}`);
    if (window.count > LIMIT) throw new DryRunLimitError(LIMIT, resetSeconds);
    return true;
  }
}
