import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { expectManyRows } from './database/first-plans.js';
import { ormOptions } from './database/orm-options.js';
import { pastLocks } from './database/past-locks.js';
import { secureRows } from './database/row-security.js';
import { ENTITIES } from './entities.js';
import { migrateQueues } from './jobs/jobs.service.js';

/** Brings the schema of the hub and of its job queue up to date, while copies run on it; answers the names of the migrations that ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, ENTITIES, 'migrations'));
  try {
    const ran = await migrateTables(orm);
    await migrateQueues(databaseUrl);
    await pastLocks(() => secureRows(orm.em.fork()));
    await pastLocks(() => expectManyRows(orm.em.fork()));
    return ran;
  } finally {
    await orm.close(true);
  }
}

/** Each in a transaction of its own: all in one would hold the locks of the first while it waits for those of the last. */
async function migrateTables({ migrator }: MikroORM): Promise<string[]> {
  // On an empty database nobody is in the way.
  if ((await migrator.getExecuted()).length === 0) return (await migrator.up()).map(({ name }) => name);
  const pending = await migrator.getPending();
  for (const { name } of pending) await pastLocks(() => migrator.up({ migrations: [name] }));
  return pending.map(({ name }) => name);
}

/** Whether the migrations, which have all run, make just the schema that the entities describe. */
export async function isSchemaUpToDate(databaseUrl: string): Promise<boolean> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, ENTITIES, 'migrations'));
  try {
    return !(await orm.migrator.checkSchema());
  } finally {
    await orm.close(true);
  }
}
