import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { EventToApply } from '../appointments/event-outcome.js';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { JobsService } from '../jobs/jobs.service.js';
import { inTrace } from '../tracing/present-trace.js';
import { ApplySpansService } from './apply-spans.service.js';
import { decisionOf, rejection, type Decision } from './event-decision-rules.js';
import { ReceivedEventsService, type ReceivedEvent } from './received-events.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookDecisionsRepository } from './webhook-decisions.repository.js';

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

  /** Events of one facility, together; where that fails each by itself, so that one harms nobody. Those that failed. */
  async apply(facilityId: string, ids: readonly string[]): Promise<string[]> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return [];
    try {
      await this.applyTogether(facility, ids);
      return [];
    } catch {
      return ids.length === 1 ? [...ids] : this.applyEach(facility, ids);
    }
  }

  /** With the database away none need be tried: they come again. */
  private async applyEach(facility: Facility, ids: readonly string[]): Promise<string[]> {
    const failed: string[] = [];
    for (const [index, id] of ids.entries()) {
      try {
        await this.applyTogether(facility, [id]);
      } catch (error) {
        failed.push(id);
        const haveAllFailed = failed.length === index + 1;
        if (haveAllFailed && failed.length >= MOST_FAILED_AT_FIRST && isDatabaseAway(error)) return [...failed, ...ids.slice(index + 1)];
      }
    }
    return failed;
  }

  private logFailure(facilityId: string, webhookEventId: string | undefined, error: unknown): void {
    this.logger.error({ msg: 'A webhook event could not be applied', facilityId, webhookEventId, ...unexpectedFailure(error) });
  }

  /** One event, with what the hospital's list said of it, and of which versions of its appointments. */
  async applyChecked(facility: Facility, event: ReceivedEvent, answer: Answered): Promise<void> {
    await this.transact(facility, await this.hospitalEvents.references(facility), [event], answer);
  }

  /** Tells of a failure once it is one event's: in the trace of that event, where it is known. */
  private async applyTogether(facility: Facility, ids: readonly string[]): Promise<void> {
    let events: ReceivedEvent[] = [];
    try {
      const references = await this.hospitalEvents.references(facility);
      events = await this.received.read(facility, references, ids);
      if (events.length > 0) await this.transact(facility, references, events, NOT_ASKED);
    } catch (error) {
      if (ids.length === 1)
        inTrace(events[0]?.traceparent ?? null, () => {
          this.logFailure(facility.id, ids[0], error);
        });
      throw error;
    }
  }

  private async transact(
    facility: Facility,
    references: CalendarReferences,
    read: readonly ReceivedEvent[],
    answer: Answered,
  ): Promise<void> {
    const decisions = await this.spans.around(facility.id, read, traced =>
      sendingTransaction(this.em, async em => {
        const undecided = await this.decisions.lockUndecided(
          em,
          facility.id,
          traced.map(event => event.id),
        );
        const events = traced.filter(event => undecided.has(event.id));
        const decided = await this.decide(em, facility, references, events, answer);
        await this.decisions.write(em, decided);
        const toCheck = decided.filter(decision => decision.isToBeChecked);
        const payloads = toCheck.map(({ id }) => ({ facilityId: facility.id, webhookEventId: id }));
        await this.jobs.sendMany(em, 'webhook-check', payloads);
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
    facility: Facility,
    references: CalendarReferences,
    received: readonly ReceivedEvent[],
    answer: Answered,
  ): Promise<Decision[]> {
    const now = this.clock.now();
    const readable = received.filter(event => event.parsed.kind === 'event');
    const given = readable.flatMap(({ parsed, isRepeat, heldUntil, traceparent }) => {
      const isLastChance = heldUntil !== null && heldUntil <= now;
      return parsed.kind === 'event' ? [{ event: parsed.event, isLastChance, isRepeat, ...answer, traceparent }] : [];
    });
    const results = given.length === 0 ? [] : await this.hospitalEvents.apply(em, facility, references, given);
    const decided = readable.flatMap((event, index) => {
      const result = results[index];
      return result ? [decisionOf(event, result, now)] : [];
    });
    const rejected = received.flatMap(event => (event.parsed.kind === 'rejected' ? [rejection(event, event.parsed)] : []));
    return [...decided, ...rejected];
  }
}
