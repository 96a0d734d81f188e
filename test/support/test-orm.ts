import type { EntityClass } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { ENTITIES } from '../../src/entities.js';
import { createTestDatabase } from './test-database.js';

export interface TestOrm {
  orm: MikroORM;
  /** Of its database. */
  url: string;
  close: () => Promise<void>;
}

/** MikroORM as its owner's, on a database of its own in which there is but one table. */
export async function startTestOrm(createTable: string, entities: EntityClass<unknown>[] = ENTITIES): Promise<TestOrm> {
  const database = await createTestDatabase();
  const orm = await MikroORM.init(ormOptions(database.url, entities, 'migrations'));
  await orm.em.fork().execute(createTable);
  return {
    orm,
    url: database.url,
    close: async () => {
      await orm.close();
      await database.drop();
    },
  };
}
