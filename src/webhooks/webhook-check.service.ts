import { Injectable } from '@nestjs/common';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import { HospitalListService } from './hospital-list.service.js';
import { ReceivedEventsService } from './received-events.service.js';
import { WebhookApplyingService } from './webhook-applying.service.js';

/** An event left something open that the hospital's own list may tell. */
@Injectable()
export class WebhookCheckService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly received: ReceivedEventsService,
    private readonly hospitalEvents: HospitalEventsService,
    private readonly list: HospitalListService,
    private readonly applying: WebhookApplyingService,
  ) {}

  /** Asks the list, with no transaction open, and applies the event with its answer. */
  async check(facilityId: string, webhookEventId: string): Promise<void> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return;
    const references = await this.hospitalEvents.references(facility);
    const [event] = await this.received.read(facility, references, [webhookEventId]);
    if (event?.parsed.kind !== 'event' || event.parsed.event.type === 'patientCreated') return;
    const answer = await this.list.find(facility, references, event.parsed.event, event.appointmentId);
    await this.applying.applyChecked(facility, event, answer);
  }
}
