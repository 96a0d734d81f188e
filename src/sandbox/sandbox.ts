import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { AppointmentReaderService } from './booking/appointment-reader.service.js';
import type { AppointmentView } from './booking/appointment.view.js';
import type { Clinic } from './clinic/clinic.js';
import type { EndpointName } from './http/call-counts.js';
import { injectFaults } from './http/faults.js';
import { MAX_BODY_BYTES, requireJson } from './http/json-only.js';
import { openHospital } from './open-hospital.js';
import type { AuthScheme } from './records/credentials.js';
import type { SandboxOptions } from './sandbox-options.js';
import { SandboxModule, type Hospital } from './sandbox.module.js';
import type { WebhookTarget } from './webhooks/webhook-target.js';

export type { SandboxOptions };

export interface SandboxCredentials {
  /** The one to set up the hub with; the other two work as well. */
  scheme: AuthScheme;
  userId: string;
  apiKey: string;
  headerName: string;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:3001`; a page with its calendars is at `/`, staff actions are under `/staff`. */
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
  /** Tells that target of all changes from now on, and of those that still wait; null: nobody. Kept. Throws `InvalidRequestError`. */
  connectWebhook(target: WebhookTarget | null): void;
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
  app.use(injectFaults(options.fault ?? null));
  app.use(requireJson);
  app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  app.useBodyParser('urlencoded', { limit: MAX_BODY_BYTES, extended: false });
  const host = options.host ?? '127.0.0.1';
  try {
    await app.listen(options.port, host);
    if (options.webhook) hospital.sender.connect(options.webhook);
    await hospital.records.settled();
  } catch (error) {
    await app.close();
    throw error;
  }
  hospital.sender.resume();
  return runningSandbox(app, hospital, host);
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
    connectWebhook: target => {
      hospital.sender.connect(target);
    },
    close: async () => {
      const cutOff = setTimeout(() => {
        server.closeAllConnections();
      }, CLOSE_GRACE_MS);
      await app.close();
      clearTimeout(cutOff);
      await hospital.sender.close();
      await hospital.records.settled();
    },
  };
}
