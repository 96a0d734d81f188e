import { Injectable } from '@nestjs/common';
import { AvailabilityMetrics } from '../availability/availability-metrics.js';
import { metricsText } from '../common/metrics-text.js';
import { NotificationMetrics } from '../notifications/notification-metrics.js';
import { ReconciliationMetrics } from '../appointments/reconciliation-metrics.js';
import { WebhookMetrics } from '../webhooks/webhook-metrics.js';

@Injectable()
export class MetricsService {
  constructor(
    private readonly webhooks: WebhookMetrics,
    private readonly notifications: NotificationMetrics,
    private readonly reconciliation: ReconciliationMetrics,
    private readonly availability: AvailabilityMetrics,
  ) {}

  /** What every part has to watch, as Prometheus reads it. */
  async text(): Promise<string> {
    return metricsText([
      ...(await this.webhooks.read()),
      ...(await this.notifications.read()),
      ...(await this.reconciliation.read()),
      ...(await this.availability.read()),
    ]);
  }
}
