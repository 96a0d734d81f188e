import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from '../../src/common/clock.js';
import { CommonModule } from '../../src/common/common.module.js';
import type { ChannelClient, OutgoingMessage } from '../../src/notifications/channels/channel-client.js';
import { DEFAULT_SCHEDULER_LIMITS } from '../../src/schedulers/scheduler.options.js';
import { SchedulersModule } from '../../src/schedulers/schedulers.module.js';
import { TracingModule } from '../../src/tracing/tracing.module.js';
import { TestClock } from '../support/test-clock.js';

/** Long enough that only a deadline that is meant to pass does. */
export const TIMEOUT_MS = 5_000;
/** For exchanges that are meant to run into it. */
export const SHORT_MS = 300;

export const NOW = '2026-03-10T01:00:00.000Z';

/** The client as the hub has it, on real HTTP. */
export async function aClient<T extends ChannelClient>(
  type: Type<T>,
  allowedHosts: string[],
): Promise<{ client: T; close: () => Promise<void> }> {
  const module = await Test.createTestingModule({
    imports: [CommonModule, TracingModule.register(undefined), SchedulersModule.register({ ...DEFAULT_SCHEDULER_LIMITS, allowedHosts })],
    providers: [type],
  })
    .overrideProvider(Clock)
    .useValue(new TestClock(NOW))
    .compile();
  module.useLogger(false);
  await module.init();
  return { client: module.get(type), close: () => module.close() };
}

export function aMessage(overrides: Pick<OutgoingMessage, 'address' | 'settings' | 'secrets'> & Partial<OutgoingMessage>): OutgoingMessage {
  return {
    attemptId: '0195f3a0-0000-7000-8000-000000000001',
    kind: 'booked',
    locale: 'en',
    text: 'Planted text: you are booked at Invented Clinic.',
    parts: { facility: 'Invented Clinic', date: 'Thu, 12 Mar 2026', time: '14:00', phone: '+63 2 000 0001' },
    callbackUrl: 'https://hub.example.org/api/v1/provider-callbacks/x/y',
    lastInboundAt: null,
    timeoutMs: TIMEOUT_MS,
    ...overrides,
  };
}

/** A port of this machine on which nobody listens. */
export async function aClosedPort(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await once(server, 'close');
  return host;
}

/** Where callbacks arrive: their raw bytes and headers, as the hub's controller hands them on. */
export async function aCallbackUrl(): Promise<{
  url: string;
  received: { body: Buffer; headers: IncomingHttpHeaders }[];
  close: () => Promise<void>;
}> {
  const received: { body: Buffer; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks), headers: request.headers });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`, received, close };
}
