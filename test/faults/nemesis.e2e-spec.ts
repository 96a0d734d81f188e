import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFreshCopy, type FreshCopy } from '../support/fresh-copy.js';
import { Programs, type Exit } from '../support/programs.js';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const SMALL = ['--seed', '20261122', '--webhooks', '300', '--appointments', '25'];
/** What is broken bites without kills, but for the acknowledgement. */
const KILLS = { nothing: '2', dedupe: '0', order: '0', ack: '1' };
const WITHIN_MS = 150_000;

/** `npm run storm`, small. All of it runs at once: each storm waits longest for the jobs of the hub that was killed. */
describe('The storm: duplicates, disorder, and SIGKILL again and again', () => {
  let copy: FreshCopy;
  let programs: Programs;
  const ended = new Map<string, Promise<Exit & { output: string }>>();

  beforeAll(() => {
    copy = makeFreshCopy();
    programs = new Programs(copy.dir);
    const build = spawnSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build', '--no-type-check'], {
      cwd: copy.dir,
      encoding: 'utf8',
    });
    if (build.status !== 0) throw new Error(build.stdout + build.stderr);
    for (const [broken, kills] of Object.entries(KILLS)) ended.set(broken, storm(broken, kills));
  }, WITHIN_MS);
  afterAll(async () => {
    await programs.end();
    copy.remove();
  });

  async function storm(broken: string, kills: string): Promise<Exit & { output: string }> {
    const hooks = path.join(ROOT, 'scripts', 'ts-imports.mjs');
    const place = ['--build', copy.dir, '--postgres', process.env['TEST_DATABASE_URL'] ?? ''];
    const breaking = broken === 'nothing' ? [] : ['--broken', broken];
    const program = programs.node([
      '--import',
      hooks,
      path.join(ROOT, 'storm', 'main.ts'),
      ...SMALL,
      '--kills',
      kills,
      ...place,
      ...breaking,
    ]);
    const exit = await program.exit(WITHIN_MS);
    return { ...exit, output: program.output() };
  }

  it(
    'applies each acknowledged event once, and ends as the hospital has it',
    async () => {
      const result = await ended.get('nothing');

      expect(result).toMatchObject({ code: 0, output: expect.stringContaining('The storm is over: all holds (seed 20261122)') });
    },
    WITHIN_MS,
  );

  it.each([
    ['duplicates are not told apart', 'dedupe', ['WRONG  each acknowledged event is one row', ': acknowledged as 2 events']],
    ['what comes later counts as newer', 'order', ['WRONG  each appointment is as the hospital has it']],
    ['an event is acknowledged before it is stored', 'ack', ['WRONG  no row besides', ': acknowledged, and not in the inbox']],
  ])(
    'notices when %s',
    async (_, broken, findings) => {
      const result = await ended.get(broken);

      expect(result).toMatchObject({ code: 1, output: expect.stringContaining('The storm broke') });
      for (const finding of findings) expect(result?.output).toContain(finding);
    },
    WITHIN_MS,
  );
});
