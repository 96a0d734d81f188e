import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './database/orm-options.js';
import { secureRows } from './database/row-security.js';
import { ENTITIES } from './entities.js';
import { migrateQueues } from './jobs/jobs.service.js';

/** Brings the schema of the hub and of its job queue up to date; answers the names of the migrations that ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, ENTITIES, 'migrations'));
  try {
    const ran = await orm.migrator.up();
    await migrateQueues(databaseUrl);
    await secureRows(orm.em.fork());
    return ran.map(m => m.name);
  } finally {
    await orm.close(true);
  }
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
