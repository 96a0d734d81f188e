import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { MetricFamily } from '../common/metrics-text.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import type { WebhookOutcome } from './webhook-event-state.js';

/** What there is to watch: nothing of a patient, no ids. Counters are this process's own, gauges the whole inbox's. */
@Injectable()
export class WebhookMetrics {
  private readonly answers = new Map<string, number>();
  private readonly outcomes = new Map<string, number>();

  constructor(
    private readonly events: WebhookEventRepository,
    private readonly clock: Clock,
  ) {}

  /** What was stored tells by itself whether it was a duplicate. */
  countAnswer(status: number): void {
    if (status !== 202) increase(this.answers, String(status));
  }

  countStored(status: 'accepted' | 'duplicate'): void {
    increase(this.answers, status);
  }

  countDecided(outcome: WebhookOutcome): void {
    increase(this.outcomes, outcome);
  }

  /** What this process knows by itself. */
  counters(): MetricFamily[] {
    return [
      counter(
        'hub_webhook_received_total',
        'Webhooks answered by this process: accepted, duplicate, or the status of the refusal',
        this.answers,
        'answer',
      ),
      counter('hub_webhook_decided_total', 'Webhook events decided by this process', this.outcomes, 'outcome'),
    ];
  }

  async read(): Promise<MetricFamily[]> {
    const { pending, held, dead, oldestPendingAt } = await this.events.backlog();
    const oldestMs = oldestPendingAt === null ? 0 : Math.max(0, this.clock.now().getTime() - oldestPendingAt.getTime());
    return [
      gauge('hub_webhook_pending', 'Webhook events that are stored and not applied yet', pending),
      gauge('hub_webhook_oldest_pending_seconds', 'Age of the oldest of them; 0 where there is none', oldestMs / 1_000),
      gauge('hub_webhook_held', 'Webhook events that wait, with a deadline', held),
      gauge('hub_webhook_dead_letters', 'Webhook events given up after all tries: replay them once the cause is gone', dead),
    ];
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function counter(name: string, help: string, counts: ReadonlyMap<string, number>, label: string): MetricFamily {
  return { name, help, type: 'counter', samples: [...counts].map(([key, value]) => ({ labels: { [label]: key }, value })) };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'gauge', samples: [{ labels: {}, value }] };
}
