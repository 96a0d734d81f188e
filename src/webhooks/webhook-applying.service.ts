import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { EventToApply } from '../appointments/event-outcome.js';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { inTrace } from '../tracing/present-trace.js';
import { partsOf, type EventsToApply } from './apply-job-rules.js';
import { ApplySpansService } from './apply-spans.service.js';
import { decisionOf, rejection, type Decision } from './event-decision-rules.js';
import { ReceivedEventsService, type ReadingFacility, type ReceivedEvent } from './received-events.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookDecisionsRepository } from './webhook-decisions.repository.js';
import type { EventKey } from './webhook-event.repository.js';

/** So many in a row, from the first on, and the database is away for all. */
const MOST_FAILED_AT_FIRST = 3;
type Answered = Pick<EventToApply, 'listed' | 'seen'>;

const NOT_ASKED: Answered = { listed: { kind: 'not-asked' } };

/** Applies events from the inbox: what they change, and what became of each, in one transaction. */
@Injectable()
export class WebhookApplyingService {
  private readonly logger = new Logger(WebhookApplyingService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly received: ReceivedEventsService,
    private readonly hospitalEvents: HospitalEventsService,
    private readonly decisions: WebhookDecisionsRepository,
    private readonly jobs: JobsService,
    private readonly metrics: WebhookMetrics,
    private readonly spans: ApplySpansService,
    private readonly clock: Clock,
  ) {}

  /**
   * Events together, each facility given once; where that fails each facility by itself, and then each event, so that one harms nobody. Those that failed.
   */
  async apply(events: readonly EventsToApply[]): Promise<string[]> {
    try {
      await this.applyTogether(events);
      return [];
    } catch {
      const parts = partsOf(events);
      return parts.length === 0 ? idsOf(events) : this.applyParts(parts);
    }
  }

  /** With the database away none need be tried: they come again. */
  private async applyParts(parts: readonly EventsToApply[][]): Promise<string[]> {
    const failed: string[] = [];
    for (const [index, part] of parts.entries()) {
      try {
        await this.applyTogether(part);
      } catch (error) {
        const smaller = partsOf(part);
        failed.push(...(smaller.length === 0 ? idsOf(part) : await this.applyParts(smaller)));
        const haveAllFailed = failed.length === parts.slice(0, index + 1).flatMap(idsOf).length;
        if (haveAllFailed && index + 1 >= MOST_FAILED_AT_FIRST && isDatabaseAway(error))
          return [...failed, ...parts.slice(index + 1).flatMap(idsOf)];
      }
    }
    return failed;
  }

  private logFailure(facilityId: string, webhookEventId: string | undefined, error: unknown): void {
    this.logger.error({ msg: 'A webhook event could not be applied', facilityId, webhookEventId, ...unexpectedFailure(error) });
  }

  /** One event, with what the hospital's list said of it, and of which versions of its appointments. */
  async applyChecked(reading: ReadingFacility, event: ReceivedEvent, answer: Answered): Promise<void> {
    await this.transact([reading], [event], answer);
  }

  /** Tells of a failure once it is one event's: in the trace of that event, where it is known. */
  private async applyTogether(together: readonly EventsToApply[]): Promise<void> {
    let events: ReceivedEvent[] = [];
    try {
      const facilities = await this.facilitiesOf(together);
      events = facilities.length === 0 ? [] : await this.received.read(facilities, idsOf(together));
      if (events.length > 0) await this.transact(facilities, events, NOT_ASKED);
    } catch (error) {
      const [only] = together;
      if (only && partsOf(together).length === 0)
        inTrace(events[0]?.traceparent ?? null, () => {
          this.logFailure(only.facilityId, only.webhookEventIds[0], error);
        });
      throw error;
    }
  }

  /** Without those that are gone. */
  private async facilitiesOf(events: readonly EventsToApply[]): Promise<ReadingFacility[]> {
    const known = await Promise.all(events.map(({ facilityId }) => this.facilities.find(facilityId)));
    return Promise.all(
      known
        .filter(facility => facility !== null)
        .map(async facility => ({ facility, references: await this.hospitalEvents.references(facility) })),
    );
  }

  private async transact(facilities: readonly ReadingFacility[], read: readonly ReceivedEvent[], answer: Answered): Promise<void> {
    const decisions = await this.spans.around(read, traced =>
      sendingTransaction(this.em, async em => {
        const undecided = await this.decisions.lockUndecided(
          em,
          facilities.map(({ facility }) => facility.id),
          traced.map(event => event.id),
        );
        const events = traced.filter(event => undecided.has(event.id));
        const decided = await this.decide(em, facilities, events, answer);
        await this.decisions.write(em, decided);
        await this.jobs.sendMany(em, 'webhook-check', checksOf(decided, events));
        return decided;
      }),
    );
    this.count(read, decisions);
  }

  private count(events: readonly ReceivedEvent[], decisions: readonly Decision[]): void {
    const now = this.clock.now();
    const received = new Map(events.filter(({ isNew }) => isNew).map(({ id, receivedAt }) => [id, receivedAt]));
    for (const { id, outcome } of decisions) {
      this.metrics.countDecided(outcome);
      const receivedAt = received.get(id);
      if (receivedAt) this.metrics.observeLag(receivedAt, now);
    }
  }

  private async decide(
    em: EntityManager,
    facilities: readonly ReadingFacility[],
    received: readonly ReceivedEvent[],
    answer: Answered,
  ): Promise<Decision[]> {
    const now = this.clock.now();
    const byFacility = Map.groupBy(received, event => event.facilityId);
    const batches = facilities.flatMap(reading => {
      const readable = (byFacility.get(reading.facility.id) ?? []).flatMap(event => {
        const { parsed, isRepeat, heldUntil, traceparent } = event;
        if (parsed.kind !== 'event') return [];
        const isLastChance = heldUntil !== null && heldUntil <= now;
        return [{ event, given: { event: parsed.event, isLastChance, isRepeat, ...answer, traceparent } }];
      });
      return readable.length === 0 ? [] : [{ ...reading, readable, events: readable.map(({ given }) => given) }];
    });
    const results = batches.length === 0 ? [] : await this.hospitalEvents.applyAll(em, batches);
    const decided = batches.flatMap(({ readable }, at) =>
      readable.flatMap(({ event }, index) => {
        const result = results[at]?.[index];
        return result ? [decisionOf(event, result, now)] : [];
      }),
    );
    const rejected = received.flatMap(event => (event.parsed.kind === 'rejected' ? [rejection(event, event.parsed)] : []));
    return [...decided, ...rejected];
  }
}

function idsOf(events: readonly EventsToApply[]): string[] {
  return events.flatMap(({ webhookEventIds }) => webhookEventIds);
}

/** The jobs for those that the hospitals' lists are to be asked about. */
function checksOf(decisions: readonly Decision[], events: readonly ReceivedEvent[]): EventKey[] {
  const facilities = new Map(events.map(({ id, facilityId }) => [id, facilityId]));
  return decisions.flatMap(({ id, isToBeChecked }) => {
    const facilityId = facilities.get(id);
    return isToBeChecked && facilityId !== undefined ? [{ facilityId, webhookEventId: id }] : [];
  });
}
