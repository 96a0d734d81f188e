import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { narrowRequest } from '../database/facility-scope.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { WebhookTokens } from '../facilities/webhook-tokens.js';
import { discardRest } from '../common/raw-body.js';
import { WebhookMetrics } from './webhook-metrics.js';
import type { WebhookRequest } from './webhook-request.js';
import { FacilityGoneError, WebhookEndpointNotFoundError } from './webhook.errors.js';

/** Whose webhook endpoint is it? Throws why it could not be received, where that is known already. 404 for a token of nobody, 410 for one of a deactivated facility; before any of the body is read. */
@Injectable()
export class WebhookFacilityGuard implements CanActivate {
  constructor(
    private readonly tokens: WebhookTokens,
    private readonly facilities: FacilitiesService,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** Throws `WebhookEndpointNotFoundError`, `FacilityGoneError`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<WebhookRequest>();
    const response = http.getResponse<Response>();
    response.once('finish', () => {
      this.metrics.countAnswer(response.statusCode);
      if (!request.complete) discardRest(request);
    });
    // What the quick way had found, it would have to be asked for again.
    if (request.webhook?.failure !== undefined) throw request.webhook.failure;
    const { token } = request.params;
    const facilityId = typeof token === 'string' ? this.tokens.facilityIdOf(token) : null;
    if (facilityId !== null) narrowRequest([facilityId]);
    const facility = facilityId === null ? null : await this.facilities.find(facilityId);
    if (!facility) throw new WebhookEndpointNotFoundError();
    if (facility.status === 'inactive') throw new FacilityGoneError();
    request.webhook = { ...request.webhook, facility };
    return true;
  }
}
