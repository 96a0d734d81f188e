import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyState, type HospitalState } from './hospital-state.js';
import { readStateFile, StateFile } from './state-file.js';

function stateWithKey(apiKey: string): HospitalState {
  return { ...emptyState(), credentials: { userId: 'u', apiKey } };
}

describe('the state file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is read as it was written, by its owner alone, and leaves nothing beside it', async () => {
    const path = join(folder, 'new', 'sandbox.json');
    const file = new StateFile(path, () => stateWithKey('k'));

    file.markChanged();
    await file.settled();

    expect(readStateFile(path)).toEqual(stateWithKey('k'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new'))).toEqual(['sandbox.json']);
  });

  it('has every change that was marked before settled was called', async () => {
    const path = join(folder, 'sandbox.json');
    let latest = 0;
    const file = new StateFile(path, () => stateWithKey(String(latest)));

    const seen = Array.from({ length: 50 }, async () => {
      latest += 1;
      const mine = latest;
      file.markChanged();
      await file.settled();
      return Number(readStateFile(path)?.credentials?.apiKey) >= mine;
    });

    expect(await Promise.all(seen)).not.toContain(false);
  });

  it('writes nothing when nothing changed', async () => {
    await new StateFile(join(folder, 'sandbox.json'), emptyState).settled();

    expect(readdirSync(folder)).toEqual([]);
  });

  it('rejects while it cannot be written, and makes up for it later', async () => {
    const blocker = join(folder, 'data');
    writeFileSync(blocker, '');
    const path = join(blocker, 'sandbox.json');
    const file = new StateFile(path, () => stateWithKey('k'));
    file.markChanged();

    await expect(file.settled()).rejects.toThrow('EEXIST');
    rmSync(blocker);
    await file.settled();

    expect(readStateFile(path)).toEqual(stateWithKey('k'));
  });

  it('is null where there is none', () => {
    expect(readStateFile(join(folder, 'sandbox.json'))).toBeNull();
  });

  it.each([
    ['cut off', '{"version":1,"creden'],
    ['empty', ''],
    ['a list', '[]'],
    ['of another version', '{"version":2}'],
    ['without patients', '{"version":1,"credentials":null,"appointments":[]}'],
    ['with half a patient', '{"version":1,"credentials":null,"patients":[{"key":"a"}],"appointments":[]}'],
    ['with an empty key', '{"version":1,"credentials":{"userId":"u","apiKey":""},"patients":[],"appointments":[]}'],
    ['with half an appointment', '{"version":1,"credentials":null,"patients":[],"appointments":[{"id":"a"}]}'],
  ])('is refused by name when it is %s', (_title, text) => {
    const path = join(folder, 'sandbox.json');
    writeFileSync(path, text);

    expect(() => readStateFile(path)).toThrow(`The sandbox's state file ${path} is broken`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
