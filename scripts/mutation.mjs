// Do the unit tests notice when a rule is wrong?
//
//   npm run mutation                   every group of scripts/mutation-groups.mjs, one after another
//   npm run mutation -- policy crypto  these
//
// Stryker changes one thing of a rule at a time (a comparison turned, a condition always true, a text emptied) and runs the rule's tests:
// a change that none of them notices has survived. It runs them in a copy of src/, on pure rules alone, so that no mutant reaches a
// database or the network. Prints the survivors and one line a group, writes a report a group to coverage/mutation/, and exits 1 where
// a score is below the least, or a group did not run.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GROUP_NAMES, groupNamed, LEAST_SCORE } from './mutation-groups.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const REPORTS = path.join(ROOT, 'coverage', 'mutation');
/** Both of one version: the runner asks for its own core. */
const PACKAGES = ['@stryker-mutator/core@10.0.0', '@stryker-mutator/jest-runner@10.0.0'];

function runGroup(name) {
  const report = path.join(REPORTS, `${name}.json`);
  fs.rmSync(report, { force: true });
  const fetched = ['exec', '--yes', '--ignore-scripts', ...PACKAGES.map(each => `--package=${each}`)];
  const { status } = spawnSync('npm', [...fetched, '--', 'stryker', 'run', 'stryker.config.mjs'], {
    cwd: ROOT,
    env: { ...process.env, TZ: 'UTC', MUTATION_GROUP: name },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0 && fs.existsSync(report) ? countsOf(JSON.parse(fs.readFileSync(report, 'utf8'))) : null;
}

/** As Stryker counts: a mutant on which the tests never end is noticed; one that cannot even be loaded counts for nothing. */
function countsOf({ files }) {
  const statuses = Object.values(files).flatMap(file => file.mutants.map(mutant => mutant.status));
  const count = (...wanted) => statuses.filter(status => wanted.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const missed = count('Survived', 'NoCoverage');
  return { mutants: noticed + missed, noticed, missed, score: (100 * noticed) / (noticed + missed) };
}

const asked = process.argv.slice(2);
const names = asked.length === 0 ? GROUP_NAMES : asked;
try {
  const missing = names.flatMap(name => Object.values(groupNamed(name)).flat()).filter(file => !fs.existsSync(path.join(ROOT, file)));
  // Stryker passes over what it does not find: a file that was renamed would be measured no more.
  if (missing.length > 0) throw new Error(`scripts/mutation-groups.mjs names what is not there: ${missing.join(', ')}.`);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}

const results = names.map(name => ({ name, counts: runGroup(name) }));

console.log(`\n${'group'.padEnd(16)}${'mutants'.padStart(8)}${'noticed'.padStart(9)}${'survived'.padStart(10)}${'score'.padStart(9)}`);
for (const { name, counts } of results) {
  if (!counts) console.log(`${name.padEnd(16)}did not run`);
  else {
    const { mutants, noticed, missed, score } = counts;
    const columns = [
      String(mutants).padStart(8),
      String(noticed).padStart(9),
      String(missed).padStart(10),
      `${score.toFixed(1)} %`.padStart(9),
    ];
    console.log(name.padEnd(16) + columns.join('') + (score < LEAST_SCORE ? `  below ${LEAST_SCORE} %` : ''));
  }
}
process.exit(results.every(({ counts }) => counts !== null && counts.score >= LEAST_SCORE) ? 0 : 1);
