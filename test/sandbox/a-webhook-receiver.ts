import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually.js';

/** One webhook as it came. */
export interface ReceivedWebhook {
  headers: http.IncomingHttpHeaders;
  rawBody: string;
  // Tests look into bodies of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** The status to answer with, now or later; null: no answer at all. */
type Answering = (webhook: ReceivedWebhook, nth: number) => number | null | Promise<number | null>;

/** A hub's receiving end on loopback: keeps what comes, and answers as the test says. */
export interface WebhookReceiver {
  url: string;
  received: ReceivedWebhook[];
  /** From now on; 202 until it is called. */
  answer(answering: Answering): void;
  /** Waits until so many have come, and returns all. */
  until(count: number): Promise<ReceivedWebhook[]>;
  close(): Promise<void>;
}

export async function aWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let answering: Answering = () => 202;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks).toString('utf8');
      const webhook: ReceivedWebhook = { headers: request.headers, rawBody, body: JSON.parse(rawBody) };
      received.push(webhook);
      void Promise.resolve(answering(webhook, received.length)).then(status => {
        if (status === null) return;
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/webhooks/invented-token`,
    received,
    answer: given => {
      answering = given;
    },
    until: count => eventually(`${count} webhooks have come`, () => received.length >= count && received),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
