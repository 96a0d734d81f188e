import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnderscoreNamingStrategy, type EntityClass, type FilterDef } from '@mikro-orm/core';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import type { WatchedPool } from '../common/pool-metrics.js';
import { facilitiesInScope } from './facility-scope.js';
import { defineConfig, type EntityManager, type Options } from '@mikro-orm/postgresql';
import { CONNECT_TIMEOUT_MS, KEEPALIVE_AFTER_MS, LIMITS, serverSettings, type DatabaseUse } from './connection-limits.js';
import { PipelinedClient } from './pipelined-client.js';

/** Next to `src` and `dist`: plain Node strips the migrations' types, so they are loaded as they are. */
export const MIGRATIONS_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'migrations');

/** What MikroORM asks for is within the facilities in scope, as the database's policies see to in any case. */
const FACILITY_FILTER: FilterDef = {
  name: 'facility',
  default: true,
  args: false,
  cond: (_args, _type, em: EntityManager, _options, entityName = '') => {
    const ids = facilitiesInScope();
    if (ids === null) return {};
    if (entityName === 'Facility') return { id: { $in: ids } };
    const properties = em.getMetadata().getByClassName(entityName, false)?.properties ?? {};
    return Object.hasOwn(properties, 'facilityId') ? { facilityId: { $in: ids } } : {};
  },
};

const POOL_SIZES: Record<DatabaseUse, number> = { requests: 20, migrations: 2 };

/** What MikroORM needs, the same for the hub, its migrations and its tests. `onPoolCreated`: hears of its pool of connections. */
export function ormOptions(
  url: string,
  entities: EntityClass<unknown>[],
  use: DatabaseUse = 'requests',
  onPoolCreated?: (pool: WatchedPool) => void,
): Options {
  // Migrations change the schema, and see all rows.
  const isOwner = use === 'migrations';
  return defineConfig({
    clientUrl: url,
    entities,
    metadataProvider: ReflectMetadataProvider,
    namingStrategy: UnderscoreNamingStrategy,
    extensions: [Migrator],
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: true,
    implicitTransactions: false,
    pool: { min: 0, max: POOL_SIZES[use] },
    driverOptions: {
      Client: PipelinedClient,
      pipeline: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...LIMITS[use],
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
      // Planned once, whatever the values: they never change the way to the rows. A table that is small when it is planned grows: no
      // statement of the hub is to read one from end to end where an index leads to its rows.
      options: serverSettings({
        plan_cache_mode: 'force_generic_plan',
        enable_seqscan: 'off',
        ...(isOwner ? { 'app.facility_ids': '*' } : {}),
      }),
      isOwner,
      application_name: 'hub',
      ...(onPoolCreated && { onPoolCreated }),
    },
    migrations: {
      path: MIGRATIONS_DIR,
      pathTs: MIGRATIONS_DIR,
      glob: '!(*.d).ts',
      emit: 'ts',
      snapshot: false,
      transactional: true,
      allOrNothing: true,
    },
    // The feed's triggers are the migrations' own, the policies `row-security.ts`'s.
    schemaGenerator: { ignoreTriggers: true, ignorePolicies: true },
    filters: { facility: FACILITY_FILTER },
    // What a row refers to is of its own facility: to join it only to filter it, too, costs more than the row.
    autoJoinRefsForFilters: false,
    discovery: { warnWhenNoEntities: true },
    debug: false,
    logger: () => undefined,
  });
}
