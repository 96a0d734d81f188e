import { Injectable } from '@nestjs/common';
import { Metrics, type Sample } from './metrics.js';

/** What is watched of a pool of connections; `pg.Pool` is one. */
export interface WatchedPool {
  totalCount: number;
  idleCount: number;
  /** Who has asked for a connection and has none yet. */
  waitingCount: number;
  options: { max: number };
}

/** Every pool of connections to PostgreSQL that this application has, by its name. */
@Injectable()
export class PoolMetrics {
  private readonly pools = new Map<string, WatchedPool>();

  constructor(metrics: Metrics) {
    const show = (name: string, help: string, read: (pool: WatchedPool) => number): void => {
      metrics.gauge(name, help, ['pool'], () => this.each(read));
    };
    metrics.gauge('hub_database_pool_connections', 'Connections to PostgreSQL that the pool has', ['pool', 'state'], () =>
      [...this.pools].flatMap(([pool, { totalCount, idleCount }]): Sample<'pool' | 'state'>[] => [
        [{ pool, state: 'idle' }, idleCount],
        [{ pool, state: 'busy' }, totalCount - idleCount],
      ]),
    );
    show('hub_database_pool_size', 'How many connections the pool may have', ({ options }) => options.max);
    show('hub_database_pool_waiting', 'Statements and transactions that wait for a connection of the pool', pool => pool.waitingCount);
  }

  watch(name: string, pool: WatchedPool): void {
    this.pools.set(name, pool);
  }

  private each(read: (pool: WatchedPool) => number): Sample<'pool'>[] {
    return [...this.pools].map(([pool, counts]) => [{ pool }, read(counts)]);
  }
}
