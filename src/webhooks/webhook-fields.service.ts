import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { ReceivedEventsService } from './received-events.service.js';
import type { WebhookEventDto } from './webhook-event.dto.js';
import { WebhookLogService } from './webhook-log.service.js';

/** An event, and what was read in it. */
export interface ReadWebhookEvent {
  event: WebhookEventDto;
  /** The canonical names, never a value; null: the body is gone. */
  fields: string[] | null;
}

/** What the hub has read in an event that it keeps, for the operations person. */
@Injectable()
export class WebhookFieldsService {
  constructor(
    private readonly log: WebhookLogService,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly received: ReceivedEventsService,
  ) {}

  /** Throws `WebhookEventNotFoundError`, also for one that is not this caller's. */
  async of(caller: Caller, id: string): Promise<ReadWebhookEvent> {
    const event = await this.log.get(caller, id);
    const facility = await this.facilities.get(caller, event.facilityId);
    const references = await this.calendars.references(facility);
    return { event, fields: await this.received.fieldsOf(facility, references, id) };
  }
}
