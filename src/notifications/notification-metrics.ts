import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Clock } from '../common/clock.js';
import { Metrics } from '../common/metrics.js';
import type { AttemptOutcome, MessageChannel } from './notification-state.js';
import { NotificationRepository } from './notification.repository.js';
import type { Verdict } from './verdict.js';

/** What there is to watch: nothing of a patient, no ids. Counters are this process's own, gauges the whole ledger's. */
@Injectable()
export class NotificationMetrics {
  private readonly attempts: Counter<'channel' | 'outcome'>;
  private readonly verdicts: Counter<'channel' | 'verdict'>;

  constructor(
    private readonly notifications: NotificationRepository,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter(
      'hub_notification_attempts_total',
      'Tries to hand a message to a provider, made by this process, by what came of them',
      ['channel', 'outcome'],
    );
    this.verdicts = metrics.counter(
      'hub_notification_verdicts_total',
      'How often this process has moved a message to a verdict, by its channel',
      ['channel', 'verdict'],
    );
    this.readBacklog(metrics);
  }

  countOutcome(channel: MessageChannel, outcome: AttemptOutcome): void {
    this.attempts.inc({ channel, outcome });
  }

  /** `channel` null: none was chosen. That a message is on its way is no news. */
  countVerdict(channel: MessageChannel | null, verdict: Verdict): void {
    if (verdict !== 'waiting') this.verdicts.inc({ channel: channel ?? 'none', verdict });
  }

  private readBacklog(metrics: Metrics): void {
    const open = metrics.storedGauge('hub_notifications_open', 'Messages that are to be sent, or on their way, 100,000 at most');
    const overdue = metrics.storedGauge(
      'hub_notifications_overdue',
      'Messages whose patient was to have been told by now, 100,000 at most',
    );
    const unknown = metrics.storedGauge(
      'hub_notifications_outcome_unknown',
      'Messages of which nobody knows whether they were sent, 100,000 at most: a person is to look',
    );
    const held = metrics.storedGauge(
      'hub_notifications_held_by_spend_cap',
      'Messages that wait because their facility has sent as many SMS today as it allows, 100,000 at most',
    );
    metrics.onReading(async () => {
      const backlog = await this.notifications.backlog(this.clock.now());
      open.set(backlog.open);
      overdue.set(backlog.overdue);
      unknown.set(backlog.unknown);
      held.set(backlog.heldByCap);
    });
  }
}
