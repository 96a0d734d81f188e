import type { HubConfig } from '../config/config.js';

export function databaseUrlOf(config: HubConfig): string {
  if (config.databaseUrl === undefined) throw new Error('The database is not started yet: HubConfig.databaseUrl is unset');
  return config.databaseUrl;
}
