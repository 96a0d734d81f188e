import { Injectable } from '@nestjs/common';
import { metricsText } from '../common/metrics-text.js';
import { DriftMetrics } from '../drift/drift-metrics.js';
import { NotificationMetrics } from '../notifications/notification-metrics.js';
import { ReconciliationMetrics } from '../appointments/reconciliation-metrics.js';
import { WebhookMetrics } from '../webhooks/webhook-metrics.js';

@Injectable()
export class MetricsService {
  constructor(
    private readonly webhooks: WebhookMetrics,
    private readonly notifications: NotificationMetrics,
    private readonly reconciliation: ReconciliationMetrics,
    private readonly drift: DriftMetrics,
  ) {}

  /** What every part has to watch, as Prometheus reads it. */
  async text(): Promise<string> {
    return metricsText([
      ...(await this.webhooks.read()),
      ...(await this.notifications.read()),
      ...(await this.reconciliation.read()),
      ...(await this.drift.read()),
    ]);
  }
}
