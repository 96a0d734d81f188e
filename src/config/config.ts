import type { KeyObject } from 'node:crypto';
import { readTraces, type TracesConfig } from './traces-config.js';
import { SettingsReader, type EncryptionKey } from './settings-reader.js';

/** All settings, validated and typed. A class only so that it can be injected by its type. */
export class HubConfig {
  readonly port!: number;
  /** Unset: the embedded server. */
  readonly databaseUrl!: string | undefined;
  readonly dataDir!: string;
  /** Where the world reaches the hub, without a trailing slash. */
  readonly publicUrl!: string;
  /** An admin key that always works; unset in production where only stored keys are wanted. */
  readonly adminApiKey!: string | undefined;
  /** The first encrypts, all decrypt. */
  readonly encryptionKeys!: EncryptionKey[];
  readonly blindIndexKey!: KeyObject;
  readonly isSandboxEnabled!: boolean;
  readonly sandboxPort!: number;
  /** `host:port` that may be private and plain http. */
  readonly upstreamAllowedHosts!: string[];
  readonly logLevel!: LogLevel;
  readonly availabilityCacheMs!: number;
  readonly availabilityTimeoutMs!: number;
  readonly writeTimeoutMs!: number;
  /** How long the bodies of webhooks that are decided are kept. */
  readonly webhookBodyRetentionDays!: number;
  /** How long a process that was told to end still takes requests, no longer ready, so that a balancer sends no more. */
  readonly shutdownGraceMs!: number;
  /** Of one API key, in ten seconds, of all copies together. */
  readonly requestsPerKey!: number;
  /** About one facility, likewise, whatever the key. */
  readonly requestsPerFacility!: number;
  /** Bookings by chat for one contact, in 24 hours. */
  readonly bookingsPerContactPerDay!: number;
  /** Appointments to come that a contact may have, the one that is being booked by chat included. */
  readonly appointmentsAheadPerContact!: number;
  /** From the first byte, or the connection, to the last header. */
  readonly requestHeadersTimeoutMs!: number;
  /** Likewise to the last byte of the body. */
  readonly requestTimeoutMs!: number;
  /** How long the texts of messages that are over are kept. */
  readonly messageTextRetentionDays!: number;
  /** Whether Swagger UI and its document are shown to those without a key, too. */
  readonly areDocsOpen!: boolean;
  /** Where traces go, and which; undefined: none are made. */
  readonly traces!: TracesConfig | undefined;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings are wrong; `problems` names every one of them, so that one start shows all. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is wrong:\n${problems.map(p => `  - ${p}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads the settings from the environment's variables. Throws `ConfigError` with all mistakes together. */
export function readConfig(env: Record<string, string | undefined>): HubConfig {
  const read = new SettingsReader(env);
  const databaseUrl = read.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const port = read.integer('PORT', 3000, 0, 65_535);
  const sandboxPort = read.integer('SANDBOX_PORT', 3001, 0, 65_535);
  const isSandboxEnabled = read.boolean('SANDBOX', databaseUrl === undefined);
  const config: HubConfig = {
    port,
    databaseUrl,
    dataDir: read.text('DATA_DIR', '.data'),
    publicUrl: (read.url('PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    adminApiKey: read.secret('ADMIN_API_KEY', 32),
    encryptionKeys: read.encryptionKeys('ENCRYPTION_KEYS'),
    blindIndexKey: read.key('BLIND_INDEX_KEY'),
    isSandboxEnabled,
    sandboxPort,
    upstreamAllowedHosts: read.hosts('UPSTREAM_ALLOWED_HOSTS'),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    availabilityCacheMs: read.integer('AVAILABILITY_CACHE_SECONDS', 30, 0, 3_600) * 1_000,
    availabilityTimeoutMs: read.integer('AVAILABILITY_TIMEOUT_MS', 1_500, 100, 3_500),
    writeTimeoutMs: read.integer('WRITE_TIMEOUT_MS', 3_500, 100, 3_500),
    webhookBodyRetentionDays: read.integer('WEBHOOK_BODY_RETENTION_DAYS', 90, 1, 3_650),
    // With the embedded server there is one copy, and nobody before it.
    shutdownGraceMs: read.integer('SHUTDOWN_GRACE_MS', databaseUrl === undefined ? 0 : 3_000, 0, 4_000),
    requestsPerKey: read.integer('RATE_LIMIT_PER_KEY', 1_000, 1, 1_000_000),
    requestsPerFacility: read.integer('RATE_LIMIT_PER_FACILITY', 2_000, 1, 1_000_000),
    bookingsPerContactPerDay: read.integer('BOOKINGS_PER_CONTACT_PER_DAY', 20, 1, 1_000_000),
    appointmentsAheadPerContact: read.integer('APPOINTMENTS_AHEAD_PER_CONTACT', 100, 1, 1_000_000),
    requestHeadersTimeoutMs: read.integer('REQUEST_HEADERS_TIMEOUT_MS', 10_000, 1_000, 60_000),
    requestTimeoutMs: read.integer('REQUEST_TIMEOUT_MS', 15_000, 1_000, 60_000),
    messageTextRetentionDays: read.integer('MESSAGE_TEXT_RETENTION_DAYS', 400, 1, 3_650),
    areDocsOpen: read.boolean('DOCS_OPEN', databaseUrl === undefined),
    traces: readTraces(read),
  };
  if (isSandboxEnabled && port !== 0 && port === sandboxPort)
    read.problems.push('PORT and SANDBOX_PORT are both ' + port + ': give the sandbox another.');
  if (config.requestHeadersTimeoutMs > config.requestTimeoutMs)
    read.problems.push('REQUEST_HEADERS_TIMEOUT_MS is more than REQUEST_TIMEOUT_MS, which is for headers and body together.');
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return config;
}
