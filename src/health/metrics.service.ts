import { Injectable, Logger } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { Metrics } from '../common/metrics.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { within } from '../common/within.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { HealthService } from './health.service.js';

/** Less than Prometheus waits by default (10 s), with room for a slow network. */
const STORED_WITHIN_MS = 3_000;

@Injectable()
export class MetricsService {
  private readonly logger = new Logger(MetricsService.name);
  private readonly databaseUp: Gauge<never>;
  private readonly ready: Gauge<never>;

  constructor(
    private readonly metrics: Metrics,
    private readonly health: HealthService,
  ) {
    this.databaseUp = metrics.gauge('hub_database_up', 'Whether the database told this process its metrics in time; 0: those are left out');
    this.ready = metrics.gauge('hub_ready', 'Whether this process takes requests: what /health/ready says');
  }

  /** All there is to watch, as Prometheus reads it; while the database is away, what this process knows without it. */
  async text(): Promise<string> {
    const [stored, isReady] = await Promise.all([within(this.stored(), STORED_WITHIN_MS), within(this.isReady(), STORED_WITHIN_MS)]);
    this.databaseUp.set(stored === undefined ? 0 : 1);
    this.ready.set(isReady ? 1 : 0);
    return `${await this.metrics.ownText()}${stored ?? ''}`;
  }

  /** undefined: the database did not answer. */
  private async stored(): Promise<string | undefined> {
    try {
      return await acrossFacilities(() => this.metrics.storedText());
    } catch (error) {
      this.logger.warn({ msg: 'The metrics of the database are left out', ...unexpectedFailure(error) });
      return undefined;
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      await this.health.ready();
      return true;
    } catch {
      return false;
    }
  }
}
