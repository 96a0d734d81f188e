import { keyWarning } from './key-expiry-rules.js';

const NOW = new Date('2026-03-09T00:00:00Z');

describe('keyWarning', () => {
  it.each([
    [null, null],
    ['2026-03-23T00:00:01Z', null],
    ['2026-03-23T00:00:00Z', 'key-expires-soon'],
    ['2026-03-23', 'key-expires-soon'],
    ['2026-03-09T00:00:01Z', 'key-expires-soon'],
    ['2026-03-09T08:00:00+08:00', 'key-expired'],
    ['2025-01-01', 'key-expired'],
    ['2026-W20', null],
  ])('says of a key that ends at %s: %s', (expiresAt, code) => {
    expect(keyWarning(expiresAt, NOW)?.code ?? null).toBe(code);
  });
});
