import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { MetricFamily } from '../common/metrics-text.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DriftRunRepository } from './drift-run.repository.js';
import { DRIFT_KINDS, DRIFT_RUN_STATUSES } from './drift-state.js';

const DAY_MS = 86_400_000;

/** What there is to watch of the comparisons with the hospitals' lists: of all facilities and copies together. */
@Injectable()
export class DriftMetrics {
  constructor(
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<MetricFamily[]> {
    const open = new Map((await this.findings.countOpen()).map(({ kind, count }) => [kind, count]));
    const since = new Date(this.clock.now().getTime() - DAY_MS);
    const runs = new Map((await this.runs.countSince(since)).map(({ status, count }) => [status, count]));
    return [
      {
        name: 'hub_drift_findings_open',
        help: "Appointments about which the hub and a hospital's list differ, and nobody has decided",
        type: 'gauge',
        samples: DRIFT_KINDS.map(kind => ({ labels: { kind }, value: open.get(kind) ?? 0 })),
      },
      {
        name: 'hub_drift_runs',
        help: "Comparisons with hospitals' lists, by how they ended, of the last 24 hours",
        type: 'gauge',
        samples: DRIFT_RUN_STATUSES.map(status => ({ labels: { status }, value: runs.get(status) ?? 0 })),
      },
    ];
  }
}
