import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { signed } from '../test/support/webhooks.js';
import type { Copies } from './copies.js';
import type { Hub } from './hub.js';
import type { Random } from './random.js';
import type { Post } from './schedule.js';

const CONNECTIONS = 32;
const PATIENCE_MS = 5_000;
const RETRY_MS = { from: 50, to: 200 };

/** What the hub has said of one event: the id of its row, and how often it said so. */
export interface Acknowledgement {
  rowIds: Set<string>;
  times: number;
}

/** A facility's webhooks, at any copy of the hub. */
export interface Endpoint {
  pathname: string;
  secret: string;
}

/**
 * A hospital's sender as the contract wants it: each delivery again and again until 2xx, with the same id and bytes, a fresh
 * timestamp and signature, to any copy of the hub. Sends no more than was released.
 */
export class Sender {
  readonly acknowledged = new Map<string, Acknowledgement>();
  readonly counts = { deliveries: 0, acknowledgements: 0, unanswered: 0, unavailable: 0 };
  private readonly posts: readonly Post[];
  private readonly copies: Copies;
  private readonly endpoint: Endpoint;
  private readonly random: Random;
  private readonly signal: AbortSignal;
  private released = 0;
  private next = 0;
  private readonly releases = new EventTarget();
  /** Of each copy, by its name. */
  private readonly acknowledgements = new EventTarget();

  constructor(posts: readonly Post[], copies: Copies, endpoint: Endpoint, random: Random, signal: AbortSignal) {
    this.posts = posts;
    this.copies = copies;
    this.endpoint = endpoint;
    this.random = random;
    this.signal = signal;
    // Each connection waits, for the next share or for its own next try.
    setMaxListeners(0, this.releases, signal);
  }

  /** Resolves when every delivery was acknowledged. Throws when the hub refuses one for good. */
  async sendAll(): Promise<void> {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.connection()));
  }

  /** Lets the posts up to this share of all be sent. */
  release(share: number): void {
    this.released = Math.ceil(this.posts.length * Math.min(1, share));
    this.releases.dispatchEvent(new Event('release'));
  }

  /** Calls at the very moment of that copy's next acknowledgement. Answers how to call it off. */
  atNextAcknowledgement({ name }: Hub, call: () => void): () => void {
    this.acknowledgements.addEventListener(name, call, { once: true });
    return () => this.acknowledgements.removeEventListener(name, call);
  }

  /** Until it is acknowledged. Throws when the hub refuses it for good. */
  async deliver(post: Post): Promise<void> {
    this.counts.deliveries += 1;
    while (!(await this.try(post))) {
      await delay(RETRY_MS.from + this.random.below(RETRY_MS.to - RETRY_MS.from), undefined, { signal: this.signal });
    }
  }

  private async connection(): Promise<void> {
    for (let post = await this.take(); post; post = await this.take()) {
      const given = post;
      await Promise.all(Array.from({ length: given.copies }, () => this.deliver(given)));
    }
  }

  private async take(): Promise<Post | null> {
    while (this.next >= this.released && this.released < this.posts.length) {
      await new Promise(resolve => {
        this.releases.addEventListener('release', resolve, { once: true });
        this.signal.addEventListener('abort', resolve, { once: true });
      });
      this.signal.throwIfAborted();
    }
    return this.posts[this.next++] ?? null;
  }

  private async try({ webhookId, body }: Post): Promise<boolean> {
    this.signal.throwIfAborted();
    const headers = signed(this.endpoint.secret, webhookId, new Date(), body);
    const hub = this.copies.any();
    const answer = await answered(`${hub.url}${this.endpoint.pathname}`, headers, body);
    if (answer === null) {
      this.counts.unanswered += 1;
      return false;
    }
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
      this.counts.unavailable += 1;
      return false;
    }
    if (answer.status !== 202) throw new Error(`The hub refused ${webhookId} for good: ${answer.status} ${answer.text.slice(0, 300)}`);
    this.note(hub, webhookId, (JSON.parse(answer.text) as { id: string }).id);
    return true;
  }

  private note({ name }: Hub, webhookId: string, rowId: string): void {
    const known = this.acknowledged.get(webhookId) ?? { rowIds: new Set(), times: 0 };
    known.rowIds.add(rowId);
    known.times += 1;
    this.acknowledged.set(webhookId, known);
    this.counts.acknowledgements += 1;
    this.acknowledgements.dispatchEvent(new Event(name));
  }
}

/** null: nobody listens, or the answer broke off. */
async function answered(url: string, headers: Record<string, string>, body: string): Promise<{ status: number; text: string } | null> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}
