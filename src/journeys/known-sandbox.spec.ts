import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { knownSandbox } from './known-sandbox.js';

describe('knownSandbox', () => {
  let started: string;
  let empty: string;

  beforeAll(() => {
    started = fs.mkdtempSync(path.join(os.tmpdir(), 'known-sandbox-'));
    empty = path.join(started, 'nothing-here');
    fs.writeFileSync(path.join(started, 'sandbox-url'), 'http://127.0.0.1:3001\n');
    fs.writeFileSync(path.join(started, 'sandbox.json'), '{"version":1,"credentials":{"userId":"u","apiKey":"kept-key"}}');
  });
  afterAll(() => {
    fs.rmSync(started, { recursive: true });
  });

  it('is that of the start', () => {
    expect(knownSandbox({}, started, true)).toEqual({ url: 'http://127.0.0.1:3001', apiKey: 'kept-key' });
  });

  it('is none for a hub elsewhere, though there was a start here', () => {
    expect(knownSandbox({}, started, false)).toBeNull();
  });

  it('is none where there was no start', () => {
    expect(knownSandbox({}, empty, true)).toBeNull();
  });

  it('is the one that the environment names, also for a hub elsewhere', () => {
    const environment = { SANDBOX_URL: 'http://hospital.test:9/', SANDBOX_API_KEY: 'given-key' };

    expect(knownSandbox(environment, started, false)).toEqual({ url: 'http://hospital.test:9', apiKey: 'given-key' });
  });

  it('is refused where there is no key for it', () => {
    expect(() => knownSandbox({ SANDBOX_URL: 'http://hospital.test:9' }, empty, false)).toThrow('set SANDBOX_API_KEY');
  });
});
