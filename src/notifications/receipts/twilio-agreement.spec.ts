import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { isSignedByTwilio } from './twilio-signature.js';

const RUNS = 2_000;

const text = fc.string({ unit: 'binary', maxLength: 12 }).map(value => value.toWellFormed());
const form = fc.array(fc.tuple(fc.oneof(fc.constantFrom('To', 'to', 'Body', 'MessageSid', 'a', 'B'), text), text), { maxLength: 8 });
/** As the hub makes them: `PUBLIC_URL`, an opaque token, the attempt. */
const callbackUrl = fc
  .tuple(
    fc.constantFrom('https://hub.example.org', 'http://hub.example.org', 'http://localhost', 'https://[2001:db8::1]'),
    fc.constantFrom('', ':443', ':80', ':3000'),
    fc.constantFrom('', '/behind/a-prefix'),
    fc.uuid(),
  )
  .map(([origin, port, prefix, attempt]) => `${origin}${port}${prefix}/api/v1/provider-callbacks/sms/tok_-123?attempt=${attempt}`);

/** As Express would hand it to Twilio's library: a repeated name is a list. */
function asParameters(pairs: [string, string][]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  const entries = [...values].map(([name, own]): [string, string | string[]] => [name, own.length === 1 ? (own[0] ?? '') : own]);
  return Object.assign(Object.create(null) as Record<string, string | string[]>, Object.fromEntries(entries));
}

describe("agrees with Twilio's own library", () => {
  it('on what it signs', () => {
    fc.assert(
      fc.property(callbackUrl, form, fc.string({ minLength: 1, maxLength: 40 }), (url, parameters, token) => {
        const signature = getExpectedTwilioSignature(token, url, asParameters(parameters));

        return isSignedByTwilio(signature, { url, parameters }, [token]);
      }),
      { numRuns: RUNS },
    );
  });

  it('on what it takes: signed for one URL and read at another', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(callbackUrl, callbackUrl, fc.boolean(), form, form, fc.boolean(), (one, other, isSameUrl, own, others, isSameForm) => {
        const url = isSameUrl ? one : other.replace(/attempt=.*$/, one.slice(one.indexOf('attempt=')));
        const parameters = isSameForm ? own : others;
        const signature = getExpectedTwilioSignature('12345', one, asParameters(own));
        const isTaken = validateRequest('12345', signature, url, asParameters(parameters));
        seen[isTaken ? 'taken' : 'refused']++;

        return isSignedByTwilio(signature, { url, parameters }, ['12345']) === isTaken;
      }),
      { numRuns: RUNS },
    );

    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(RUNS / 10);
  });
});
