// For `npm run mutation`, which says which group of rules is meant.
import { groupNamed, LEAST_SCORE } from './scripts/mutation-groups.mjs';

const name = process.env.MUTATION_GROUP;

/** Options: https://stryker-mutator.io/docs/stryker-js/configuration/ */
export default {
  mutate: groupNamed(name).rules,
  // What the rules and their tests need: nothing else is copied, the tsconfig.json left out, which Stryker would want TypeScript for.
  ignorePatterns: ['/*', '!/src', '!/scripts', '!/package.json', '!/*.mjs', '!/.swcrc'],
  tempDirName: 'coverage/stryker',
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'jest.unit.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  warnings: { slow: false },
  concurrency: 1,
  // Jest keeps the modules of each run: a process that has had many is followed by another.
  maxTestRunnerReuse: 100,
  // A mutant that never ends is noticed; a machine that is busy is not a mutant that never ends.
  timeoutMS: 15_000,
  allowConsoleColors: false,
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false, reportScoreTable: false },
  htmlReporter: { fileName: `coverage/mutation/${name}.html` },
  jsonReporter: { fileName: `coverage/mutation/${name}.json` },
  thresholds: { high: 95, low: LEAST_SCORE, break: null },
};
