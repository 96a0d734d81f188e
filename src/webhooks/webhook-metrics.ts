import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { Clock } from '../common/clock.js';
import { Metrics } from '../common/metrics.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import { WEBHOOK_OUTCOMES, type WebhookOutcome } from './webhook-event-state.js';

/** Seconds. Events are applied within the first few; those of the last have waited for something. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600];

/** What there is to watch: nothing of a patient, no ids. Counters are this process's own, gauges the whole inbox's. */
@Injectable()
export class WebhookMetrics {
  private readonly answers: Counter<'answer'>;
  private readonly outcomes: Counter<'outcome'>;
  private readonly lag: Histogram<never>;

  constructor(
    private readonly events: WebhookEventRepository,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.answers = metrics.counter(
      'hub_webhook_received_total',
      'Webhooks answered by this process: accepted, duplicate, or the status of the refusal',
      ['answer'],
    );
    this.outcomes = metrics.counter('hub_webhook_decided_total', 'Webhook events decided by this process', ['outcome']);
    this.lag = metrics.histogram(
      'hub_webhook_apply_lag_seconds',
      'From the receipt of a webhook event to when it was first decided, by this process',
      [],
      LAG_BUCKETS,
    );
    for (const answer of ['accepted', 'duplicate', '401']) this.answers.inc({ answer }, 0);
    for (const outcome of WEBHOOK_OUTCOMES) if (outcome !== 'pending') this.outcomes.inc({ outcome }, 0);
    this.readBacklog(metrics);
  }

  /** What was stored tells by itself whether it was a duplicate. */
  countAnswer(status: number): void {
    if (status !== 202) this.answers.inc({ answer: String(status) });
  }

  countStored(status: 'accepted' | 'duplicate'): void {
    this.answers.inc({ answer: status });
  }

  countDecided(outcome: WebhookOutcome): void {
    this.outcomes.inc({ outcome });
  }

  /** Of one that nobody had looked at before. */
  observeLag(receivedAt: Date, decidedAt: Date): void {
    this.lag.observe(Math.max(0, decidedAt.getTime() - receivedAt.getTime()) / 1_000);
  }

  private readBacklog(metrics: Metrics): void {
    const pending = metrics.storedGauge('hub_webhook_pending', 'Webhook events that are stored and not applied yet, 100,000 at most');
    const oldest = metrics.storedGauge('hub_webhook_oldest_pending_seconds', 'Age of the oldest of them; 0 where there is none');
    const held = metrics.storedGauge('hub_webhook_held', 'Webhook events that wait, with a deadline, 100,000 at most');
    const dead = metrics.storedGauge(
      'hub_webhook_dead_letters',
      'Webhook events given up after all tries, 100,000 at most: replay them once the cause is gone',
    );
    metrics.onReading(async () => {
      const backlog = await this.events.backlog();
      const { oldestPendingAt } = backlog;
      pending.set(backlog.pending);
      oldest.set(oldestPendingAt === null ? 0 : Math.max(0, this.clock.now().getTime() - oldestPendingAt.getTime()) / 1_000);
      held.set(backlog.held);
      dead.set(backlog.dead);
    });
  }
}
