import { Injectable } from '@nestjs/common';
import { AvailabilityMetrics } from '../availability/availability-metrics.js';
import { metricsText, type MetricFamily } from '../common/metrics-text.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { RateLimits } from '../limits/rate-limits.service.js';
import { DriftMetrics } from '../drift/drift-metrics.js';
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
    private readonly availability: AvailabilityMetrics,
    private readonly limits: RateLimits,
    private readonly hospitals: HospitalMetrics,
    private readonly gates: HospitalGates,
    private readonly drift: DriftMetrics,
  ) {}

  /** What every part has to watch, as Prometheus reads it. */
  async text(): Promise<string> {
    return acrossFacilities(async () => {
      const read: MetricFamily[] = [];
      for (const part of [this.webhooks, this.notifications, this.reconciliation, this.availability, this.drift])
        read.push(...(await part.read()));
      read.push(...this.limits.metrics(), ...this.hospitals.read(this.gates.count()));
      return metricsText(read);
    });
  }
}
