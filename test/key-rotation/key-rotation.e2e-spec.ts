import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import { FieldCipher } from '../../src/crypto/field-cipher.js';
import { asWorker } from '../../src/database/worker-context.js';
import { KeyRotation } from '../../src/key-rotation/key-rotation.service.js';
import { SEALED_COLUMNS } from '../../src/key-rotation/sealed-columns.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { makeFreshCopy, type FreshCopy } from '../support/fresh-copy.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';
import { Programs, type Program } from '../support/programs.js';
import { PLAIN, seedContacts, seedEachColumn } from './sealed-rows.js';

/** `ROTATION_ROWS=100000`: by hand, with the figures told. */
const ROWS = Number(process.env['ROTATION_ROWS'] ?? 2_000);
const DEADLINE_MS = 60_000 + ROWS * 3;
/** Documents in which nothing is sealed. */
const PLAIN_DOCUMENTS = [
  'appointment.stamps',
  'appointment_event.after',
  'appointment_event.before',
  'availability_snapshot.slots',
  'calendar_sync.error',
  'contact_merge.moved',
  'drift_finding.ours',
  'drift_finding.theirs',
  'drift_run.list_size',
  'facility.default_appointment_type',
  'facility.notifications',
  'facility.policies',
  'facility.scheduler',
  'facility.webhook',
  'facility_health.failures',
  'idempotency_key.problem',
  'notification.trace',
  'webhook_event.changes',
];

