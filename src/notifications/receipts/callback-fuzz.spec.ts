import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { readMessengerCallback } from './messenger-callback.js';
import type { CallbackReading } from './receipt.js';
import { readViberCallback } from './viber-callback.js';

const SECRET = 'invented-secret';
const RUNS = { numRuns: 3_000 };

const viber = (body: Buffer, signature: string): CallbackReading =>
  readViberCallback({ authToken: SECRET, body, headers: { 'x-viber-content-signature': signature } });
const messenger = (body: Buffer, signature: string): CallbackReading =>
  readMessengerCallback({ appSecret: SECRET, body, headers: { 'x-hub-signature-256': `sha256=${signature}` } });
const READERS = [viber, messenger];

const signatureOf = (body: Buffer): string => createHmac('sha256', SECRET).update(body).digest('hex');

const aValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('delivered', 'seen', 'failed', 'page', true, 1_458_668_856_253, -1, 1e308, 'm_1', {}, [], null),
);
const aRecord = (names: string[]): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(names.map(name => [name, aValue])), { requiredKeys: [] });
const anEvent = fc.oneof(
  aValue,
  aRecord(['sender', 'recipient', 'timestamp', 'delivery', 'read', 'message']),
  fc.record({ sender: aRecord(['id']), delivery: aRecord(['mids', 'watermark']) }),
  fc.record({ sender: aRecord(['id']), read: aRecord(['watermark']) }),
  fc.record({ message: aRecord(['is_echo', 'mid', 'metadata']) }),
);
const aBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc
    .oneof(
      aValue,
      aRecord(['event', 'timestamp', 'message_token', 'user_id', 'desc', 'object', 'entry']),
      fc.record({ object: fc.constant('page'), entry: fc.array(fc.record({ messaging: fc.array(anEvent) }), { maxLength: 3 }) }),
    )
    .map(value => Buffer.from(JSON.stringify(value))),
);

describe('the readers of callbacks', () => {
  it('throw for no signed body, and give receipts that can be stored', () => {
    fc.assert(
      fc.property(aBody, fc.constantFrom(...READERS), (body, read) => {
        const reading = read(body, signatureOf(body));
        for (const { target, at } of reading.ok ? reading.receipts : []) {
          expect(at === null || !Number.isNaN(at.getTime())).toBe(true);
          expect(target.by !== 'watermark' || !Number.isNaN(target.until.getTime())).toBe(true);
          expect(JSON.stringify(target)).not.toContain('\\u0000');
        }
        expect(reading.ok || reading.problem === 'malformed-body').toBe(true);
      }),
      RUNS,
    );
  });

  it('accept nothing whose body or signature was changed', () => {
    const aChange = fc.oneof(
      fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, by]) => (body: Buffer, signature: string) => {
        const changed = Buffer.from(body);
        if (changed.length > 0) changed[at % changed.length] = ((changed[at % changed.length] ?? 0) + by) % 256;
        return { body: changed.length > 0 ? changed : Buffer.from('x'), signature };
      }),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map(more => (body: Buffer, signature: string) => ({
        body: Buffer.concat([body, more]),
        signature,
      })),
      fc.tuple(fc.nat(63), fc.integer({ min: 1, max: 15 })).map(([at, by]) => (body: Buffer, signature: string) => ({
        body,
        signature: signature.slice(0, at) + ((parseInt(signature.charAt(at), 16) + by) % 16).toString(16) + signature.slice(at + 1),
      })),
      fc.string({ maxLength: 80 }).map(signature => (body: Buffer) => ({ body, signature })),
    );
    fc.assert(
      fc.property(aBody, aChange, fc.constantFrom(...READERS), (body, change, read) => {
        const forged = change(body, signatureOf(body));

        expect(read(forged.body, forged.signature).ok).toBe(false);
      }),
      RUNS,
    );
  });
});
