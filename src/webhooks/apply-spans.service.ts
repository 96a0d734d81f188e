import { Injectable } from '@nestjs/common';
import { failureCode } from '../common/unexpected-failure.js';
import type { HubSpan } from '../tracing/span.js';
import { Tracing } from '../tracing/tracing.js';
import type { Decision } from './event-decision-rules.js';
import type { ReceivedEvent } from './received-events.service.js';

/**
 * Events are applied together, but each is part of the trace that it came in with: a span each, and one of the batch, in a trace of its
 * own, to which they are linked.
 */
@Injectable()
export class ApplySpansService {
  constructor(private readonly tracing: Tracing) {}

  /** `work` gets the events with their new spans in the place of those that they came in with. */
  async around(events: readonly ReceivedEvent[], work: (events: readonly ReceivedEvent[]) => Promise<Decision[]>): Promise<Decision[]> {
    if (!this.tracing.isOn) return work(events);
    const batch = events.length > 1 ? this.startBatch(events) : null;
    const spans = new Map(events.map(event => [event.id, this.start(event, batch)]));
    const all = batch ? [batch, ...spans.values()] : [...spans.values()];
    try {
      const decisions = await work(events.map(event => ({ ...event, traceparent: spans.get(event.id)?.traceparent ?? null })));
      for (const { id, type, outcome, reason } of decisions) spans.get(id)?.note(attributesOf({ type, outcome, reason }));
      return decisions;
    } catch (error) {
      for (const span of all) span.fail(failureCode(error));
      throw error;
    } finally {
      for (const span of all) span.end();
    }
  }

  private startBatch(events: readonly ReceivedEvent[]): HubSpan {
    const [facilityId = '', ...others] = new Set(events.map(event => event.facilityId));
    return this.tracing.start('webhook apply batch', {
      kind: 'consumer',
      parent: null,
      attributes: { ...(others.length === 0 && { 'hub.facility_id': facilityId }), 'hub.webhook.batch_size': events.length },
      links: events.flatMap(({ traceparent }) => traceparent ?? []),
    });
  }

  private start({ id, facilityId, traceparent }: ReceivedEvent, batch: HubSpan | null): HubSpan {
    return this.tracing.start('webhook apply', {
      kind: 'consumer',
      parent: traceparent,
      attributes: { 'hub.facility_id': facilityId, 'hub.webhook_event_id': id },
      links: batch?.traceparent ? [batch.traceparent] : [],
    });
  }
}

function attributesOf({ type, outcome, reason }: Pick<Decision, 'type' | 'outcome' | 'reason'>): Record<string, string | null> {
  return { 'hub.webhook.type': type, 'hub.webhook.outcome': outcome, 'hub.webhook.reason': reason };
}
