import { readFileSync } from 'node:fs';
import { CLAUSES } from '../../src/conformance/clauses.js';
import { LIMITS } from '../../src/conformance/checks/answers.js';
import { DEFECTS, type DefectName } from '../../src/sandbox/defects/catalogue.js';
import { aRun, failedClauses, type RunSetting } from './a-run.js';

const NAMES = Object.keys(DEFECTS) as DefectName[];

/** What it takes to see some of them at all. */
const SETTINGS: Partial<Record<DefectName, RunSetting>> = {
  'slow-availability': { limits: { ...LIMITS, availabilityMs: 10 } },
  'slow-booking': { limits: { ...LIMITS, bookingMs: 10 } },
  'move-cutoff-crashes': { args: ['--calendar', 'cal-general', '--cutoff'] },
  'cancel-cutoff-crashes': { args: ['--calendar', 'cal-general', '--cutoff'] },
};

describe('conformance catches, and names the clause of,', () => {
  it.each(NAMES)('%s', async name => {
    const { args = [], ...setting } = SETTINGS[name] ?? {};
    const { clause } = DEFECTS[name];
    const run = await aRun({
      ...setting,
      args: [...args, '--only', clause],
      sandbox: { defects: [name], slowMs: 15 },
    });

    expect(failedClauses(run)).toContain(clause);
    expect(Object.keys(CLAUSES)).toContain(clause);
  });
});

it('every clause has a defect', () => {
  expect(new Set(NAMES.map(name => DEFECTS[name].clause))).toEqual(new Set(Object.keys(CLAUSES)));
});

it('the table of docs/conformance.md is the catalogue', () => {
  const rows = readFileSync('docs/conformance.md', 'utf8').matchAll(
    /^\| `(?<name>[a-z-]+)` +\| (?<clause>[A-Z]+-\d+) +\| (?<what>.+?) +\|$/gm,
  );

  const told = [...rows].map(({ groups }) => ({ ...groups }));

  expect(told).toEqual(NAMES.map(name => ({ name, clause: DEFECTS[name].clause, what: DEFECTS[name].what })));
});
