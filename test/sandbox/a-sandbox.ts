import { Clock } from '../../src/common/clock.js';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';

/** Stands still until it is set. */
export class FixedClock extends Clock {
  constructor(private at: string) {
    super();
  }

  override now(): Date {
    return new Date(this.at);
  }

  set(at: string): void {
    this.at = at;
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface SandboxUnderTest {
  sandbox: RunningSandbox;
  clock: FixedClock;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** A sandbox on a free port; it is Thursday, 1 October 2026, 08:00 in Manila. Paths are those below its URL. */
export async function aSandbox(options: Partial<SandboxOptions> = {}): Promise<SandboxUnderTest> {
  const clock = new FixedClock('2026-10-01T00:00:00Z');
  const sandbox = await startSandbox({ port: 0, clock, ...options });
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${sandbox.credentials.apiKey}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  return {
    sandbox,
    clock,
    get: (path, headers = {}) => send('GET', path, undefined, headers),
    post: (path, body, headers = {}) => send('POST', path, body, headers),
    put: (path, body, headers = {}) => send('PUT', path, body, headers),
  };
}

/** Monday, 5 October, 13:00 at the cardiologist's. */
export function aBooking(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    calendar_id: 'cal-cardiology',
    appointment_type_id: 'type-consultation',
    datetime: '2026-10-05T13:00:00+08:00',
    patient: aPatient(),
    ...change,
  };
}

export function aPatient(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: 'Test Maria Santos', date_of_birth: '1990-02-01', phone: '+639175550101', ...change };
}

/** The named text of an answer's object. */
export function textOf(answer: Answer, name: string): string {
  const { body } = answer;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string') throw new Error(`The answer has no text "${name}": ${JSON.stringify(body)}`);
  return value;
}
