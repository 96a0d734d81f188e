import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILT_WITHIN_MS = 120_000;
const PARTS = ['package.json', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'tsconfig.build.json', 'src', 'scripts', 'migrations'];

/** The project as it lies after `npm ci`, in a folder of its own: what is built and written there disturbs nobody. */
export interface FreshCopy {
  dir: string;
  remove(): void;
}

/** The packages are linked, not copied; `.bin` is copied, for `scripts/runtime.mjs` writes into it. */
export function makeFreshCopy(): FreshCopy {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hub-fresh-')));
  // The embedded PostgreSQL runs as another user when we are root, and must reach its folder.
  fs.chmodSync(dir, 0o755);
  for (const part of PARTS) fs.cpSync(path.join(ROOT, part), path.join(dir, part), { recursive: true });
  const modules = path.join(ROOT, 'node_modules');
  fs.mkdirSync(path.join(dir, 'node_modules'));
  for (const name of fs.readdirSync(modules)) {
    const [from, to] = [path.join(modules, name), path.join(dir, 'node_modules', name)];
    if (name === '.bin') fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    else fs.symlinkSync(from, to);
  }
  return {
    dir,
    remove: () => {
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Likewise, built. The build is made once in a test run, by whoever needs it first (`TEST_BUILD_DIR`). */
export async function makeBuiltCopy(): Promise<FreshCopy> {
  const shared = process.env['TEST_BUILD_DIR'] ?? '';
  const built = path.join(shared, 'dist');
  if (isFirst(shared)) build(shared);
  await eventually('the hub is built', () => fs.existsSync(built), BUILT_WITHIN_MS);
  const copy = makeFreshCopy();
  fs.cpSync(built, path.join(copy.dir, 'dist'), { recursive: true });
  return copy;
}

/** To make a folder is what only one can do. */
function isFirst(dir: string): boolean {
  try {
    fs.mkdirSync(dir);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function build(shared: string): void {
  const copy = makeFreshCopy();
  const nest = path.join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [nest, 'build', '--no-type-check'], { cwd: copy.dir, encoding: 'utf8' });
    if (status !== 0) throw new Error(stdout + stderr);
    // It appears as a whole, or not at all.
    fs.cpSync(path.join(copy.dir, 'dist'), path.join(shared, 'making'), { recursive: true });
    fs.renameSync(path.join(shared, 'making'), path.join(shared, 'dist'));
  } catch (error) {
    fs.rmSync(shared, { recursive: true, force: true });
    throw error;
  } finally {
    copy.remove();
  }
}
