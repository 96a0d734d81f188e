import { Injectable } from '@nestjs/common';
import { mayTouch, type Caller } from '../auth/scope.js';
import { cursorId, pageOf, type PageQuery } from '../common/paging.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { FacilityBrief } from '../facilities/facility-brief.js';
import type { WebhookEventDto, WebhookEventPageDto, WebhookEventQuery } from './webhook-event.dto.js';
import { toWebhookEventDto } from './webhook-event.mapper.js';
import type { CONSPICUOUS } from './webhook-event-state.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import { WebhookEventNotFoundError } from './webhook.errors.js';

/** Of `outcome` and `reason` one at most. */
interface ConspicuousQuery extends PageQuery {
  outcome: (typeof CONSPICUOUS)[number] | undefined;
  reason: 'dead-letter' | undefined;
}

interface EventsAcross {
  events: WebhookEventPageDto;
  facilities: ReadonlyMap<string, FacilityBrief>;
}

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

  /** Those of all facilities that the caller may see, newest first. `facilities`: theirs. */
  async listAcross(caller: Caller, { outcome, reason, ...query }: ConspicuousQuery): Promise<EventsAcross> {
    const rows = await this.events.pageAcross(caller.facilityIds, { outcome, reason }, cursorId(query), query.limit);
    const facilities = await this.facilities.briefs([...new Set(rows.map(({ facilityId }) => facilityId))]);
    const events = pageOf(rows, query.limit, event => toWebhookEventDto(event, facilities.get(event.facilityId)?.timezone ?? 'UTC'));
    return { events, facilities };
  }

  /** Throws `WebhookEventNotFoundError`, also for one that is not this caller's. */
  async get(caller: Caller, id: string): Promise<WebhookEventDto> {
    const event = await this.events.find(id);
    if (!event || !mayTouch(caller, event.facilityId)) throw new WebhookEventNotFoundError(id);
    const { timezone } = await this.facilities.get(caller, event.facilityId);
    return toWebhookEventDto(event, timezone);
  }
}
