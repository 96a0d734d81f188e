import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PgBoss, type Db, type Job } from 'pg-boss';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { PoolMetrics } from '../common/pool-metrics.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { HubConfig } from '../config/config.js';
import { databaseUrlOf } from '../database/database-url.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { DueLooks } from './due-looks.service.js';
import { JobMetrics } from './job-metrics.js';
import { JobStream } from './job-stream.js';
import { JobsDatabase } from './jobs-database.js';
import { INDEX_ACTIVE_JOBS, IS_ABANDONED, isReady, QUEUES, type QueueName, type QueuePayloads } from './queues.js';

/** Seconds a stopping process waits for the jobs it has in hand. */
const STOP_SECONDS = 4;
/** Half of the queues' heartbeat, the shortest that pg-boss takes. */
const HEARTBEAT_MS = 5_000;
/** Whoever may take a job is told of it, or finds it by `DueLooks`: this is for a word that was lost. */
const LOOK_IN_ANY_CASE_MS = 10_000;
/** What is not urgent: pg-boss counts its jobs. */
const SUPERVISE_SECONDS = 30;
/** How often it throws away those that are done, `deleteAfterSeconds` ago. */
const MAINTAIN_SECONDS = 300;
/** How often to look whether the database has been migrated. */
const RETRY_MS = 1_000;

/** For the queue's order: first what somebody waits for. */
export type JobPriority = 'usual' | 'urgent';
const PRIORITIES: Record<JobPriority, number> = { usual: 0, urgent: 1 };

interface Worker {
  queue: QueueName;
  concurrency: number;
  batchSize: number;
  /** The ids of the jobs that failed, and are to be tried again. */
  handle: (jobs: Job[]) => Promise<ReadonlySet<string>>;
}

