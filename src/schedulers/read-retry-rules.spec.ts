import { retryPauseMs, type TriedRead } from './read-retry-rules.js';
import type { UpstreamFailureCode } from './scheduler.js';
import type { UpstreamReply } from './upstream-reply.js';

const failed = (code: UpstreamFailureCode): UpstreamReply => ({
  kind: 'failed',
  code,
  isSurelyUnsent: false,
  status: null,
  detail: 'x',
});
const answered = (status: number, retryAfterSeconds: number | null = null): UpstreamReply => {
  return { kind: 'answered', status, body: { kind: 'empty' }, etag: null, link: null, retryAfterSeconds };
};
const pause = (reply: UpstreamReply, overrides: Partial<TriedRead> = {}): number | null => {
  return retryPauseMs({ reply, tries: 1, leftMs: 3_000, chance: 0.5, ...overrides });
};

describe('Whether a read is tried once more', () => {
  it.each<[string, UpstreamReply, number | null]>([
    ['a connection that broke', failed('upstream-connection-lost'), 100],
    ['a server that is being replaced', answered(502), 100],
    ['one that is away for a moment', answered(503), 100],
    ['one behind it that is', answered(504), 100],
    ['one that may be asked again at once', answered(503, 0), 100],
    ['one that names a time', answered(503, 1), null],
    ['an answer', answered(200), null],
    ['a fault', answered(500), null],
    ['a refusal', answered(404), null],
    ['too many calls', answered(429), null],
    ['silence', failed('upstream-timeout'), null],
    ['nobody there', failed('upstream-unreachable'), null],
    ['what cannot be read', failed('upstream-invalid-response'), null],
    ['a hospital that is left alone', failed('upstream-circuit-open'), null],
    ['one that has enough', failed('upstream-busy'), null],
    ['one that asked not to be called', failed('upstream-rate-limited'), null],
  ])('after %s: %s', (_what, reply, expected) => {
    expect(pause(reply)).toBe(expected);
  });

  it.each([
    [1, 0, 50],
    [1, 1, 150],
    [2, 0, 150],
    [2, 1, 450],
    [3, 0.5, null],
    [4, 0.5, null],
  ])('after %i tries, by chance %d: %s ms', (tries, chance, expected) => {
    expect(pause(failed('upstream-connection-lost'), { tries, chance })).toBe(expected);
  });

  it.each([
    [300, 100],
    [299, null],
    [-5, null],
  ])('with %i ms left: %s', (leftMs, expected) => {
    expect(pause(failed('upstream-connection-lost'), { leftMs })).toBe(expected);
  });
});
