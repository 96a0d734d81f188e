import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verifySignature } from '../../src/webhooks/signature-rules.js';
import { aWebhookReceiver, type ReceivedWebhook } from '../sandbox/a-webhook-receiver.js';
import { readSchedulerApi, SchedulerApiCheck } from './scheduler-api.js';

const SECRET = 'whsec_aW52ZW50ZWQtdGVzdC1zZWNyZXQtMDAx';
const ID = 'msg_evt-880';
const TIMESTAMP = '1773021600';

const guide = readFileSync('docs/vendor-guide.md', 'utf8');

/** What runs each program. `needs` is asked for its version: where the machine has none, the program is not among those that are run. */
const PROGRAMS = [
  { name: 'sign.mjs', command: process.execPath, needs: process.execPath },
  { name: 'sign.sh', command: 'bash', needs: 'bash' },
  { name: 'sign.py', command: 'python3', needs: 'python3' },
  { name: 'sign.php', command: 'php', needs: 'php' },
  { name: 'Sign.java', command: 'java', needs: 'javac' },
];
const isInstalled = ({ needs }: { needs: string }): boolean => spawnSync(needs, ['--version']).status === 0;

/** The programs of the guide, as a reader would copy them. */
describe("The vendor's guide", () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vendor-guide-'));
    execFileSync(process.execPath, ['scripts/guide-snippets.mjs', folder]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('promises two signatures that are right, and that the hub takes', () => {
    const body = readFileSync(file('event.json'));
    const [standard = '', plain = ''] = readFileSync(file('expected.txt'), 'utf8').split('\n');
    const now = new Date(Number(TIMESTAMP) * 1_000);
    const headers = { 'webhook-id': ID, 'webhook-timestamp': TIMESTAMP, 'webhook-signature': standard, 'x-signature': plain };

    const verdicts = (['standard-webhooks', 'hmac-sha256'] as const).map(
      scheme => verifySignature({ headers, rawBody: body, now }, { scheme, headerName: null }, [SECRET]).ok,
    );

    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    expect(standard).toBe(
      `v1,${createHmac('sha256', key)
        .update(Buffer.concat([Buffer.from(`${ID}.${TIMESTAMP}.`), body]))
        .digest('base64')}`,
    );
    expect(plain).toBe(createHmac('sha256', SECRET).update(body).digest('base64'));
    expect(verdicts).toEqual([true, true]);
  });

  it.each(PROGRAMS.filter(isInstalled))('signs as promised by $name', ({ name, command }) => {
    const printed = execFileSync(command, [file(name), SECRET, ID, TIMESTAMP], { input: readFileSync(file('event.json')) });

    expect(printed.toString('utf8').trim()).toBe(readFileSync(file('expected.txt'), 'utf8'));
  });

  it('has a program in each of six languages', () => {
    const names = [...PROGRAMS.map(({ name }) => name), 'Sign.cs'];

    expect(names.filter(name => /sha256/i.test(readFileSync(file(name), 'utf8')))).toEqual(names);
  });

  it('sends with curl what the hub takes, byte for byte', async () => {
    const receiver = await aWebhookReceiver();

    await promisify(execFile)('bash', [file('send.sh'), ID, file('event.json')], {
      env: { ...process.env, WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET },
    });
    await receiver.close();

    const { headers = {}, rawBody = '' }: Partial<ReceivedWebhook> = receiver.received[0] ?? {};
    const now = new Date(Number(headers['webhook-timestamp']) * 1_000);
    const verdict = verifySignature({ headers, rawBody: Buffer.from(rawBody), now }, { scheme: 'standard-webhooks', headerName: null }, [
      SECRET,
    ]);
    expect(rawBody).toBe(readFileSync(file('event.json'), 'utf8'));
    expect(verdict).toEqual({ ok: true, webhookId: ID });
    expect(new SchedulerApiCheck().webhookProblems({ headers, body: rawBody })).toEqual([]);
  });

  it('has each endpoint and each event of the document on its checklist, and each journey as a sequence', () => {
    const { paths, webhooks } = readSchedulerApi();
    const checklist = guide.slice(guide.indexOf('## Checklist'));
    const endpoints = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `\`${method.toUpperCase()} ${path.replace('{appointment_id}', '{id}')}\``),
    );
    const needed = [...endpoints.filter(endpoint => !endpoint.includes('/patient')), ...Object.keys(webhooks).map(name => `\`${name}\``)];

    expect(needed.filter(name => !checklist.includes(name))).toEqual([]);
    expect(guide.match(/^```mermaid\nsequenceDiagram$/gm)).toHaveLength(7);
  });
});
