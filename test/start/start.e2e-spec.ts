import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/hub.js';
import { makeFreshCopy, type FreshCopy } from '../support/fresh-copy.js';
import { Programs, type Program } from '../support/programs.js';
import { createTestDatabase } from '../support/test-database.js';

/** All ports free ones. */
const ANY_PORTS = { PORT: '0', SANDBOX_PORT: '0' };
const READY = 'Next, in another terminal';
const START_MS = 60_000;

interface Banner {
  hubUrl: string;
  sandboxUrl: string;
  facilityId: string;
  apiKey: string;
}

function bannerOf(program: Program): Banner {
  const output = program.output();
  const find = (pattern: RegExp): string => pattern.exec(output)?.[1] ?? `not in the banner: ${output}`;
  return {
    hubUrl: find(/API +(http:\/\/localhost:\d+)\/api\/v1/),
    sandboxUrl: find(/Sandbox +(http:\/\/127\.0\.0\.1:\d+)/),
    facilityId: find(/Demo facility +([0-9a-f-]{36}) /),
    apiKey: find(/Demo API key +(\S+)/),
  };
}

describe('Starting the hub', () => {
  let copy: FreshCopy;
  let programs: Programs;

  beforeAll(() => {
    copy = makeFreshCopy();
    programs = new Programs(copy.dir);
  });
  afterEach(() => programs.end());
  afterAll(() => {
    copy.remove();
  });

  const inCopy = (...parts: string[]): string => path.join(copy.dir, ...parts);
  const hub = (env: Record<string, string> = {}): Program => programs.node(['dist/main.js'], { ...ANY_PORTS, ...env });
  const postgresPid = (dataDir: string): number | null => {
    const file = inCopy(dataDir, 'pg', 'postmaster.pid');
    return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8').split('\n', 1)[0]) : null;
  };
  const untilPostgresIsGone = (dataDir: string): Promise<true> =>
    eventually(`the PostgreSQL of ${dataDir} is gone`, () => (postgresPid(dataDir) === null ? true : null));
  const refusal = async (env: Record<string, string>): Promise<string> => {
    const program = hub(env);
    const { code } = await program.exit(START_MS);
    expect({ code, isReady: program.output().includes('The hub is ready') }).toEqual({ code: 1, isReady: false });
    return program.output();
  };

  describe('without a database or any configuration', () => {
    let first: Banner;
    let appointment: { id: string; appointmentId: string };

    const call = async (
      method: string,
      route: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Omit<Answer, 'headers'>> => {
      const response = await fetch(`${first.hubUrl}/api/v1${route}`, {
        method,
        headers: { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };

    it('npm start prints a demo key with which an appointment is booked, and npm run journeys passes', async () => {
      const program = programs.start('npm', ['start'], ANY_PORTS);
      await program.says(READY, START_MS);
      first = bannerOf(program);

      appointment = await bookOne();
      const journeys = programs.start('npm', ['run', 'journeys'], { HUB_URL: first.hubUrl, API_KEY: first.apiKey });
      const { code } = await journeys.exit(START_MS);

      expect({ code, output: journeys.output() }).toEqual({ code: 0, output: expect.stringContaining('All journeys passed.') });
      expect(fs.statSync(inCopy('.data', 'keys.json')).mode & 0o777).toBe(0o600);
      expect(fs.statSync(inCopy('.data', 'sandbox.json')).mode & 0o777).toBe(0o600);

      program.signalAll('SIGKILL');
      await program.exit();
      await untilPostgresIsGone('.data');
    }, 120_000);

    it('finds everything again after SIGKILL, and ends within ten seconds of SIGTERM, its PostgreSQL too', async () => {
      const program = hub();
      await program.says(READY, START_MS);
      const second = bannerOf(program);
      const before = first;
      first = second;
      const { apiKey } = (JSON.parse(fs.readFileSync(inCopy('.data', 'sandbox.json'), 'utf8')) as { credentials: { apiKey: string } })
        .credentials;

      const stored = await call('GET', `/appointments/${appointment.id}`);
      const query = new URLSearchParams({ external_reference: appointment.id });
      const atSandbox = await fetch(`${second.sandboxUrl}/api/v1/appointments?${String(query)}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      const listed = await atSandbox.text();
      const begin = performance.now();
      program.signal('SIGTERM');
      const exit = await program.exit(20_000);

      expect(second).toMatchObject({ facilityId: before.facilityId, apiKey: before.apiKey });
      expect(stored).toMatchObject({ status: 200, body: { status: 'SCHEDULED', appointmentId: appointment.appointmentId } });
      expect(listed).toContain(appointment.appointmentId);
      expect(exit).toEqual({ code: 0, signal: null });
      expect(performance.now() - begin).toBeLessThan(10_000);
      expect(postgresPid('.data')).toBeNull();
    }, 90_000);

    async function bookOne(): Promise<{ id: string; appointmentId: string }> {
      const facility = `/facilities/${first.facilityId}`;
      const calendars = await call('GET', `${facility}/calendars`);
      const calendar = calendars.body.data.find((c: { appointmentTypes: unknown[] }) => c.appointmentTypes.length > 0);
      const appointmentTypeId = calendar.appointmentTypes[0].id;
      const next = await call(
        'GET',
        `${facility}/availability/next?${String(new URLSearchParams({ calendarId: calendar.id, appointmentTypeId }))}`,
      );
      const contact = await call('PUT', `${facility}/contacts`, { name: 'Testa Inventada', phone: '0917 000 0001' });
      const booking = { contactId: contact.body.id, calendarId: calendar.id, appointmentTypeId, start: next.body.data[4].start };
      const booked = await call('POST', `${facility}/appointments`, booking, { 'idempotency-key': randomUUID() });
      expect({ contact: contact.status, booked: booked.status }).toEqual({ contact: 201, booked: 201 });
      return booked.body;
    }
  });

  describe('says what is wrong and exits with 1 when', () => {
    it('the port is in use', async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await eventually('a port is taken', () => server.listening);
      const { port } = server.address() as AddressInfo;

      const output = await refusal({ PORT: String(port) });
      server.close();

      expect(output.trim().split('\n')).toEqual([expect.stringMatching(`^The hub could not start\\. Port ${port} is in use .* set PORT`)]);
    });

    it('the configuration has mistakes: all at once', async () => {
      const output = await refusal({
        LOG_LEVEL: 'loud',
        PORT: 'abc',
        ENCRYPTION_KEYS: 'x',
        UPSTREAM_ALLOWED_HOSTS: 'nowhere',
        DATA_DIR: 'none',
      });

      for (const name of ['LOG_LEVEL', 'PORT', 'ENCRYPTION_KEYS', 'UPSTREAM_ALLOWED_HOSTS']) expect(output).toContain(`  - ${name} must `);
    });

    it('a database is given, but no keys, or weak ones', async () => {
      const output = await refusal({ DATABASE_URL: 'postgres://localhost:1/none', ADMIN_API_KEY: 'a'.repeat(40) });

      expect(output).toContain('  - ENCRYPTION_KEYS is missing');
      expect(output).toContain('  - BLIND_INDEX_KEY must be');
      expect(output).toContain('  - ADMIN_API_KEY is too weak');
    });

    it.each([
      ['keys.json', 'is no JSON', '{"ENCRYPTION_KEYS": "k1:'],
      ['sandbox.json', 'is no JSON', '{"version": 1'],
    ])(
      '%s %s',
      async (file, _, text) => {
        const whole = fs.readFileSync(inCopy('.data', file));
        fs.writeFileSync(inCopy('.data', file), text);

        const output = await refusal({});
        const left = fs.readFileSync(inCopy('.data', file), 'utf8');
        fs.writeFileSync(inCopy('.data', file), whole);

        expect(output).toContain(inCopy('.data', file));
        expect(output).toMatch(/^The hub could not start\. .* is broken[ :(]/m);
        expect(left).toBe(text);
      },
      90_000,
    );

    it.each([
      ['PG_VERSION', null, 'is broken'],
      ['PG_VERSION', 'garbage', 'did not start'],
    ])(
      'the database folder is damaged: its %s is %p',
      async (file, content, saying) => {
        const whole = inCopy('.data', 'pg', file);
        fs.renameSync(whole, inCopy('aside'));
        if (content !== null) fs.writeFileSync(whole, content, { mode: 0o644 });

        const output = await refusal({});
        fs.renameSync(inCopy('aside'), whole);

        expect(output).toContain(saying);
        expect(output).toContain(inCopy('.data', 'pg'));
        expect(output).not.toMatch(/^ +at /m);
      },
      90_000,
    );

    // A limit on the size of files stands in for the disk: no right to mount a small one is needed, and the errors come the same way.
    it('the disk is full; with room it starts from there', async () => {
      const env = { ...ANY_PORTS, DATA_DIR: inCopy('full'), LOG_LEVEL: 'fatal' };
      const limited = `trap '' XFSZ; ulimit -f 100; exec "$0" dist/main.js`;

      const full = programs.start('/bin/sh', ['-c', limited, process.execPath], env);
      const { code } = await full.exit(START_MS);

      expect({ code, output: full.output() }).toEqual({ code: 1, output: expect.stringContaining('could not make its data folder') });
      expect(full.output()).toContain(inCopy('full', 'pg'));
      expect(full.output()).toMatch(/File too large/);
      const again = hub(env);
      await again.says(READY, START_MS);
      again.signal('SIGTERM');
      expect(await again.exit()).toMatchObject({ code: 0 });
    }, 120_000);
  });

  describe('with a database of the operator', () => {
    const production = (databaseUrl: string): Record<string, string> => ({
      ...ANY_PORTS,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'fatal',
    });

    it('is not ready until npm run migrate has been run, and migrates nothing by itself', async () => {
      const database = await createTestDatabase();
      const env = production(database.url);
      const program = hub(env);
      await program.says('The hub is ready', START_MS);
      const url = /Health +(\S+)/.exec(program.output())?.[1] ?? '';

      const before = await fetch(url);
      const problem = await before.json();
      const live = await fetch(url.replace('ready', 'live'));
      const migration = programs.node(['dist/commands/migrate.js'], env);
      const { code } = await migration.exit(START_MS);
      const after = await fetch(url);
      const again = programs.node(['dist/commands/migrate.js'], env);
      await again.exit(START_MS);
      program.signal('SIGTERM');
      const exit = await program.exit();
      await database.drop();

      expect(before.status).toBe(503);
      expect(problem).toMatchObject({ code: 'not-ready', detail: 'The database is not migrated: run npm run migrate.' });
      expect(live.status).toBe(200);
      expect({ code, output: migration.output() }).toEqual({ code: 0, output: expect.stringMatching(/^Ran \d+ migration/) });
      expect(after.status).toBe(200);
      expect(again.output()).toContain('The database is up to date.');
      expect(exit.code).toBe(0);
      expect(program.output()).not.toContain('Sandbox');
    }, 90_000);

    it('says which database nobody answers at, and exits with 1', async () => {
      const output = await refusal(production('postgres://hub:test-password@127.0.0.1:1/none'));

      expect(output).toContain('127.0.0.1:1');
      expect(output).not.toContain('test-password');
    }, 60_000);
  });

  describe('npm run journeys fails with 1 and says so when', () => {
    it.each([
      ['nobody answers', { HUB_URL: 'http://127.0.0.1:1', API_KEY: 'test-key' }, 'nobody answers at http://127.0.0.1:1'],
      ['there is no key', { DATA_DIR: 'never-started' }, 'There is no API key'],
    ])('%s', async (_, env, saying) => {
      const program = programs.node(['dist/commands/journeys.js'], env);

      const { code } = await program.exit(START_MS);

      expect({ code, output: program.output() }).toEqual({ code: 1, output: expect.stringContaining(`FAILED: ${saying}`) });
      expect(program.output()).not.toContain('All journeys passed');
    });
  });
});
