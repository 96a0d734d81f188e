import { Injectable, Logger } from '@nestjs/common';
import { AvailabilityMetrics } from '../availability/availability-metrics.js';
import { metricsText, type MetricFamily } from '../common/metrics-text.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { within } from '../common/within.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { RateLimits } from '../limits/rate-limits.service.js';
import { DriftMetrics } from '../drift/drift-metrics.js';
import { NotificationMetrics } from '../notifications/notification-metrics.js';
import { HospitalGates } from '../schedulers/hospital-gates.js';
import { HospitalMetrics } from '../schedulers/hospital-metrics.js';
import { ReconciliationMetrics } from '../appointments/reconciliation-metrics.js';
import { WebhookMetrics } from '../webhooks/webhook-metrics.js';

/** Less than Prometheus waits by default (10 s), with room for a slow network. */
const STORED_WITHIN_MS = 3_000;

@Injectable()
export class MetricsService {
  private readonly logger = new Logger(MetricsService.name);

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

  /** What every part has to watch, as Prometheus reads it; while the database is away, what this process knows without it. */
  async text(): Promise<string> {
    const stored = await within(this.stored(), STORED_WITHIN_MS);
    const own = [
      ...this.webhooks.counters(),
      ...this.notifications.counters(),
      ...this.limits.metrics(),
      ...this.hospitals.read(this.gates.count()),
    ];
    return metricsText([databaseUp(stored !== undefined), ...own, ...(stored ?? [])]);
  }

  /** undefined: the database did not answer. */
  private async stored(): Promise<MetricFamily[] | undefined> {
    try {
      return await acrossFacilities(async () => {
        const read: MetricFamily[] = [];
        for (const part of [this.webhooks, this.notifications, this.reconciliation, this.availability, this.drift])
          read.push(...(await part.read()));
        return read;
      });
    } catch (error) {
      this.logger.warn({ msg: 'The metrics of the database are left out', ...unexpectedFailure(error) });
      return undefined;
    }
  }
}

function databaseUp(isUp: boolean): MetricFamily {
  return {
    name: 'hub_database_up',
    help: 'Whether the database told this process its metrics in time; 0: those are left out',
    type: 'gauge',
    samples: [{ labels: {}, value: isUp ? 1 : 0 }],
  };
}