describe('keys:rotate', () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)].map((bytes, i) => ({ id: `k${i + 1}`, key: createSecretKey(bytes), bytes }));
  let copy: FreshCopy;
  let programs: Programs;
  let hospital: FakeHospital;
  let oldCopy: TestHub;
  let hub: TestHub;
  let facilityId: string;
  let ids: string[];
  let each: Record<string, string>;

  beforeAll(async () => {
    if (!oldKey || !newKey) throw new Error('There are two keys');
    copy = makeFreshCopy();
    programs = new Programs(copy.dir);
    const build = programs.node(['node_modules/@nestjs/cli/bin/nest.js', 'build', '--no-type-check']);
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', { data: [] });
    oldCopy = await startHub({ config: { encryptionKeys: [oldKey, newKey], upstreamAllowedHosts: [hospital.host] } });
    hub = await startHub({ besides: oldCopy, config: { encryptionKeys: [newKey, oldKey] } });
    facilityId = await createFacility(oldCopy, hospital);
    const cipher = new FieldCipher([oldKey]);
    each = await seedEachColumn(oldCopy, cipher, facilityId);
    ids = [];
    while (ids.length < ROWS) ids.push(...(await seedContacts(oldCopy, cipher, facilityId, Math.min(10_000, ROWS - ids.length))));
    await build.exit(60_000);
  }, 120_000);
  afterAll(async () => {
    await programs.end();
    await hub.close();
    await oldCopy.close();
    await hospital.close();
    copy.remove();
  });

  const start = (...args: string[]): Program => {
    if (!oldKey || !newKey) throw new Error('There are two keys');
    return programs.node(['dist/commands/keys-rotate.js', ...args], {
      DATABASE_URL: hub.databaseUrl,
      ADMIN_API_KEY: ADMIN_KEY,
      ENCRYPTION_KEYS: [newKey, oldKey].map(({ id, bytes }) => `${id}:${bytes.toString('base64')}`).join(','),
      BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
    });
  };
  const under = async (keyId: string): Promise<number> => {
    const [row] = await hub.sql<{ count: string }>(`select count(*) as count from contact where split_part(name_sealed, '.', 2) = $1`, [
      keyId,
    ]);
    return Number(row?.count);
  };

  it('has every sealed column in its catalogue', async () => {
    const rows = await hub.sql<{ name: string; type: string }>(
      `select table_name || '.' || column_name as name, data_type as type from information_schema.columns
       where table_schema = 'public' and (column_name like '%\\_sealed' or data_type = 'jsonb') and table_name not like 'mikro%' order by 1`,
    );

    const catalogue = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(rows.map(({ name }) => name).sort()).toEqual([...catalogue, ...PLAIN_DOCUMENTS, 'audit_entry.reason_sealed'].sort());
  });

  it(
    'brings all under the new key while the hub reads and writes, also after it was killed',
    async () => {
      const failed: number[] = [];
      let isOver = false;
      let reads = 0;
      const work = async (copyOf: TestHub): Promise<void> => {
        for (let i = 0; !isOver; i++) {
          const id = ids[(i * 7_919) % (ROWS - 1)] ?? '';
          const answer =
            i % 10 === 0
              ? await copyOf.call('PATCH', `/contacts/${id}`, { name: `${PLAIN} ${i}` })
              : await copyOf.call('GET', `/contacts/${id}`);
          reads++;
          if (answer.status !== 200 || !String(answer.body.name).startsWith(PLAIN)) failed.push(answer.status);
        }
      };
      const working = [work(hub), work(hub), work(oldCopy)];

      const killed = start('--batch', '20', '--pause-ms', '20');
      await eventually('a part is rotated', async () => (await under('k2')) > 300, DEADLINE_MS);
      killed.signal('SIGKILL');
      expect((await killed.exit()).signal).toBe('SIGKILL');
      expect(await under('k1')).toBeGreaterThan(500);

      const second = start('--batch', '200', '--pause-ms', '5');
      const since = performance.now();
      await second.exit(DEADLINE_MS);
      const seconds = (performance.now() - since) / 1_000;
      isOver = true;
      await Promise.all(working);
      // An old copy that nobody has restarted.
      await oldCopy.call('PATCH', `/contacts/${ids[0] ?? ''}`, { name: `${PLAIN} late` });
      expect(await under('k1')).toBeGreaterThan(0);

      const last = start();
      const { code } = await last.exit(DEADLINE_MS);

      expect([failed, code]).toEqual([[], 0]);
      expect(reads).toBeGreaterThan(10);
      expect(last.output()).toContain('All values are sealed with k2.');
      expect(await under('k1')).toBe(0);
      if (process.env['ROTATION_ROWS'])
        process.stderr.write(`${ROWS} rows: ${seconds.toFixed(1)} s under ${reads} requests, ${failed.length} failed\n`);
    },
    DEADLINE_MS * 2,
  );

  it('leaves nothing that needs the old key, in any column', async () => {
    if (!newKey) throw new Error('There are two keys');
    const rest = await startHub({ besides: hub, config: { encryptionKeys: [newKey] } });
    const only = new FieldCipher([newKey]);

    const contact = await rest.call('GET', `/contacts/${each['contact'] ?? ''}`);
    const message = await rest.call('GET', `/notifications/${each['notification'] ?? ''}`);
    const opened = await Promise.all(
      SEALED_COLUMNS.map(async ({ table, column, sealedAs }) => {
        const [row] = await rest.sql<{ value: string }>(`select ${column}::text as value from ${table} where id = $1`, [each[table]]);
        const sealed = /v1\.[\w-]+\.[\w-]+/.exec(row?.value ?? '')?.[0] ?? '';
        return only.open(sealed, { table, column: sealedAs ?? column, facilityId, rowId: each[table] ?? '' });
      }),
    );
    await rest.close();

    expect([contact.status, contact.body.name, message.body.text, message.body.resends[0].reason]).toEqual([200, PLAIN, PLAIN, PLAIN]);
    expect(new Set(opened)).toEqual(new Set([PLAIN]));
  });

  it('tells the platform of no change', async () => {
    const told = await hub.sql('select type from platform_event where contact_id = $1 and type = $2', [each['contact'], 'contact.changed']);

    // The one that filled in the details, when it was made.
    expect(told).toHaveLength(1);
  });

  it('names a value that cannot be opened, and goes on with the others', async () => {
    if (!oldKey || !newKey) throw new Error('There are two keys');
    const cipher = new FieldCipher([oldKey]);
    const [broken = '', whole = ''] = await seedContacts(hub, cipher, facilityId, 2);
    await hub.sql('update contact set name_sealed = $2 where id = $1', [
      broken,
      cipher.seal(PLAIN, { table: 'contact', column: 'name_sealed', facilityId, rowId: randomUUID() }),
    ]);
    const orm = hub.app.get(MikroORM);

    const rotation = new KeyRotation(orm.em.fork() as never, new FieldCipher([newKey, oldKey]), { batch: 1_000, pauseMs: 0 });
    const column = SEALED_COLUMNS.find(each => each.column === 'name_sealed');
    if (!column) throw new Error('It is in the catalogue');
    const done = await asWorker(orm.em, () => rotation.rotate(column, () => undefined));

    expect(done.resealed).toBe(1);
    expect(done.broken).toEqual([expect.stringContaining(`contact.name_sealed, row ${broken}, cannot be opened`)]);
    expect((await hub.call('GET', `/contacts/${whole}`)).status).toBe(200);
    const answer = await hub.call('GET', `/contacts/${broken}`);
    expect([answer.status, answer.body.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(answer.body)).not.toContain('v1.');
  });
});
