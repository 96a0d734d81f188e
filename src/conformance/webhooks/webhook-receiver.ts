import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { headersToSend } from './http-request-parser.js';

/** A webhook as it came in, to be answered. */
export interface ReceivedWebhook {
  headers: [string, string][];
  body: Buffer;
  answer: (status: number, body: object, headers?: Record<string, string>) => void;
}

export interface WebhookReceiver {
  url: string;
  close: () => Promise<void>;
}

/** Twice what the hub takes: what is too large for it is still to be told so by it. */
const MAX_BYTES = 512 * 1024;

/** Takes the vendor's webhooks in the hub's place, on this machine alone. `take` must not throw. Port 0: any that is free. */
export async function startReceiver(port: number, take: (webhook: ReceivedWebhook) => Promise<void>): Promise<WebhookReceiver> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      const headers = headersToSend(pairsOf(request.rawHeaders));
      const answer: ReceivedWebhook['answer'] = (status, body, more = {}) => {
        response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
      };
      void take({ headers, body: Buffer.concat(chunks), answer });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
  return pairs;
}
