import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../common/metrics.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DRIFT_KINDS, DRIFT_RUN_STATUSES, type DriftRunStatus } from './drift-state.js';

/** What there is to watch of the comparisons with the hospitals' lists: runs of this process, findings of all copies together. */
@Injectable()
export class DriftMetrics {
  private readonly runs: Counter<'status'>;

  constructor(findings: DriftFindingRepository, metrics: Metrics) {
    this.runs = metrics.counter('hub_drift_runs_total', "Comparisons with hospitals' lists that this process ended, by how", ['status']);
    for (const status of DRIFT_RUN_STATUSES) if (status !== 'running') this.runs.inc({ status }, 0);
    const openFindings = metrics.storedGauge(
      'hub_drift_findings_open',
      "Appointments about which the hub and a hospital's list differ, and nobody has decided",
      ['kind'],
    );
    metrics.onReading(async () => {
      const open = new Map((await findings.countOpen()).map(({ kind, count }) => [kind, count]));
      for (const kind of DRIFT_KINDS) openFindings.set({ kind }, open.get(kind) ?? 0);
    });
  }

  countRun(status: DriftRunStatus): void {
    this.runs.inc({ status });
  }
}
