import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keyStorm, type KeyStormReport } from '../../storm/key-storm.js';
import { makeBuiltCopy, type FreshCopy } from '../support/fresh-copy.js';
import { migratedServer } from '../support/test-database.js';

const WITHIN_MS = 150_000;

/** `npm run storm:keys`, small. */
describe('Forty idempotency keys, each sent twenty times at once to three copies that are killed one after the other', () => {
  let build: FreshCopy;
  let folder: string;
  let report: KeyStormReport;

  beforeAll(async () => {
    build = await makeBuiltCopy();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-keys-'));
    const place = { build: build.dir, server: await migratedServer() };
    const size = { keys: 40, repeats: 20, kills: 2 };
    report = await keyStorm({ seed: 20261126, hospital: 'idempotent', ...size, ...place }, folder, AbortSignal.timeout(WITHIN_MS));
  }, WITHIN_MS);
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    build.remove();
  });

  it('book once each, and all repeats are told of that booking', () => {
    expect(report.checks.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  });

  it('were sent again where a killed copy had them in its hands', () => {
    expect(report.kills).toBeGreaterThan(0);
    expect(report.counts.unavailable).toBeGreaterThan(0);
    expect(report.counts.requests).toBe(40 * 20 + report.counts.unavailable + report.counts.unanswered + report.counts.inUse);
  });
});
