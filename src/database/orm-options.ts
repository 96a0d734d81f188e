import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnderscoreNamingStrategy, type EntityClass, type FilterDef } from '@mikro-orm/core';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityManager, type Options } from '@mikro-orm/postgresql';
import { facilitiesInScope } from './facility-scope.js';
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

/** What MikroORM needs, the same for the hub, its migrations and its tests. */
export function ormOptions(url: string, entities: EntityClass<unknown>[], poolMax = 20, isOwner = false): Options {
  return defineConfig({
    clientUrl: url,
    entities,
    metadataProvider: ReflectMetadataProvider,
    namingStrategy: UnderscoreNamingStrategy,
    extensions: [Migrator],
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: true,
    implicitTransactions: false,
    pool: { min: 0, max: poolMax },
    // A statement that waits on a lock, or runs, for longer than any caller waits, is ended by the server.
    driverOptions: {
      Client: PipelinedClient,
      pipeline: true,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      keepAlive: true,
      // Planned once, whatever the values: they never change the way to the rows. A table that is small when it is planned grows: no
      // statement of the hub is to read one from end to end where an index leads to its rows.
      options: `-c plan_cache_mode=force_generic_plan -c enable_seqscan=off${isOwner ? ' -c app.facility_ids=*' : ''}`,
      isOwner,
      application_name: 'hub',
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
    discovery: { warnWhenNoEntities: true },
    debug: false,
    logger: () => undefined,
  });
}
