import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { FacilityDto } from '../facilities/facility.dto.js';
import type { ReplayWebhookEventsDto, WebhookEventDto, WebhookEventPageDto, WebhookEventQuery } from '../webhooks/webhook-event.dto.js';
import { WebhookFieldsService, type ReadWebhookEvent } from '../webhooks/webhook-fields.service.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';
import { WebhookReplayService } from '../webhooks/webhook-replay.service.js';
import type { AllWebhooksQuery } from './console-forms.dto.js';

const HOUR_MS = 3_600_000;
const PAGE_SIZE = 50;

/** A facility's events, as a page lists them. */
export interface WebhooksPage {
  facility: FacilityDto;
  events: WebhookEventPageDto;
}

/** One in the list of all hospitals' events. */
export interface ListedWebhook {
  event: WebhookEventDto;
  facilityName: string;
}

export interface WebhookPage extends ReadWebhookEvent {
  facility: FacilityDto;
}

@Injectable()
export class WebhookPages {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly log: WebhookLogService,
    private readonly fields: WebhookFieldsService,
    private readonly replays: WebhookReplayService,
    private readonly clock: Clock,
  ) {}

  /** Throws `FacilityNotFoundError`. */
  async facility(caller: Caller, facilityId: string): Promise<FacilityDto> {
    return this.facilities.getDto(caller, facilityId);
  }

  /** Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: WebhookEventQuery): Promise<WebhooksPage> {
    return { facility: await this.facility(caller, facilityId), events: await this.log.list(caller, facilityId, query) };
  }

  /** Of all facilities that the caller may see. */
  async listAll(
    caller: Caller,
    { outcome, reason, cursor }: AllWebhooksQuery,
  ): Promise<{ events: ListedWebhook[]; nextCursor: string | null }> {
    const query = { outcome, reason, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    const { events, facilities } = await this.log.listAcross(caller, query);
    const listed = events.data.map(event => ({ event, facilityName: facilities.get(event.facilityId)?.name ?? event.facilityId }));
    return { events: listed, nextCursor: events.nextCursor };
  }

  /** Throws `WebhookEventNotFoundError`. */
  async of(caller: Caller, id: string): Promise<WebhookPage> {
    const read = await this.fields.of(caller, id);
    return { ...read, facility: await this.facility(caller, read.event.facilityId) };
  }

  /** Of the last hours. Throws `FacilityNotFoundError`. */
  async replayAll(caller: Caller, facilityId: string, outcome: ReplayWebhookEventsDto['outcome'], hours: number): Promise<void> {
    const since = new Date(this.clock.now().getTime() - hours * HOUR_MS).toISOString();
    await this.replays.replayAll(caller, facilityId, { since, outcome });
  }
}
