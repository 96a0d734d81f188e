import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import { inTrace } from '../tracing/present-trace.js';
import { HospitalListService } from './hospital-list.service.js';
import { ReceivedEventsService } from './received-events.service.js';
import { WebhookApplyingService } from './webhook-applying.service.js';

/** A job may take 30 s (`expireInSeconds`): what waits still is held, and comes again. */
const LONGEST_TURN_MS = 15_000;

/**
 * An event left something open that the hospital's own list may tell. In each copy of the hub one event of a facility is checked
 * at a time: a hospital that is slow takes one worker, not those of the others too.
 */
@Injectable()
export class WebhookCheckService implements OnModuleDestroy {
  private readonly logger = new Logger(WebhookCheckService.name);
  /** By facility of which one is being checked: those that came meanwhile. */
  private readonly waiting = new Map<string, Set<string>>();
  private isStopping = false;

  constructor(
    private readonly facilities: FacilitiesService,
    private readonly received: ReceivedEventsService,
    private readonly hospitalEvents: HospitalEventsService,
    private readonly list: HospitalListService,
    private readonly applying: WebhookApplyingService,
  ) {}

  /**
   * Checks the event, and after it those of its facility that come meanwhile: they do not wait for it. Never throws: an event that
   * could not be checked stays held, and is looked at again.
   */
  async check(facilityId: string, webhookEventId: string): Promise<void> {
    const present = this.waiting.get(facilityId);
    if (present) {
      present.add(webhookEventId);
      return;
    }
    const waiting = new Set([webhookEventId]);
    this.waiting.set(facilityId, waiting);
    const end = performance.now() + LONGEST_TURN_MS;
    for (const id of waiting) {
      if (this.isStopping || performance.now() > end) break;
      waiting.delete(id);
      await this.checkOne(facilityId, id);
    }
    this.waiting.delete(facilityId);
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async checkOne(facilityId: string, webhookEventId: string): Promise<void> {
    try {
      await this.askAndApply(facilityId, webhookEventId);
    } catch (error) {
      this.logger.error({ msg: 'A webhook event could not be checked', facilityId, webhookEventId, ...unexpectedFailure(error) });
    }
  }

  /** Asks the list, with no transaction open, and applies the event with its answer. */
  private async askAndApply(facilityId: string, webhookEventId: string): Promise<void> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return;
    const references = await this.hospitalEvents.references(facility);
    const [event] = await this.received.read([{ facility, references }], [webhookEventId]);
    if (event?.parsed.kind !== 'event') return;
    const { event: about } = event.parsed;
    if (about.type === 'patientCreated') return;
    const seen = await this.hospitalEvents.seen(facility, about, event.appointmentId);
    const listed = await inTrace(event.traceparent, () => this.list.find(facility, references, about, event.appointmentId));
    await this.applying.applyChecked({ facility, references }, event, { listed, seen });
  }
}
