import fs from 'node:fs';

/**
 * The environment's variables, those of a file `.env` in the working folder added. An empty value counts as unset. The one
 * place that reads them.
 */
export function readEnvironment(): Record<string, string | undefined> {
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim() !== ''));
}
