import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '../config/config.js';
import { existingKeys, generatedKeys } from './keys.js';

describe('generatedKeys', () => {
  let dir: string;
  let file: string;

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-keys-'));
    file = path.join(dir, 'keys.json');
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('makes keys that the configuration takes, readable by their owner alone', () => {
    const keys = generatedKeys(dir);

    expect(() => readConfig({ ...keys })).not.toThrow();
    expect(keys.DEMO_API_KEY).toMatch(/^hub_demo_/);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(dir)).toEqual(['keys.json']);
  });

  it('finds them again', () => {
    expect(generatedKeys(dir)).toEqual(generatedKeys(dir));
  });

  it('makes others in another folder', () => {
    const other = path.join(dir, 'other', 'deep');

    expect(generatedKeys(other)).not.toEqual(generatedKeys(dir));
  });

  it.each([
    ['cut off', '{"ENCRYPTION_KEYS": "k1:'],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['without a key', '{"ENCRYPTION_KEYS": "k1:x", "BLIND_INDEX_KEY": "x", "ADMIN_API_KEY": "x"}'],
    ['with a key that is no text', '{"ENCRYPTION_KEYS": 1, "BLIND_INDEX_KEY": "x", "ADMIN_API_KEY": "x", "DEMO_API_KEY": "x"}'],
  ])('refuses a file that is %s, names it, and leaves it as it is', (_, text) => {
    fs.writeFileSync(file, text);

    expect(() => generatedKeys(dir)).toThrow(`${file} is broken (`);
    expect(fs.readFileSync(file, 'utf8')).toBe(text);
  });

  it('makes none beside a database that only the missing ones can open', () => {
    fs.mkdirSync(path.join(dir, 'pg'));

    expect(() => generatedKeys(dir)).toThrow(`${file} is missing`);
    expect(fs.existsSync(file)).toBe(false);
  });
});

describe('existingKeys', () => {
  it('answers null where the hub was never started', () => {
    expect(existingKeys('/nonexistent/data')).toBeNull();
  });
});
