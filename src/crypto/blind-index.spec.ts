import { createSecretKey } from 'node:crypto';
import { BlindIndex, type IndexedField } from './blind-index.js';

const index = new BlindIndex(createSecretKey(Buffer.alloc(32, 7)));

describe('BlindIndex', () => {
  // HMAC-SHA256 with the key of 32 sevens, made by another program: what a database holds must be found by every later version.
  it.each<[string, () => string, string]>([
    [
      'facility-1|phone|+639170000001',
      () => index.of('facility-1', 'phone', '+639170000001'),
      'RSfSyX9qGY6ff3qv-zJ8yPTpZtCXAjNbvi5lHoyTuLg',
    ],
    [
      'facility-1|email|testa@example.test',
      () => index.of('facility-1', 'email', 'testa@example.test'),
      'HwUi7_xeXszeCEzWEJFQN8f5MqPBE2_SJ0qW_uYrlp4',
    ],
    [
      'facility-1|channel-address|viber|abc',
      () => index.ofAddress('facility-1', 'viber', 'abc'),
      '7t0ORTRLyJC-HRrculxOjI80yiVT-V3ZTcx5ZNpDoTk',
    ],
    [
      'facility-1|digest:request-body|{}',
      () => index.digest('facility-1', 'request-body', '{}'),
      'rsZLZBqREkQy7WvvW5oOmFYIpK5LU-kzN3dy7HI26X0',
    ],
  ])('is the HMAC of %s', (_, make, known) => {
    expect(make()).toBe(known);
  });

  it('gives one value another index in each facility, field and channel, and under each key', () => {
    const fields: IndexedField[] = ['phone', 'email', 'national-id', 'channel-address'];
    const others = new BlindIndex(createSecretKey(Buffer.alloc(32, 8)));
    const made = ['facility-1', 'facility-2'].flatMap(facility =>
      [index, others].flatMap(by => [
        ...fields.map(field => by.of(facility, field, '123')),
        ...['sms', 'viber'].map(channel => by.ofAddress(facility, channel, '123')),
        ...['phone', 'request-body'].map(purpose => by.digest(facility, purpose, '123')),
      ]),
    );

    expect(new Set(made).size).toBe(2 * 2 * 8);
  });

  it('has none for what is unknown', () => {
    expect(index.ofOptional('facility-1', 'phone', null)).toBeNull();
    expect(index.ofOptional('facility-1', 'phone', '')).toBe(index.of('facility-1', 'phone', ''));
  });
});
