import { setTimeout as delay } from 'node:timers/promises';
import { JourneyFailedError } from './journey-failed.error.js';
import type { Json } from './json.js';

type Print = (line: string) => void;

const LONGEST_ANSWER = 700;
/** How long a webhook's effect may take to show. */
const EFFECT_MS = 10_000;
const LOOK_AGAIN_MS = 200;

/** Calls the hub as the chat platform would, or the hospital as its staff would, and prints what was sent and what was answered. */
export class ApiClient {
  constructor(
    private readonly origin: string,
    /** Before every path. */
    private readonly prefix: '/api/v1' | '',
    private readonly apiKey: string,
    private readonly print: Print,
  ) {}

  heading(title: string): void {
    this.print(`\n${title}\n${'─'.repeat(title.length)}`);
  }

  say(text: string): void {
    this.print(`• ${text}`);
  }

  /** Sends, prints, and throws `JourneyFailedError` unless the status is the one expected. */
  async send(
    step: string,
    method: string,
    path: string,
    expected: number | number[],
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Json> {
    this.say(step);
    this.print(`  → ${method} ${this.prefix}${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const answer = await this.request(method, path, body, headers);
    this.printAnswer(answer);
    if (![expected].flat().includes(answer.status))
      throw new JourneyFailedError(`${step}: expected ${[expected].flat().join(' or ')}, got ${answer.status}`);
    return jsonOf(answer.text);
  }

  /** Reads without printing; null unless it is answered with 200. */
  async read(path: string): Promise<Json | null> {
    const answer = await this.request('GET', path);
    return answer.status === 200 ? jsonOf(answer.text) : null;
  }

  /** Reads again and again until it holds, and prints the last answer alone; throws `JourneyFailedError` after 10 s. */
  async readUntil(step: string, path: string, holds: (answer: Json) => boolean): Promise<Json> {
    this.say(step);
    this.print(`  → GET ${this.prefix}${path}`);
    const end = performance.now() + EFFECT_MS;
    for (;;) {
      const answer = await this.request('GET', path);
      const hasCome = answer.status === 200 && holds(jsonOf(answer.text));
      const isOver = performance.now() > end;
      if (hasCome || isOver) this.printAnswer(answer);
      if (hasCome) return jsonOf(answer.text);
      if (isOver) throw new JourneyFailedError(`${step}: not within ${EFFECT_MS / 1_000} s`);
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** Throws `JourneyFailedError` when it does not hold. */
  check(holds: boolean, what: string): void {
    this.print(`  ${holds ? '✓' : '✗'} ${what}`);
    if (!holds) throw new JourneyFailedError(what);
  }

  private async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.origin}${this.prefix}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: response.status, text: await response.text() };
  }

  private printAnswer({ status, text }: { status: number; text: string }): void {
    this.print(`  ← ${status} ${text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)} … (${text.length} characters)` : text}`);
  }
}

function jsonOf(text: string): Json {
  return (text === '' ? {} : JSON.parse(text)) as Json;
}
