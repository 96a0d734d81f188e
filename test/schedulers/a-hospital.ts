import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type LookupFunction, type Server, type Socket } from 'node:net';
import { Test } from '@nestjs/testing';
import { CommonModule } from '../../src/common/common.module.js';
import type { BookCommand, Scheduler, SchedulerConnection } from '../../src/schedulers/scheduler.js';
import { DEFAULT_SCHEDULER_LIMITS, type SchedulerOptions } from '../../src/schedulers/scheduler.options.js';
import { SchedulerRegistry } from '../../src/schedulers/scheduler.registry.js';
import { SchedulersModule } from '../../src/schedulers/schedulers.module.js';
import { TracingModule } from '../../src/tracing/tracing.module.js';
import { UpstreamClient } from '../../src/schedulers/upstream.client.js';
import { SELF_SIGNED } from './self-signed.js';

/** A server on a loopback port that behaves as the test says, and what it saw. */
export interface Hospital {
  /** `127.0.0.1:port` */
  host: string;
  /** Of each HTTP request that was read whole. */
  requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  /** How many connections were made to it. */
  connections: () => number;
  close: () => Promise<void>;
}

const opened: Hospital[] = [];

/** Answers HTTP by the listener. */
export async function aHospital(answer: RequestListener): Promise<Hospital> {
  const requests: Hospital['requests'] = [];
  return listening(createServer({ keepAliveTimeout: 60_000 }, recording(requests, answer)), requests);
}

/** The same over TLS, with a certificate that nobody trusts. */
export async function aHospitalWithItsOwnCertificate(answer: RequestListener): Promise<Hospital> {
  const requests: Hospital['requests'] = [];
  return listening(createTlsServer(SELF_SIGNED, recording(requests, answer)), requests);
}

/** Speaks raw bytes; called once for each connection. */
export async function aRawHospital(onConnection: (socket: Socket) => void): Promise<Hospital> {
  return listening(createTcpServer(onConnection), []);
}

/** A port of this machine on which nobody listens. */
export async function aClosedPort(): Promise<string> {
  const hospital = await aRawHospital(() => undefined);
  await hospital.close();
  return hospital.host;
}

export async function closeHospitals(): Promise<void> {
  await Promise.all(opened.splice(0).map(hospital => hospital.close()));
}

export function sends(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request: IncomingMessage, response: ServerResponse) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

/** The connector as the hub would have it, with short deadlines. */
export async function aScheduler(
  options: Partial<SchedulerOptions> & { lookup?: LookupFunction } = {},
): Promise<{ scheduler: Scheduler; client: UpstreamClient; close: () => Promise<void> }> {
  const settings = {
    ...DEFAULT_SCHEDULER_LIMITS,
    writeTimeoutMs: 400,
    calendarsTimeoutMs: 400,
    checkTimeoutMs: 400,
    allowedHosts: [],
    ...options,
  };
  const module = await Test.createTestingModule({
    imports: [CommonModule, TracingModule.register(undefined), SchedulersModule.register(settings)],
  }).compile();
  module.useLogger(false);
  await module.init();
  return { scheduler: module.get(SchedulerRegistry).for('botmd'), client: module.get(UpstreamClient), close: () => module.close() };
}

export function aConnection(host: string, overrides: Partial<SchedulerConnection> = {}): SchedulerConnection {
  return { facilityId: 'f', baseUrl: `http://${host}/api/v1`, auth: { scheme: 'bearer', apiKey: 'key-of-the-hospital' }, ...overrides };
}

export function aBooking(overrides: Partial<BookCommand> = {}): BookCommand {
  return {
    reference: '0195-ref',
    calendarExternalId: '7',
    appointmentTypeExternalId: '70',
    start: new Date('2026-03-09T01:30:00Z'),
    timezone: 'Asia/Manila',
    patient: {
      name: 'Maria Planted',
      dateOfBirth: '1990-02-01',
      phone: '+639170000000',
      email: null,
      gender: 'female',
      nationalId: null,
      patientId: null,
      temporaryPatientId: null,
    },
    notes: null,
    ...overrides,
  };
}

async function listening(server: Server, requests: Hospital['requests']): Promise<Hospital> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const hospital = { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections: () => connections, close };
  opened.push(hospital);
  return hospital;
}

function recording(requests: Hospital['requests'], answer: RequestListener): RequestListener {
  return (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  };
}
