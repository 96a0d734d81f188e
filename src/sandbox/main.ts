import 'reflect-metadata';
import { join } from 'node:path';
import { readDefects } from './defects/catalogue.js';
import { demoClinic } from './clinic/demo-clinic.js';
import { regionalClinic } from './clinic/regional-clinic.js';
import { FAULT_VALUES, readFault } from './http/faults.js';
import { DIALECTS } from './http/dialect.js';
import { startSandbox } from './sandbox.js';

/** Runs the sandbox hospital alone: `node dist/sandbox/main.js`, with the settings that docs/conformance.md lists. */
const port = Number(process.env['SANDBOX_PORT'] ?? 3001);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('SANDBOX_PORT must be a port number, 0 to 65535.');
const dialect = DIALECTS.find(name => name === (process.env['SANDBOX_DIALECT'] ?? 'snake'));
if (dialect === undefined) throw new Error(`SANDBOX_DIALECT must be one of ${DIALECTS.join(', ')}.`);
const clinic = { demo: demoClinic, regional: regionalClinic }[process.env['SANDBOX_CLINIC'] ?? 'demo'];
if (clinic === undefined) throw new Error('SANDBOX_CLINIC must be demo or regional.');
const fault = process.env['SANDBOX_FAULT'] ?? '';
if (fault !== '' && readFault(fault) === null) throw new Error(`SANDBOX_FAULT must be ${FAULT_VALUES}.`);
const defects = readDefects(process.env['SANDBOX_DEFECTS'] ?? '');
const stateFile = join(process.env['DATA_DIR'] ?? '.data', 'sandbox.json');

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const sandbox = await startSandbox({ port, stateFile, dialect, clinic, defects, log, ...(fault === '' ? {} : { fault }) }).catch(
  (error: unknown) => {
    log(`The sandbox hospital did not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

const { userId, apiKey, headerName } = sandbox.credentials;
process.stdout.write(
  [
    `Sandbox hospital   ${sandbox.url}  (its page: calendars and staff actions)`,
    `API base URL       ${sandbox.baseUrl}`,
    `Staff actions      ${sandbox.url}/staff`,
    `USER_ID            ${userId}`,
    `API_KEY            ${apiKey}  (Basic, ${headerName} or Bearer)`,
    `State              ${stateFile}`,
    '',
  ].join('\n'),
);

const stop = (): void => {
  void sandbox.close().then(() => process.exit(0));
};
process.once('SIGTERM', stop).once('SIGINT', stop);
