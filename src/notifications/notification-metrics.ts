import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { MetricFamily } from '../common/metrics-text.js';
import type { AttemptOutcome, MessageChannel } from './notification-state.js';
import { NotificationRepository } from './notification.repository.js';

/** What there is to watch: nothing of a patient, no ids. Counters are this process's own, gauges the whole ledger's. */
@Injectable()
export class NotificationMetrics {
  private readonly outcomes = new Map<string, { channel: MessageChannel; outcome: AttemptOutcome; count: number }>();

  constructor(
    private readonly notifications: NotificationRepository,
    private readonly clock: Clock,
  ) {}

  countOutcome(channel: MessageChannel, outcome: AttemptOutcome): void {
    const key = `${channel}|${outcome}`;
    const present = this.outcomes.get(key);
    this.outcomes.set(key, { channel, outcome, count: (present?.count ?? 0) + 1 });
  }

  /** What this process knows by itself. */
  counters(): MetricFamily[] {
    return [
      {
        name: 'hub_notification_attempts_total',
        help: 'Tries to hand a message to a provider, made by this process, by what came of them',
        type: 'counter',
        samples: [...this.outcomes.values()].map(({ channel, outcome, count }) => ({ labels: { channel, outcome }, value: count })),
      },
    ];
  }

  async read(): Promise<MetricFamily[]> {
    const { open, overdue, unknown, heldByCap } = await this.notifications.backlog(this.clock.now());
    const gauge = (name: string, help: string, value: number): MetricFamily => ({
      name,
      help,
      type: 'gauge',
      samples: [{ labels: {}, value }],
    });
    return [
      gauge('hub_notifications_open', 'Messages that are to be sent, or on their way', open),
      gauge('hub_notifications_overdue', 'Messages whose patient was to have been told by now', overdue),
      gauge('hub_notifications_outcome_unknown', 'Messages of which nobody knows whether they were sent: a person is to look', unknown),
      gauge(
        'hub_notifications_held_by_spend_cap',
        'Messages that wait because their facility has sent as many SMS today as it allows',
        heldByCap,
      ),
    ];
  }
}
