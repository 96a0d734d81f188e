// For `npm run mutation`: the unit tests of one group of rules, without the database that the others share.
import base from './jest.config.mjs';

const { globalSetup: _, globalTeardown: __, roots: ___, testRegex: ____, ...common } = base;

/** @type {import('jest').Config} */
export default { ...common, roots: ['<rootDir>/src', '<rootDir>/scripts'], testMatch: ['<rootDir>/scripts/mutation-specs.mjs'] };