/** Jobs in PostgreSQL (pg-boss): enqueued in the transaction that makes them needed, run by any copy. */
@Injectable()
export class JobsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(JobsService.name);
  private readonly database: JobsDatabase;
  private readonly boss: PgBoss;
  private readonly workers: Worker[] = [];
  private readonly streams = new Map<QueueName, JobStream>();
  /** pg-boss's own, by their text: a few for each queue. */
  private readonly statements = new Map<string, PreparedStatement>();
  private readonly supervision = new OneAtATime(() => this.takeBack());
  private retry: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    config: HubConfig,
    private readonly orm: MikroORM,
    private readonly metrics: JobMetrics,
    clock: Clock,
    pools: PoolMetrics,
    private readonly dueLooks: DueLooks,
  ) {
    this.database = new JobsDatabase(databaseUrlOf(config), clock, pools);
    this.boss = new PgBoss({
      db: this.database,
      migrate: false,
      createSchema: false,
      useListenNotify: true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      // Whoever has seen that a worker died may supervise at once, but not all copies at the same time.
      monitorIntervalSeconds: 1,
      maintenanceIntervalSeconds: MAINTAIN_SECONDS,
    });
    this.boss.on('error', (error: Error) => {
      this.failed(error);
    });
    this.database.onNewJobs(queue => {
      for (const [name, stream] of this.streams) if (queue === null || queue === name) stream.notify();
    });
    dueLooks.add({ condition: IS_ABANDONED, begin: () => void this.supervision.run() });
  }

  /** Enqueues within the transaction of `em`: with its commit, or not at all. Payloads hold ids only. */
  async send<Q extends QueueName>(em: EntityManager, queue: Q, payload: QueuePayloads[Q]): Promise<void> {
    await this.sendMany(em, queue, [payload]);
  }

  /** Likewise, many at once. In a `sendingTransaction` the answer is not waited for. */
  async sendMany<Q extends QueueName>(
    em: EntityManager,
    queue: Q,
    payloads: readonly QueuePayloads[Q][],
    priority: JobPriority = 'usual',
  ): Promise<void> {
    if (payloads.length === 0) return;
    await this.boss.insert(
      queue,
      payloads.map(data => ({ data, priority: PRIORITIES[priority] })),
      { db: this.databaseOf(em) },
    );
  }

  /**
   * Registers what does the work of a queue; called by the modules before the application is up. `places`: jobs that this copy has in
   * hand at once; none waits for another that hangs in its place. What `handle` throws has the job tried again.
   */
  work<Q extends QueueName>(queue: Q, places: number, handle: (payload: QueuePayloads[Q], signal: AbortSignal) => Promise<void>): void {
    const stream = new JobStream(this.boss, {
      queue,
      places,
      lookMs: LOOK_IN_ANY_CASE_MS,
      heartbeatMs: HEARTBEAT_MS,
      handle: (data, signal) => this.metrics.around(queue, () => asWorker(this.orm.em, () => handle(data as QueuePayloads[Q], signal))),
      onFailed: (jobId, error) => {
        this.tellFailed(queue, [jobId], error);
      },
      onError: error => {
        this.failed(error);
      },
    });
    this.streams.set(queue, stream);
    this.watch(queue);
  }

  /**
   * Likewise, up to `batchSize` jobs at once. After several that were no full batch, more are left to gather until `gatherMs` from their
   * start are over: many small batches cost more than one. `handle` answers those payloads that failed: they alone are tried again.
   */
  workBatches<Q extends QueueName>(
    queue: Q,
    { gatherMs = 0, ...size }: { concurrency: number; batchSize: number; gatherMs?: number },
    handle: (payloads: QueuePayloads[Q][]) => Promise<ReadonlySet<QueuePayloads[Q]>>,
  ): void {
    const run = async (jobs: Job[]): Promise<ReadonlySet<string>> => {
      const gathered = jobs.length > 1 && jobs.length < size.batchSize ? delay(gatherMs) : undefined;
      const failed = await handle(jobs.map(job => job.data as QueuePayloads[Q]));
      await gathered;
      return new Set(jobs.filter(job => failed.has(job.data as QueuePayloads[Q])).map(job => job.id));
    };
    this.workers.push({ queue, ...size, handle: run });
    this.watch(queue);
  }

  private watch(queue: QueueName): void {
    this.dueLooks.add({
      condition: isReady(queue),
      begin: () => {
        this.database.tellReady(queue);
      },
    });
  }

  /** The jobs of workers that died are to be tried again. Never throws. */
  private async takeBack(): Promise<void> {
    try {
      await this.boss.supervise();
    } catch (error) {
      this.failed(error);
    }
  }

  /** The queue tries them again while it may. That the database is away is said once, not for each job. */
  private tellFailed(queue: QueueName, jobIds: string[], error: unknown): void {
    if (!isDatabaseAway(error)) this.logger.warn({ msg: 'A job failed', queue, jobIds, ...unexpectedFailure(error) });
  }

  /** Each worker says so each second; the database's part has said once that it is away. */
  private failed(error: unknown): void {
    if (this.database.isAway) return;
    this.logger.error({ msg: 'The job queue failed', ...unexpectedFailure(error) });
  }

  /** pg-boss's statements as part of the transaction of `em`; what they answer is not read. */
  private databaseOf(em: EntityManager): Db {
    return {
      executeSql: async (text, values) => {
        await this.statementOf(text).send(em, values ?? []);
        return { rows: [] };
      },
    };
  }

  private statementOf(text: string): PreparedStatement {
    const known = this.statements.get(text);
    if (known) return known;
    const statement = new PreparedStatement(`jobs-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text);
    this.statements.set(text, statement);
    return statement;
  }

  /** On a database that is not migrated yet the hub starts all the same, not ready; the queue follows once its tables are there. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.boss.start();
    } catch (error) {
      if (await this.boss.isInstalled()) throw error;
      this.logger.warn('The job queue has no tables: run npm run migrate. Until then no job is run');
      this.retry = setTimeout(() => void this.startLater(), RETRY_MS);
      return;
    }
    await this.startWorkers();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.retry);
    this.database.endure(false);
    await this.supervision.stop();
    const withinMs = STOP_SECONDS * 1_000;
    await Promise.all([
      ...[...this.streams.values()].map(stream => stream.stop(withinMs)),
      this.boss.stop({ graceful: true, timeout: withinMs }),
    ]);
    await this.database.close();
  }

  private async startLater(): Promise<void> {
    try {
      await this.boss.start();
      await this.startWorkers();
    } catch {
      if (!this.isStopping) this.retry = setTimeout(() => void this.startLater(), RETRY_MS);
    }
  }

  /** Each is taken off the list once it works: a second try begins where the first failed. */
  private async startWorkers(): Promise<void> {
    for (let worker = this.workers[0]; worker; worker = this.workers[0]) {
      const { queue, concurrency, batchSize, handle } = worker;
      await this.boss.work<object>(
        queue,
        {
          batchSize,
          localConcurrency: concurrency,
          pollingIntervalSeconds: 1,
          notifyPollingIntervalSeconds: LOOK_IN_ANY_CASE_MS / 1_000,
          burstWhenBatchFull: true,
          perJobResults: true,
        },
        async jobs => {
          const failed = await this.metrics
            .aroundBatch(queue, jobs.length, () => asWorker(this.orm.em, () => handle(jobs)))
            .catch((error: unknown) => {
              this.tellFailed(
                queue,
                jobs.map(({ id }) => id),
                error,
              );
              throw error;
            });
          return jobs.map(job => ({ id: job.id, status: failed.has(job.id) ? 'failed' : 'completed' }));
        },
      );
      this.workers.shift();
    }
    if (this.isStopping) return;
    for (const stream of this.streams.values()) stream.start();
    this.database.endure(true);
  }
}

/** Makes pg-boss's schema and our queues, or brings them up to date. Part of `npm run migrate`. */
export async function migrateQueues(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 1, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  for (const [name, options] of Object.entries(QUEUES)) {
    if (await boss.getQueue(name)) await boss.updateQueue(name, options);
    else await boss.createQueue(name, options);
  }
  for (const sql of INDEX_ACTIVE_JOBS) await boss.getDb().executeSql(sql);
  await boss.stop({ graceful: false });
}
