// Which licences do the packages have that run in production?
//
// Reads package-lock.json, and the packages' own package.json where the lock file names no licence. Prints one line a licence, with its
// packages; exits 1 where one is not among those that ask for no more than to be named. With --quiet it prints only what is wrong.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** SPDX ids of licences that leave the hub's own terms alone. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Python-2.0',
]);
const UNKNOWN = 'none named';

const readJson = file => JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8'));

/** `MIT`, `(MIT OR CC0-1.0)`, or what an old package.json has: `{type}`, a list of those. */
function textOf(licence) {
  if (typeof licence === 'string') return licence;
  if (Array.isArray(licence)) return licence.map(textOf).join(' OR ') || UNKNOWN;
  return typeof licence?.type === 'string' ? licence.type : UNKNOWN;
}

function licenceOf(place, entry) {
  if (entry.license !== undefined) return textOf(entry.license);
  const file = path.join(place, 'package.json');
  if (!fs.existsSync(path.join(ROOT, file))) return UNKNOWN;
  const { license, licenses } = readJson(file);
  return textOf(license ?? licenses);
}

/** Of several to choose from one will do; several that hold together must all. */
function isAllowed(licence) {
  const bare = licence.replace(/^\((.*)\)$/, '$1');
  return bare.split(' OR ').some(choice => choice.split(' AND ').every(id => ALLOWED.has(id.trim())));
}

const byLicence = new Map();
for (const [place, entry] of Object.entries(readJson('package-lock.json').packages)) {
  if (place === '' || entry.dev === true) continue;
  const licence = licenceOf(place, entry);
  const name = `${place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version}`;
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), name]);
}

const isQuiet = process.argv.includes('--quiet');
for (const [licence, names] of [...byLicence].sort(([a], [b]) => a.localeCompare(b))) {
  if (!isQuiet) console.log(`${licence} (${names.length}): ${names.sort().join(', ')}`);
  if (isAllowed(licence)) continue;
  process.exitCode = 1;
  console.error(
    `${names.join(', ')}: the licence is "${licence}". Choose another package, or say in scripts/licences.mjs why it may stay.`,
  );
}
if (isQuiet && process.exitCode === undefined) console.log('The licences of all packages in production are among those allowed.');
