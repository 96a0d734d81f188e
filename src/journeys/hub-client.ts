/** What a step expected and did not get. */
export class JourneyFailedError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'JourneyFailedError';
  }
}

type Print = (line: string) => void;
/** An answer's body: JSON of any shape. */
export type Json = Record<string, unknown>;

const LONGEST_ANSWER = 700;

/** Calls the hub as the chat platform would, and prints what was sent and what was answered. */
export class HubClient {
  constructor(
    private readonly hubUrl: string,
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
    this.print(`  → ${method} /api/v1${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const response = await fetch(`${this.hubUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    this.print(
      `  ← ${response.status} ${text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)} … (${text.length} characters)` : text}`,
    );
    if (![expected].flat().includes(response.status))
      throw new JourneyFailedError(`${step}: expected ${[expected].flat().join(' or ')}, got ${response.status}`);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  }

  /** Throws `JourneyFailedError` when it does not hold. */
  check(holds: boolean, what: string): void {
    this.print(`  ${holds ? '✓' : '✗'} ${what}`);
    if (!holds) throw new JourneyFailedError(what);
  }
}
