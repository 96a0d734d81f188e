// Are the generated files that are committed the ones that the code makes now?
//
//   src/metadata.ts     what the swagger plugin reads from the DTOs, made by `nest build`
//   docs/openapi.json   the API's document, printed by `dist/commands/openapi.js`
//   migrations/         make the tables that the entities describe, by `dist/commands/migrate.js --check`
//
// Checks all three and names each that is out of date; exits 1 if any is. With --write it writes the first two instead; a
// migration is written by hand from `npm run migration:create`, and is only checked. It leaves a fresh build in dist/.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const METADATA = 'src/metadata.ts';
const OPENAPI = 'docs/openapi.json';
const WRITE_COMMAND = 'npm run generate';
const TIMEOUT_MS = 180_000;

/** Compiles like the real one, and names no file: one that was deleted since would fail the build that makes the real one. */
const EMPTY_METADATA = 'export default async () => ({});\n';

const inRoot = file => path.join(ROOT, file);
const read = file => (fs.existsSync(inRoot(file)) ? fs.readFileSync(inRoot(file), 'utf8') : undefined);
const write = (file, text) => {
  fs.mkdirSync(path.dirname(inRoot(file)), { recursive: true });
  fs.writeFileSync(inRoot(file), text);
};
const restore = (file, text) => (text === undefined ? fs.rmSync(inRoot(file), { force: true }) : write(file, text));

/** Runs this project's Node. `capture`: its standard output is the result, else it is shown as it comes. */
function node(args, { capture = false } = {}) {
  const result = spawnSync(process.execPath, args, {
    cwd: ROOT,
    // Empty, so that neither the shell's nor .env's holds: no check touches the database of whoever runs it.
    env: { ...process.env, TZ: 'UTC', DATABASE_URL: '' },
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const reason =
    result.error?.code === 'ETIMEDOUT' ? `took longer than ${TIMEOUT_MS / 1_000} s` : `ended with ${result.signal ?? result.status}`;
  return { isDone: result.status === 0 && !result.error, status: result.status, output: result.stdout ?? '', reason };
}

/** The compiler gives the members of a union in the order in which it met them, which another import anywhere changes. */
const steadyEnums = metadata =>
  metadata.replaceAll(/\benum: \[("[^\]]*)\]/g, (_whole, members) => `enum: [${members.split(', ').sort().join(', ')}]`);

class Problem extends Error {}

/** Builds, and returns what `src/metadata.ts` should hold. The file itself is as before, whatever happens. */
function buildMetadata() {
  const before = read(METADATA);
  try {
    write(METADATA, EMPTY_METADATA);
    const build = node(['node_modules/@nestjs/cli/bin/nest.js', 'build']);
    if (!build.isDone) throw new Problem(`The build fails (it ${build.reason}): see above. Nothing else could be checked.`);
    const made = read(METADATA);
    if (made === undefined || made === EMPTY_METADATA) {
      throw new Problem(`The build made no ${METADATA}: nest-cli.json needs "typeCheck": true and the plugin @nestjs/swagger.`);
    }
    return steadyEnums(made);
  } finally {
    restore(METADATA, before);
  }
}

function makeOpenApi() {
  const { isDone, output, reason } = node(['--enable-source-maps', 'dist/commands/openapi.js'], { capture: true });
  if (!isDone) throw new Problem(`${OPENAPI} could not be made: dist/commands/openapi.js ${reason}, see above.`);
  try {
    return `${JSON.stringify(JSON.parse(output), null, 2)}\n`;
  } catch (cause) {
    throw new Problem(
      `${OPENAPI} could not be made: dist/commands/openapi.js printed more than one JSON document. It began: ${output.slice(0, 200)}`,
      { cause },
    );
  }
}

/** JSON pointers of the first places where two documents differ. */
function differences(before, after, pointer = '', found = [], limit = 5) {
  if (found.length >= limit || Object.is(before, after)) return found;
  const isNode = value => typeof value === 'object' && value !== null;
  if (!isNode(before) || !isNode(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push(`${pointer || '/'}: ${before === undefined ? 'new' : after === undefined ? 'gone' : 'changed'}`);
    return found;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    differences(before[key], after[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, found, limit);
  }
  return found;
}

function whatChanged(before, after) {
  if (before === undefined) return '    It does not exist yet.';
  let old;
  try {
    old = JSON.parse(before);
  } catch {
    return '    It is no JSON.';
  }
  const found = differences(old, JSON.parse(after));
  return found.length === 0 ? '    Only the order of its members or the white space differs.' : found.map(line => `    ${line}`).join('\n');
}

/** Writes, or says what is out of date. */
function settle(file, made, isWriting, detail = () => '') {
  const now = read(file);
  if (now === made) return console.log(`${file} is up to date.`);
  if (isWriting) {
    write(file, made);
    return console.log(`${file} written.`);
  }
  const more = detail(now);
  throw new Problem(`${file} is out of date: run \`${WRITE_COMMAND}\` and commit it.${more && `\n${more}`}`);
}

function checkMigrations() {
  const { isDone, reason } = node(['--enable-source-maps', 'dist/commands/migrate.js', '--check']);
  if (isDone) return console.log('The migrations make the tables that the entities describe.');
  throw new Problem(
    `The entities and the migrations disagree, or that could not be checked (it ${reason}): see above. ` +
      'If a table must change, run `npm run migration:create`, read what it wrote, give it a real `down`, and commit it.',
  );
}

function main(args) {
  const unknown = args.filter(arg => arg !== '--write');
  if (unknown.length > 0) {
    console.error(`Unknown argument ${unknown.join(' ')}. Usage: node scripts/check-generated.mjs [--write]`);
    return 2;
  }
  const isWriting = args.includes('--write');
  const problems = [];
  const attempt = step => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error.message);
    }
  };

  let metadata;
  attempt(() => {
    metadata = buildMetadata();
  });
  if (metadata !== undefined) {
    attempt(() => settle(METADATA, metadata, isWriting));
    attempt(() => {
      const document = makeOpenApi();
      settle(OPENAPI, document, isWriting, now => whatChanged(now, document));
    });
    attempt(checkMigrations);
  }
  for (const problem of problems) console.error(`\n${problem}`);
  return problems.length > 0 ? 1 : 0;
}

// A Ctrl-C ends the child; this process then puts back what it has changed, and fails.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
process.exitCode = main(process.argv.slice(2));
