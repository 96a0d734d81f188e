import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { EntityClass } from '@mikro-orm/core';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { PoolMetrics } from '../common/pool-metrics.js';
import { HubConfig } from '../config/config.js';
import { databaseUrlOf } from './database-url.js';
import { Invalidations } from './invalidations.js';
import { ormOptions } from './orm-options.js';

/** MikroORM with a fresh identity map per request, and the invalidations between copies. */
@Global()
@Module({})
export class DatabaseModule {
  static async register(entities: EntityClass<unknown>[]): Promise<DynamicModule> {
    const orm = await MikroOrmModule.forRootAsync({
      driver: PostgreSqlDriver,
      inject: [HubConfig, PoolMetrics],
      useFactory: (config: HubConfig, pools: PoolMetrics) =>
        ormOptions(databaseUrlOf(config), entities, 'requests', pool => {
          pools.watch('requests', pool);
        }),
    });
    return { module: DatabaseModule, imports: [orm], providers: [Invalidations], exports: [Invalidations] };
  }
}
