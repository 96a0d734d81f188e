import http from 'node:http';
import type { Answer } from '../support/api.js';

export interface WireRequest {
  method: string;
  /** As it is sent: nothing normalises it, as `fetch` would. */
  target: string;
  headers: Record<string, string>;
  body: string | null;
}

const ANSWERS_WITHIN_MS = 30_000;

/** Sends a request as it is; the body of the answer as JSON, or as text where it is none. */
export function send(origin: string, agent: http.Agent, { method, target, headers, body }: WireRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const bytes = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { hostname, port, method, path: target, headers: { ...headers, ...bytes }, agent, timeout: ANSWERS_WITHIN_MS };
    const request = http.request(options, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: new Headers(flat(response.headers)), body: bodyOf(text) });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`No answer within ${ANSWERS_WITHIN_MS} ms`)));
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

function flat(headers: http.IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [name, String(value)]);
}

function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
