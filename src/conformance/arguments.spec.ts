import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readArguments } from './arguments.js';

const GIVEN = ['--base-url', 'https://hospital.example/api/v1/', '--api-key', 'invented-key'];

describe('readArguments', () => {
  it('takes the key as a bearer token, and as Basic where a user is named', () => {
    expect(readArguments(GIVEN)).toMatchObject({ auth: { scheme: 'bearer' }, isSafe: false });
    expect(readArguments([...GIVEN, '--user-id', 'u'])).toMatchObject({ auth: { scheme: 'basic', userId: 'u' } });
  });

  it('takes the key from a file, without the line end', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
    const file = path.join(folder, 'key');
    fs.writeFileSync(file, 'key-of-a-file\n');
    const read = readArguments([...GIVEN.slice(0, 2), '--api-key-file', file]);
    fs.rmSync(folder, { recursive: true });

    expect(read.auth.apiKey).toBe('key-of-a-file');
  });

  it('leaves the slash at the end of the base URL out', () => {
    expect(readArguments(GIVEN).baseUrl.href).toBe('https://hospital.example/api/v1');
  });

  it('takes a folder for all three reports, or a file for each', () => {
    expect(readArguments([...GIVEN, '--report', 'out']).report).toEqual({
      json: 'out/conformance.json',
      junit: 'out/conformance.xml',
      html: 'out/conformance.html',
    });
    expect(readArguments([...GIVEN, '--report', 'out.json', '--junit', 'out.xml']).report).toEqual({
      json: 'out.json',
      junit: 'out.xml',
      html: null,
    });
  });

  it('takes the clauses to check, in any case', () => {
    expect(readArguments(GIVEN).only).toBeNull();
    expect(readArguments([...GIVEN, '--only', 'BOOK-5, move-4']).only).toEqual(['BOOK-5', 'MOVE-4']);
  });

  it.each([
    [['--api-key', 'k'], '--base-url is needed'],
    [['--base-url', 'hospital', '--api-key', 'k'], '--base-url must be an http or https URL'],
    [['--base-url', 'ftp://hospital.example', '--api-key', 'k'], '--base-url must be an http or https URL'],
    [['--base-url', 'http://hospital.example', '--api-key', 'k'], '--base-url must be https'],
    [['--base-url', 'https://u:p@hospital.example', '--api-key', 'k'], 'no user and password'],
    [['--base-url', 'https://hospital.example?a=1', '--api-key', 'k'], 'no query'],
    [[...GIVEN.slice(0, 2), '--api-key-file', '/nonexistent'], '--api-key-file /nonexistent cannot be read'],
    [GIVEN.slice(0, 2), '--api-key is needed'],
    [[...GIVEN, '--auth', 'digest'], '--auth must be basic, header or bearer'],
    [[...GIVEN, '--auth', 'basic'], '--auth basic needs --user-id'],
    [[...GIVEN, '--header-name', 'a b'], '--header-name must be'],
    [[...GIVEN, '--timezone', 'GMT+8'], '--timezone must be an IANA name'],
    [[...GIVEN, '--only', 'BOOK-99'], '--only must be clauses'],
    [[...GIVEN, '--only', ''], '--only must be clauses'],
    [[...GIVEN, '--frobnicate'], 'There is no option --frobnicate'],
    [[...GIVEN, '--calendar'], '--calendar'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('never repeats what may be a key', () => {
    expect(() => readArguments([...GIVEN, 'stray-key'])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('stray-key') }),
    );
  });
});
