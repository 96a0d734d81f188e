import fs from 'node:fs';
import { TableNotFoundException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { MIGRATIONS_DIR } from './orm-options.js';

/** Names of the migrations that the database has not had yet. */
export async function pendingMigrations(em: EntityManager): Promise<string[]> {
  const known = fs
    .readdirSync(MIGRATIONS_DIR)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -3));
  const had = await executedMigrations(em);
  return known.filter(name => !had.has(name));
}

async function executedMigrations(em: EntityManager): Promise<Set<string>> {
  try {
    const rows: { name: string }[] = await em.fork().execute('select name from mikro_orm_migrations');
    return new Set(rows.map(row => row.name));
  } catch (error) {
    if (error instanceof TableNotFoundException) return new Set();
    throw error;
  }
}
