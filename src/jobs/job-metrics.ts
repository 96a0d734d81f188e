import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Counter } from 'prom-client';
import { Metrics, setAll, type Sample } from '../common/metrics.js';
import { QUEUES, type QueueName } from './queues.js';

interface QueueDepth {
  queue: string;
  ready: number;
  deferred: number;
  active: number;
  failed: number;
  oldestSeconds: number;
}

/**
 * The counts are pg-boss's own, which it keeps on its few rows of queues. The job that is next is the first that its workers would take, by
 * the index that they take it with: where somebody waits for one, it goes before older ones.
 */
const DEPTHS = `
  select q.name as queue, q.ready_count as ready, q.deferred_count as deferred, q.active_count as active, q.failed_count as failed,
    coalesce(extract(epoch from now() - oldest.start_after), 0)::float8 as "oldestSeconds"
  from pgboss.queue q
  left join lateral (
    select start_after from pgboss.job
    where name = q.name and state < 'active' and not blocked and start_after <= now()
    order by priority desc, created_on limit 1
  ) oldest on true`;

const NONE: ReadonlySet<string> = new Set();
const STATES = ['ready', 'deferred', 'active', 'failed'] as const;

/** What there is to watch of the job queue: jobs that this process has run, and what waits, of all copies together. */
@Injectable()
export class JobMetrics {
  private readonly runs: Counter<'queue' | 'outcome'>;

  constructor(
    private readonly em: EntityManager,
    metrics: Metrics,
  ) {
    this.runs = metrics.counter('hub_jobs_total', 'Jobs that this process has run, each try counted, by how it ended', [
      'queue',
      'outcome',
    ]);
    for (const queue of Object.keys(QUEUES)) for (const outcome of ['completed', 'failed']) this.runs.inc({ queue, outcome }, 0);
    this.readDepths(metrics);
  }

  /** One job: what it throws has it tried again. */
  async around(queue: QueueName, work: () => Promise<void>): Promise<void> {
    await this.aroundBatch(queue, 1, async () => {
      await work();
      return NONE;
    });
  }

  /** `work` answers which of them have failed; where it throws, all have. */
  async aroundBatch(queue: QueueName, jobs: number, work: () => Promise<ReadonlySet<string>>): Promise<ReadonlySet<string>> {
    let failed = jobs;
    try {
      const ids = await work();
      failed = ids.size;
      return ids;
    } finally {
      this.runs.inc({ queue, outcome: 'completed' }, jobs - failed);
      this.runs.inc({ queue, outcome: 'failed' }, failed);
    }
  }

  private readDepths(metrics: Metrics): void {
    const jobs = metrics.storedGauge('hub_queue_jobs', 'Jobs of the queue, as pg-boss last counted them', ['queue', 'state']);
    const oldest = metrics.storedGauge(
      'hub_queue_oldest_ready_seconds',
      'For how long the job that is next to be taken has been ready; 0 where there is none',
      ['queue'],
    );
    metrics.onReading(async () => {
      const depths = await this.em.execute<QueueDepth[]>(DEPTHS);
      setAll(
        jobs,
        depths.flatMap(depth => STATES.map((state): Sample<'queue' | 'state'> => [{ queue: depth.queue, state }, depth[state]])),
      );
      setAll(
        oldest,
        depths.map(({ queue, oldestSeconds }) => [{ queue }, oldestSeconds]),
      );
    });
  }
}
