import { Injectable } from '@nestjs/common';
import { metricsText } from '../common/metrics-text.js';
import { NotificationMetrics } from '../notifications/notification-metrics.js';
import { HospitalGates } from '../schedulers/hospital-gates.js';
import { HospitalMetrics } from '../schedulers/hospital-metrics.js';
import { ReconciliationMetrics } from '../appointments/reconciliation-metrics.js';
import { WebhookMetrics } from '../webhooks/webhook-metrics.js';

@Injectable()
export class MetricsService {
  constructor(
    private readonly webhooks: WebhookMetrics,
    private readonly notifications: NotificationMetrics,
    private readonly reconciliation: ReconciliationMetrics,
    private readonly hospitals: HospitalMetrics,
    private readonly gates: HospitalGates,
  ) {}

  /** What every part has to watch, as Prometheus reads it. */
  async text(): Promise<string> {
    return metricsText([
      ...(await this.webhooks.read()),
      ...(await this.notifications.read()),
      ...(await this.reconciliation.read()),
      ...this.hospitals.read(this.gates.count()),
    ]);
  }
}
