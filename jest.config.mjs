import fs from 'node:fs';

process.env.TZ = 'UTC';

const swc = JSON.parse(fs.readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.(e2e-)?spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, $schema: undefined, swcrc: false, sourceMaps: 'inline', module: { type: 'es6' } }] },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  testTimeout: 20_000,
  // Each suite leaves its modules behind: a process that has run many is followed by another.
  workerIdleMemoryLimit: '1500MB',
};
