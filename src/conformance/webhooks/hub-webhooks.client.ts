import { setTimeout as delay } from 'node:timers/promises';
import { isError } from '../../common/is-error.js';

/** What the hub answered: to a dry-run, to a delivery, or as a problem. */
export interface HubAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** The hub is not there, or is none. */
export class HubAwayError extends Error {}

const TIMEOUT_MS = 15_000;
const LONGEST_WAIT_SECONDS = 60;

/** The hub's endpoint for one facility's webhooks, and its dry-run. */
export class HubWebhooksClient {
  private readonly url: string;

  /** `token`: the last part of the facility's `webhook.url`. */
  constructor(hubUrl: string, token: string) {
    this.url = `${hubUrl.replace(/\/+$/, '')}/api/v1/webhooks/${encodeURIComponent(token)}`;
  }

  /** Has no effect. The hub allows thirty a minute: beyond that it waits. Throws `HubAwayError`. */
  dryRun(headers: readonly [string, string][], body: Buffer): Promise<HubAnswer> {
    return this.post(`${this.url}/dry-run`, headers, body);
  }

  /** A delivery, as any other. Throws `HubAwayError`. */
  deliver(headers: readonly [string, string][], body: Buffer): Promise<HubAnswer> {
    return this.post(this.url, headers, body);
  }

  private async post(url: string, headers: readonly [string, string][], body: Buffer, mayWait = true): Promise<HubAnswer> {
    const response = await this.answered(url, headers, body);
    const seconds = Number(response.headers.get('retry-after'));
    if (mayWait && response.status === 429 && seconds > 0 && seconds <= LONGEST_WAIT_SECONDS) {
      await delay(seconds * 1_000);
      return this.post(url, headers, body, false);
    }
    const told: unknown = await response.json().catch(() => null);
    if (typeof told !== 'object' || told === null) throw new HubAwayError(`it answers ${response.status} without JSON: is this a hub?`);
    return { status: response.status, body: told as Record<string, unknown> };
  }

  private async answered(url: string, headers: readonly [string, string][], body: Buffer): Promise<Response> {
    const options = { method: 'POST', headers: [...headers], body: new Uint8Array(body), redirect: 'manual' as const };
    try {
      return await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const isLate = isError(error) && error.name === 'TimeoutError';
      throw new HubAwayError(isLate ? `no answer within ${TIMEOUT_MS / 1_000} s` : 'nobody answers there', { cause: error });
    }
  }
}
