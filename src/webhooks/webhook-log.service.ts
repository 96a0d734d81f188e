import { Injectable } from '@nestjs/common';
import { mayTouch, type Caller } from '../auth/scope.js';
import { cursorId, pageOf } from '../common/paging.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { WebhookEventDto, WebhookEventPageDto, WebhookEventQuery } from './webhook-event.dto.js';
import { toWebhookEventDto } from './webhook-event.mapper.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import { WebhookEventNotFoundError } from './webhook.errors.js';

/** The events as callers see them. */
@Injectable()
export class WebhookLogService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly events: WebhookEventRepository,
  ) {}

  /** Newest first. Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: WebhookEventQuery): Promise<WebhookEventPageDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const { outcome, type, reason, appointmentId } = query;
    const rows = await this.events.page(facilityId, { outcome, type, reason, appointmentId }, cursorId(query), query.limit);
    return pageOf(rows, query.limit, event => toWebhookEventDto(event, facility.timezone));
  }

  /** Throws `WebhookEventNotFoundError`, also for one that is not this caller's. */
  async get(caller: Caller, id: string): Promise<WebhookEventDto> {
    const event = await this.events.find(id);
    if (!event || !mayTouch(caller, event.facilityId)) throw new WebhookEventNotFoundError(id);
    const { timezone } = await this.facilities.get(caller, event.facilityId);
    return toWebhookEventDto(event, timezone);
  }
}
