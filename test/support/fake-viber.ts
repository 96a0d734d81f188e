import { createHmac, randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJson, answerWithTrouble, retryAfter, type ProviderTrouble } from './provider-trouble.js';
import { requestStatus, statusAnswer, takenAnswer } from './viber-resources.js';

/** How a request ends. */
export type ViberBehaviour =
  | ProviderTrouble
  /** An HTTP 200 with this status: nothing is taken, unless it is said. */
  | { kind: 'status'; status: number; retryAfterSeconds?: number; isTaken?: boolean }
  /** Another HTTP status, with JSON. */
  | { kind: 'http'; httpStatus: number; body?: object; retryAfterSeconds?: number; isTaken: boolean }
  /** Taken, and the answer is of no use. */
  | { kind: 'without-token' | 'without-status' };

/** One message as Viber keeps it. */
export interface ViberMessage {
  /** A number beyond what a double holds, as text. */
  token: string;
  receiver: string;
  senderName: string;
  text: string;
  trackingData: string | null;
}

export interface ViberReport {
  /** Of a failure. */
  desc?: string;
  /** Milliseconds since 1970. */
  timestamp?: number;
  /** By whoever is not Viber. */
  signature?: string;
}

/** Viber's bot API at the network's edge: it refuses what the real one would, and keeps what it took. */
export interface FakeViber {
  /** Origin, for the settings. */
  baseUrl: string;
  /** `host:port`, for `upstreamAllowedHosts`. */
  host: string;
  authToken: string;
  requests: { method: string; path: string; headers: http.IncomingHttpHeaders; body: string }[];
  /** What it took, in order. */
  sent: ViberMessage[];
  /** Of the requests that come next, one each. */
  next(...behaviours: ViberBehaviour[]): void;
  /** Of every request to send to this receiver; null: as usual again. */
  at(receiver: string, behaviour: ViberBehaviour | null): void;
  /** Posts a receipt, signed as Viber signs. In any order, as often as wanted. */
  report(message: ViberMessage, event: 'delivered' | 'seen' | 'failed', to: string, report?: ViberReport): Promise<number>;
  /** Posts another event, such as the check when a webhook is set. */
  post(event: object, to: string): Promise<number>;
  close(): Promise<void>;
}

export async function startFakeViber(): Promise<FakeViber> {
  const queued: ViberBehaviour[] = [];
  const byReceiver = new Map<string, ViberBehaviour>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const [method, path] = [request.method ?? '', request.url ?? '/'];
      viber.requests.push({ method, path, headers: request.headers, body });
      if (method !== 'POST' || path !== '/pa/send_message') {
        response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not found</html>');
        return;
      }
      const wrong = requestStatus(request.headers, body, viber.authToken);
      if (wrong !== null) answerJson(response, statusAnswer(wrong));
      else take(viber, readMessage(body), receiver => queued.shift() ?? byReceiver.get(receiver), response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const viber: FakeViber = {
    baseUrl: `http://${host}`,
    host,
    authToken: randomBytes(24).toString('hex'),
    requests: [],
    sent: [],
    next: (...behaviours) => {
      queued.push(...behaviours);
    },
    at: (receiver, behaviour) => {
      if (behaviour) byReceiver.set(receiver, behaviour);
      else byReceiver.delete(receiver);
    },
    report: ({ token, receiver }, event, to, { desc, timestamp = Date.now(), signature } = {}) => {
      const fields = { event, timestamp, user_id: receiver, ...(event === 'failed' ? { desc: desc ?? 'failure description' } : {}) };
      return postSigned(viber, JSON.stringify(fields).replace(/}$/, `,"message_token":${token}}`), to, signature);
    },
    post: (event, to) => postSigned(viber, JSON.stringify(event), to),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return viber;
}

function take(
  viber: FakeViber,
  message: ViberMessage,
  behaviourTo: (receiver: string) => ViberBehaviour | undefined,
  response: http.ServerResponse,
): void {
  const behaviour = behaviourTo(message.receiver);
  const isTaken = !behaviour || !('isTaken' in behaviour) ? behaviour?.kind !== 'status' : behaviour.isTaken === true;
  if (isTaken) viber.sent.push(message);
  switch (behaviour?.kind) {
    case undefined:
      answerJson(response, takenAnswer(message.token));
      return;
    case 'status':
      answerJson(response, statusAnswer(behaviour.status), retryAfter(behaviour.retryAfterSeconds));
      return;
    case 'http': {
      const text = JSON.stringify(behaviour.body ?? {});
      answerJson(response, { status: behaviour.httpStatus, text }, retryAfter(behaviour.retryAfterSeconds));
      return;
    }
    case 'without-token':
      answerJson(response, statusAnswer(0));
      return;
    case 'without-status':
      answerJson(response, { status: 200, text: `{"message_token":${message.token}}` });
      return;
    case 'html':
    case 'hang':
    case 'late':
    case 'reset':
    case 'broken-off':
    case 'cut':
      answerWithTrouble(response, behaviour, takenAnswer(message.token));
  }
}

/** Of a request that has been checked. */
function readMessage(body: string): ViberMessage {
  const { receiver, sender, text, tracking_data } = JSON.parse(body) as {
    receiver: string;
    sender: { name: string };
    text: string;
    tracking_data?: string;
  };
  const token = String(5_000_000_000_000_000_000n + BigInt(randomBytes(6).readUIntBE(0, 6)) * 2n + 1n);
  return { token, receiver, senderName: sender.name, text, trackingData: tracking_data ?? null };
}

async function postSigned({ authToken }: FakeViber, body: string, to: string, signature?: string): Promise<number> {
  const signed = createHmac('sha256', authToken).update(body, 'utf8').digest('hex');
  const response = await fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-viber-content-signature': signature ?? signed },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
