import { ConfigError, readConfig } from './config.js';

const KEY = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64');
const OTHER_KEY = Buffer.from('vutsrqponmlkjihgfedcba9876543210').toString('base64');
const VALID = { ENCRYPTION_KEYS: `k1:${KEY}`, BLIND_INDEX_KEY: KEY };
const STRONG = 'test-admin-key-not-a-real-one-0123456789';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig({ ...VALID, ...env });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('readConfig', () => {
  it('has a default for all but the keys', () => {
    expect(readConfig(VALID)).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
      dataDir: '.data',
      publicUrl: 'http://localhost:3000',
      adminApiKey: undefined,
      isSandboxEnabled: true,
      sandboxPort: 3001,
      upstreamAllowedHosts: [],
      logLevel: 'info',
      availabilityCacheMs: 30_000,
      availabilityTimeoutMs: 1_500,
      writeTimeoutMs: 3_500,
      webhookBodyRetentionDays: 90,
      shutdownGraceMs: 0,
      requestsPerKey: 1_000,
      requestsPerFacility: 2_000,
      bookingsPerContactPerDay: 20,
      appointmentsAheadPerContact: 100,
      requestHeadersTimeoutMs: 10_000,
      requestTimeoutMs: 15_000,
    });
  });

  it.each([
    ['no sandbox beside a database of the operator', { DATABASE_URL: 'postgres://h/d' }, { isSandboxEnabled: false }],
    ['open docs there, if asked for', { DATABASE_URL: 'postgresql://h/d', DOCS_OPEN: 'true' }, { areDocsOpen: true }],
    ['docs behind a key there', { DATABASE_URL: 'postgresql://h/d' }, { areDocsOpen: false }],
    ['open docs without', {}, { areDocsOpen: true }],
    ['a sandbox there, if asked for', { DATABASE_URL: 'postgresql://h/d', SANDBOX: 'TRUE' }, { isSandboxEnabled: true }],
    ['an empty value as none', { PORT: ' ', LOG_LEVEL: '', ADMIN_API_KEY: '' }, { port: 3000, logLevel: 'info', adminApiKey: undefined }],
    ['white space around a value', { PORT: ' 8080 ' }, { port: 8080 }],
    ['the public URL without its last slash', { PUBLIC_URL: 'https://hub.example/x/' }, { publicUrl: 'https://hub.example/x' }],
    ['the port in the public URL', { PORT: '8080' }, { publicUrl: 'http://localhost:8080' }],
    ['hosts in lower case', { UPSTREAM_ALLOWED_HOSTS: 'HIS.lan:80, [::1]:3001,' }, { upstreamAllowedHosts: ['his.lan:80', '[::1]:3001'] }],
    ['seconds as milliseconds', { AVAILABILITY_CACHE_SECONDS: '0' }, { availabilityCacheMs: 0 }],
    ['some seconds for a balancer before a copy ends', { DATABASE_URL: 'postgres://h/d' }, { shutdownGraceMs: 3_000 }],
    ['an admin key of 32 characters', { ADMIN_API_KEY: STRONG }, { adminApiKey: STRONG }],
  ])('takes %s', (_, env, expected) => {
    expect(readConfig({ ...VALID, ...env })).toMatchObject(expected);
  });

  it('takes several encryption keys in their order', () => {
    const { encryptionKeys } = readConfig({ ...VALID, ENCRYPTION_KEYS: `new:${OTHER_KEY}, k1:${KEY}` });

    expect(encryptionKeys.map(k => [k.id, k.key.export().toString('base64')])).toEqual([
      ['new', OTHER_KEY],
      ['k1', KEY],
    ]);
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['SANDBOX_PORT', '3.5'],
    ['SANDBOX', 'yes'],
    ['DOCS_OPEN', '1'],
    ['DATABASE_URL', 'mysql://h/d'],
    ['DATABASE_URL', 'not a url'],
    ['PUBLIC_URL', 'hub.example'],
    ['LOG_LEVEL', 'loud'],
    ['UPSTREAM_ALLOWED_HOSTS', 'his.lan'],
    ['UPSTREAM_ALLOWED_HOSTS', 'https://his.lan:80'],
    ['UPSTREAM_ALLOWED_HOSTS', '*:80'],
    ['AVAILABILITY_CACHE_SECONDS', '3601'],
    ['AVAILABILITY_TIMEOUT_MS', '99'],
    ['WRITE_TIMEOUT_MS', '3501'],
    ['WEBHOOK_BODY_RETENTION_DAYS', '0'],
    ['WEBHOOK_BODY_RETENTION_DAYS', '3651'],
    ['SHUTDOWN_GRACE_MS', '4001'],
    ['RATE_LIMIT_PER_KEY', '0'],
    ['RATE_LIMIT_PER_FACILITY', '1000001'],
    ['BOOKINGS_PER_CONTACT_PER_DAY', '0'],
    ['APPOINTMENTS_AHEAD_PER_CONTACT', '-1'],
    ['REQUEST_HEADERS_TIMEOUT_MS', '999'],
    ['REQUEST_TIMEOUT_MS', '60001'],
    ['REQUEST_HEADERS_TIMEOUT_MS', '15001'],
    ['ADMIN_API_KEY', 'short'],
    ['ADMIN_API_KEY', 'a'.repeat(64)],
    ['BLIND_INDEX_KEY', ''],
    ['BLIND_INDEX_KEY', 'c2hvcnQ='],
    ['BLIND_INDEX_KEY', Buffer.alloc(32, 7).toString('base64')],
    ['BLIND_INDEX_KEY', KEY.slice(0, -1)],
    ['ENCRYPTION_KEYS', ''],
    ['ENCRYPTION_KEYS', KEY],
    ['ENCRYPTION_KEYS', `k1:${KEY},k1:${OTHER_KEY}`],
    ['ENCRYPTION_KEYS', `an id:${KEY}`],
    ['ENCRYPTION_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`],
  ])('refuses %s=%s, and does not repeat the value', (name, value) => {
    const problems = problemsOf({ [name]: value });

    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(value.length > 12 && problems[0]?.includes(value)).toBe(false);
  });

  it('refuses one port for hub and sandbox', () => {
    expect(problemsOf({ PORT: '3001' })).toEqual([expect.stringContaining('PORT and SANDBOX_PORT are both 3001')]);
    expect(problemsOf({ PORT: '3001', SANDBOX: 'false' })).toEqual([]);
    expect(problemsOf({ PORT: '0', SANDBOX_PORT: '0' })).toEqual([]);
  });

  it('names all mistakes in one error', () => {
    const env = { PORT: 'abc', LOG_LEVEL: 'loud', ENCRYPTION_KEYS: 'x', BLIND_INDEX_KEY: 'x', ADMIN_API_KEY: 'x' };

    expect(problemsOf(env)).toHaveLength(5);
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(/PORT[^]*ADMIN_API_KEY[^]*ENCRYPTION_KEYS[^]*BLIND_INDEX_KEY[^]*LOG_LEVEL/);
  });
});
