// For `npm run mutation`: the unit tests of one group of rules, without the database that the others share.
import base from './jest.config.mjs';
import { groupNamed } from './scripts/mutation-groups.mjs';

const { globalSetup: _, globalTeardown: __, roots: ___, testRegex: ____, ...common } = base;

/** @type {import('jest').Config} */
export default {
  ...common,
  roots: ['<rootDir>/src'],
  testMatch: groupNamed(process.env.MUTATION_GROUP).specs.map(spec => `<rootDir>/${spec}`),
};
