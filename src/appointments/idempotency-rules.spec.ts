import { createSecretKey } from 'node:crypto';
import { BlindIndex } from '../crypto/blind-index.js';
import { IdempotencyKeyMissingError, IdempotencyKeyReusedError } from './appointment.errors.js';
import { answerKept, ticketOf, type IdempotencyTicket, type KeptRequest } from './idempotency-rules.js';
import { ReplayedError, type StoredProblem } from './stored-answer.js';

const digests = new BlindIndex(createSecretKey(Buffer.alloc(32, 7)));
const ticket = (key: string | undefined, body: unknown = {}, facilityId = 'facility-1'): IdempotencyTicket =>
  ticketOf(digests, facilityId, 'book', key, body);

describe('ticketOf', () => {
  it('keeps neither key nor body, but what they can be known by', () => {
    // HMAC-SHA256 over `facility-1|digest:idempotency-key|key-1` and `facility-1|digest:request-body|{}`, made by another program.
    expect(ticket('key-1')).toEqual({
      facilityId: 'facility-1',
      route: 'book',
      keyDigest: 'sbmR1NRKv7K77xW2-B_fqQTf4XWzu4b8agBNY0yAMBI',
      bodyDigest: 'rsZLZBqREkQy7WvvW5oOmFYIpK5LU-kzN3dy7HI26X0',
    });
  });

  it('knows a body whose fields come in another order', () => {
    expect(ticket('key-1', { a: 1, b: [2, { c: 3, d: 4 }] })).toEqual(ticket('key-1', { b: [2, { d: 4, c: 3 }], a: 1 }));
  });

  it.each<[string, Parameters<typeof ticket>, 'keyDigest' | 'bodyDigest']>([
    ['another body', ['key-1', { a: 1 }], 'bodyDigest'],
    ['another key', ['key-2'], 'keyDigest'],
    ['the key in capitals', ['KEY-1'], 'keyDigest'],
    ['the key and a space', ['key-1 '], 'keyDigest'],
    ['another facility', ['key-1', {}, 'facility-2'], 'keyDigest'],
  ])('tells %s', (_, other, digest) => {
    expect(ticket(...other)[digest]).not.toBe(ticket('key-1')[digest]);
  });

  it.each([['!'], ['~'], ['two words'], ['x'.repeat(255)], ['"quoted"']])('takes the key %j', key => {
    expect(ticket(key).keyDigest).toHaveLength(43);
  });

  it.each([[undefined], [''], [' '], ['   '], ['x'.repeat(256)], ['é'], ['a\tb'], ['a\nb'], ['\u007f'], ['key\0']])(
    'refuses the key %j',
    key => {
      expect(() => ticket(key)).toThrow(IdempotencyKeyMissingError);
    },
  );
});

describe('answerKept', () => {
  const problem: StoredProblem = { kind: 'conflict', code: 'slot-unavailable', message: 'It is taken.', errors: [], extensions: {} };
  const asked = { bodyDigest: 'body-1' };
  const first = (kept: Partial<KeptRequest>): KeptRequest => ({
    bodyDigest: asked.bodyDigest,
    appointmentId: 'appointment-1',
    responseStatus: null,
    problem: null,
    ...kept,
  });

  it.each([201, 202, 200])('repeats an answer of %i', status => {
    expect(answerKept(first({ responseStatus: status }), asked)).toEqual({ status, appointmentId: 'appointment-1' });
  });

  it('has no answer while the first request runs', () => {
    expect(answerKept(first({}), asked)).toBeNull();
  });

  it('repeats a refusal, marked as a repeat', () => {
    expect(() => answerKept(first({ responseStatus: 409, problem }), asked)).toThrow(new ReplayedError(problem));
  });

  it.each<[string, Partial<KeptRequest>]>([
    ['runs', {}],
    ['was answered', { responseStatus: 201 }],
    ['was refused', { responseStatus: 409, problem }],
  ])('refuses another body while the first request %s', (_, kept) => {
    expect(() => answerKept(first(kept), { bodyDigest: 'body-2' })).toThrow(IdempotencyKeyReusedError);
  });
});
