import base from './jest.config.mjs';

/** The console in a real browser: Chromium must be there (`CHROMIUM`, by default Debian's). One file at a time. */
/** @type {import('jest').Config} */
export default {
  ...base,
  roots: ['<rootDir>/test/browser'],
  testRegex: '\\.browser-spec\\.ts$',
  testTimeout: 120_000,
  maxWorkers: 1,
};
