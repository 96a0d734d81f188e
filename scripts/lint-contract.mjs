// Lints docs/scheduler-api.yaml: spectral with its own rules and OWASP's (.spectral.yaml), then redocly (redocly.yaml).
//
// `npm run contract:lint` runs it by `npm exec`, which brings both tools in exact versions and puts their folder first in PATH: they
// are no dependencies of the hub. Exits 1 where either finds anything, warnings included.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DOCUMENT = 'docs/scheduler-api.yaml';
const OWASP = '@stoplight/spectral-owasp-ruleset';

const bin = (process.env.PATH ?? '').split(path.delimiter).find(folder => fs.existsSync(path.join(folder, 'spectral')));
if (bin === undefined) {
  console.error('spectral is not in PATH: run `npm run contract:lint`.');
  process.exit(2);
}

/** Spectral looks for a ruleset's package beside the ruleset; this one lies where npm exec put it. */
function writeRuleset(folder) {
  const owasp = path.resolve(bin, '..', OWASP, 'dist', 'ruleset.mjs');
  const file = path.join(folder, 'spectral.yaml');
  fs.writeFileSync(file, fs.readFileSync(path.join(ROOT, '.spectral.yaml'), 'utf8').replace(OWASP, owasp));
  return file;
}

/** Neither tool may tell anybody that it was run. */
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const run = (tool, ...args) => spawnSync(path.join(bin, tool), args, { cwd: ROOT, env, stdio: 'inherit' }).status === 0;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-contract-'));
try {
  const ruleset = writeRuleset(folder);
  const isClean = [
    run('spectral', 'lint', DOCUMENT, '--ruleset', ruleset, '--fail-severity', 'hint'),
    run('redocly', 'lint', DOCUMENT, '--config', path.join(ROOT, 'redocly.yaml')),
  ];
  process.exitCode = isClean.every(Boolean) ? 0 : 1;
} finally {
  fs.rmSync(folder, { recursive: true });
}
