import fs from 'node:fs';

/** The environment's variables, those of a file `.env` in the working folder added. The one place that reads them. */
export function readEnvironment(): Record<string, string | undefined> {
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
