import { isError } from '../../common/is-error.js';
import type { Clock } from '../../common/clock.js';
import type { RunOptions } from '../arguments.js';
import type { Answer } from './answer.js';

/** With its headers, its body and all: no answer holds the run up longer. */
const DEADLINE_MS = 10_000;
/** The hub's own cap. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

export type Authorization = 'valid' | 'none' | 'wrong';

export interface VendorRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL, with its query; or a whole URL of the same origin (a next page). */
  path: string;
  /** Sent as JSON; text goes as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  authorization?: Authorization;
}

/** The vendor's API, called as the hub calls it. Never throws for what the vendor does: each failure is an answer with a problem. */
export class VendorClient {
  private readonly cutter = new AbortController();

  constructor(
    private readonly options: Pick<RunOptions, 'baseUrl' | 'auth'>,
    private readonly clock: Clock,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  /** Ends the call that is under way; those after it run. */
  cutOff(): void {
    this.cutter.abort();
  }

  async send(request: VendorRequest, isCleaningUp = false): Promise<Answer> {
    const startedMs = this.clock.monotonicMs();
    const signals = [AbortSignal.timeout(this.deadlineMs), ...(isCleaningUp ? [] : [this.cutter.signal])];
    const done = (part: Omit<Answer, 'tookMs'>): Answer => ({ ...part, tookMs: this.clock.monotonicMs() - startedMs });
    let response: Response;
    try {
      response = await fetch(this.urlOf(request.path), {
        method: request.method,
        headers: this.headersOf(request),
        redirect: 'manual',
        signal: AbortSignal.any(signals),
        ...(request.body === undefined ? {} : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
      });
    } catch (error) {
      return done({ status: 0, headers: new Headers(), body: undefined, problem: this.failureOf(error) });
    }
    const { status, headers } = response;
    try {
      const text = await readCapped(response);
      return done({ status, headers, ...readJson(status, headers, text) });
    } catch (error) {
      // As good as none: what comes a byte at a time takes as long as what never comes.
      if (isLate(error)) return done({ status: 0, headers, body: undefined, problem: this.failureOf(error) });
      const problem = error instanceof BodyTooLargeError ? error.message : `the body broke off (${this.failureOf(error)})`;
      return done({ status, headers, body: undefined, problem });
    }
  }

  /** Whether a link leads to where the key may go. */
  isOwn(url: URL): boolean {
    return url.origin === this.options.baseUrl.origin;
  }

  urlOf(path: string): URL {
    return /^https?:/.test(path) ? new URL(path) : new URL(`${this.options.baseUrl.href.replace(/\/$/, '')}${path}`);
  }

  private headersOf({ body, headers = {}, authorization = 'valid' }: VendorRequest): Record<string, string> {
    return {
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...this.authorizationOf(authorization),
      ...headers,
    };
  }

  private authorizationOf(authorization: Authorization): Record<string, string> {
    if (authorization === 'none') return {};
    const { scheme, userId, apiKey, headerName } = this.options.auth;
    const key = authorization === 'valid' ? apiKey : `wrong-${[...apiKey].reverse().join('')}`;
    switch (scheme) {
      case 'basic':
        return { Authorization: `Basic ${Buffer.from(`${userId}:${key}`).toString('base64')}` };
      case 'header':
        return { [headerName]: key };
      case 'bearer':
        return { Authorization: `Bearer ${key}` };
    }
  }

  private failureOf(error: unknown): string {
    if (!isError(error)) return 'no answer';
    if (isLate(error)) return `no whole answer within ${this.deadlineMs / 1_000} s`;
    const { cause } = error;
    return isError(cause) && 'code' in cause ? `no answer (${String(cause.code)})` : 'no answer';
  }
}

function isLate(error: unknown): boolean {
  return isError(error) && error.name === 'TimeoutError';
}

class BodyTooLargeError extends Error {}

async function readCapped(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > MAX_BODY_BYTES) throw new BodyTooLargeError('a body of more than 2 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** No body is fine for what needs none: a reschedule or a cancel. */
function readJson(status: number, headers: Headers, text: string): { body: unknown; problem: string | null } {
  if (status >= 300 && status < 400) return { body: undefined, problem: 'a redirect, which the hub does not follow' };
  if (text.trim() === '') return { body: undefined, problem: null };
  const type = headers.get('content-type') ?? '';
  if (/html/i.test(type) || text.trimStart().startsWith('<')) return { body: undefined, problem: 'HTML instead of JSON' };
  try {
    return { body: JSON.parse(text) as unknown, problem: null };
  } catch {
    return { body: undefined, problem: 'a body that is not whole JSON' };
  }
}
