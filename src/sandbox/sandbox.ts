import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { Clock } from '../common/clock.js';
import { AppointmentReaderService } from './booking/appointment-reader.service.js';
import type { AppointmentView } from './booking/appointment.view.js';
import { ClinicDirectory } from './clinic/clinic-directory.js';
import type { Clinic } from './clinic/clinic.js';
import { demoClinic } from './clinic/demo-clinic.js';
import { CallCounts, type EndpointName } from './http/call-counts.js';
import type { Dialect } from './http/dialect.js';
import { MAX_BODY_BYTES, requireJson } from './http/json-only.js';
import { Credentials, generateCredentials, type AuthScheme } from './records/credentials.js';
import { HospitalRecords } from './records/hospital-records.js';
import { emptyState } from './records/hospital-state.js';
import { RandomIds } from './records/random-ids.js';
import { readStateFile, StateFile } from './records/state-file.js';
import { SandboxSettings } from './sandbox-settings.js';
import { SandboxModule, type Hospital } from './sandbox.module.js';

export interface SandboxOptions {
  /** 0: any that is free. */
  port: number;
  /** Default 127.0.0.1: it is a test system and belongs on no network. */
  host?: string;
  /** Where all is kept across restarts; absent: in memory only. */
  stateFile?: string;
  /** Makes ids and keys predictable, for tests. Absent: random. */
  seed?: number | string;
  clock?: Clock;
  /** Default 0. */
  latencyMs?: number;
  /** Default `snake`. */
  dialect?: Dialect;
  /** What is given here goes before what the state file holds; what neither has is made. */
  auth?: { scheme?: AuthScheme; userId?: string; apiKey?: string; headerName?: string };
  /** Default: the demo clinic. */
  clinic?: Clinic;
  /** Default 5, so that a client has to follow pages. */
  calendarsPerPage?: number;
  /** Told of unexpected failures, with stacks. Default: nobody. */
  log?: (line: string) => void;
}

export interface SandboxCredentials {
  /** The one to set up the hub with; the other two work as well. */
  scheme: AuthScheme;
  userId: string;
  apiKey: string;
  headerName: string;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:3001`; staff actions are under `/staff`. */
  url: string;
  /** What the hub is given: `http://127.0.0.1:3001/api/v1`. */
  baseUrl: string;
  port: number;
  credentials: SandboxCredentials;
  /** How often each endpoint was called with a valid key. */
  calls(endpoint: EndpointName): number;
  /** All appointments, canceled ones too, in order of creation. */
  appointments(): AppointmentView[];
  /** As when the hospital's administrator changes the calendars. Not kept in the state file. */
  replaceClinic(clinic: Clinic): void;
  /** Resolves when the requests under way are answered and all is kept. */
  close(): Promise<void>;
}

/** How long `close` waits for requests under way before it cuts them off. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Starts a hospital. Rejects with the server's own error (`code: 'EADDRINUSE'`) where the port is taken, with `BrokenStateFileError` where
 * the state file cannot be read; nothing has been written then.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const hospital = openHospital(options);
  const app = await NestFactory.create<NestExpressApplication>(SandboxModule.of(hospital), {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  // Express would tag every answer; only the calendars are worth asking for conditionally.
  app.disable('etag').disable('x-powered-by');
  app.use(requireJson);
  app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  const host = options.host ?? '127.0.0.1';
  try {
    await app.listen(options.port, host);
    await hospital.records.settled();
  } catch (error) {
    await app.close();
    throw error;
  }
  return runningSandbox(app, hospital, host);
}

/** The hospital as its state file left it, or a new one. A new key is kept before anyone is told it: it is marked here, written above. */
function openHospital(options: SandboxOptions): Hospital {
  const kept = (options.stateFile === undefined ? null : readStateFile(options.stateFile)) ?? emptyState();
  const ids = new RandomIds(options.seed ?? null);
  const { scheme = 'basic', headerName = 'X-API-Key', ...given } = options.auth ?? {};
  const { userId, apiKey } = { ...(kept.credentials ?? generateCredentials(ids)), ...given };
  const records = new HospitalRecords(kept);
  if (options.stateFile !== undefined) {
    const file = new StateFile(options.stateFile, () => ({ version: 1, credentials: { userId, apiKey }, ...records.state() }));
    const hasNewKey = kept.credentials?.userId !== userId || kept.credentials.apiKey !== apiKey;
    if (hasNewKey) file.markChanged();
    records.keepWith(file);
  }
  const { dialect = 'snake', latencyMs = 0, calendarsPerPage = 5, log = () => undefined } = options;
  return {
    clock: options.clock ?? new Clock(),
    directory: new ClinicDirectory(options.clinic ?? demoClinic),
    records,
    ids,
    credentials: new Credentials(scheme, userId, apiKey, headerName),
    settings: new SandboxSettings(dialect, latencyMs, calendarsPerPage, log),
    calls: new CallCounts(),
  };
}

function runningSandbox(app: NestExpressApplication, hospital: Hospital, host: string): RunningSandbox {
  const server: Server = app.getHttpServer();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on no TCP port.');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${String(address.port)}`;
  const { scheme, userId, apiKey, headerName } = hospital.credentials;
  return {
    url,
    baseUrl: `${url}/api/v1`,
    port: address.port,
    credentials: { scheme, userId, apiKey, headerName },
    calls: endpoint => hospital.calls.of(endpoint),
    appointments: () => app.get(AppointmentReaderService).all(),
    replaceClinic: clinic => {
      hospital.directory.replace(clinic);
    },
    close: async () => {
      const cutOff = setTimeout(() => {
        server.closeAllConnections();
      }, CLOSE_GRACE_MS);
      await app.close();
      clearTimeout(cutOff);
      await hospital.records.settled();
    },
  };
}
