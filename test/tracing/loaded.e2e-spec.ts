import path from 'node:path';
import { makeBuiltCopy, type FreshCopy } from '../support/fresh-copy.js';
import { Programs } from '../support/programs.js';

const COUNTING = ['--import', path.join(import.meta.dirname, 'loaded-modules.mjs')];
const LOADED_WITHIN_MS = 60_000;

/** Loads all of the hub, and what `traces` asks for. */
const program = (traces: object | undefined): string => `
  import 'reflect-metadata';
  import './dist/app.module.js';
  import { TracingModule } from './dist/tracing/tracing.module.js';
  const [{ useFactory }] = TracingModule.register(${traces === undefined ? 'undefined' : JSON.stringify(traces)}).providers;
  await useFactory();
`;

describe('OpenTelemetry', () => {
  let copy: FreshCopy;
  let programs: Programs;

  beforeAll(async () => {
    copy = await makeBuiltCopy();
    programs = new Programs(copy.dir);
  }, 180_000);
  afterAll(async () => {
    await programs.end();
    copy.remove();
  });

  it.each([
    ['is not loaded where no collector is named', undefined, /Modules of OpenTelemetry: 0\./],
    ['is loaded where one is', { url: 'http://127.0.0.1:1/', sampler: 'always_on', ratio: 1 }, /Modules of OpenTelemetry: [1-9]/],
  ])(
    '%s',
    async (_, traces, expected) => {
      const hub = programs.node([...COUNTING, '--input-type=module', '--eval', program(traces)]);

      const { code } = await hub.exit(LOADED_WITHIN_MS);

      expect({ code, output: hub.output() }).toEqual({ code: 0, output: expect.stringMatching(expected) });
    },
    LOADED_WITHIN_MS,
  );
});
