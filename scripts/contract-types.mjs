// Writes test/contract/scheduler-api.types.ts: the types that openapi-typescript makes out of docs/scheduler-api.yaml.
//
// `npm run contract:types` runs it by `npm exec`, which brings the tool in an exact version and puts its folder first in PATH: it is no
// dependency of the hub. The first line names the SHA-256 of the document, so that a test knows without the tool whether they are fresh.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DOCUMENT = path.join(ROOT, 'docs/scheduler-api.yaml');
const TYPES = path.join(ROOT, 'test/contract/scheduler-api.types.ts');

// From elsewhere: it would take redocly.yaml for its own, whose rules are for a newer linter than the one in it.
const made = spawnSync('openapi-typescript', [DOCUMENT, '--output', TYPES], { cwd: os.tmpdir(), stdio: 'inherit' });
if (made.status !== 0) {
  console.error('openapi-typescript failed, or is not in PATH: run `npm run contract:types`.');
  process.exit(1);
}
const digest = createHash('sha256').update(fs.readFileSync(DOCUMENT)).digest('hex');
fs.writeFileSync(TYPES, `// npm run contract:types; docs/scheduler-api.yaml ${digest}\n${fs.readFileSync(TYPES, 'utf8')}`);
