import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
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

/** Likewise, built. */
export function makeBuiltCopy(): FreshCopy {
  const copy = makeFreshCopy();
  const nest = path.join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const build = spawnSync(process.execPath, [nest, 'build', '--no-type-check'], { cwd: copy.dir, encoding: 'utf8' });
  if (build.status === 0) return copy;
  copy.remove();
  throw new Error(build.stdout + build.stderr);
}
