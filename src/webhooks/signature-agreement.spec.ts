import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { WebhookSettings } from '../facilities/facility.settings.js';
import { verifySignature } from './signature-rules.js';

const SETTINGS: WebhookSettings = { scheme: 'standard-webhooks', headerName: null };
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${Buffer.alloc(32, 9).toString('base64')}`] as const;
const NOW = new Date('2026-10-01T00:00:00Z');
const REQUESTS = 10_000;

interface SentRequest {
  headers: Record<string, string>;
  rawBody: Buffer;
}
type Mutation = (request: SentRequest) => SentRequest;

const setHeader =
  (name: string, change: (value: string) => string): Mutation =>
  ({ headers, rawBody }) => ({ headers: { ...headers, [name]: change(headers[name] ?? '') }, rawBody });

const aHeader = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature');
const aMark = fc.constantFrom(' ', ',', '.', '=', 'v1,', 'v2,', '0', '-', '+', 'A', '\t', '%', 'é');
const anOffset = fc.oneof(fc.integer({ min: -310, max: 310 }), fc.constantFrom(-301, -300, 300, 301));
const splice = (text: string, at: number, cut: number, put: string): string => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + cut);
};

/** What goes wrong, or is done, between signing and arriving. */
const aMutation: fc.Arbitrary<Mutation> = fc.oneof(
  aHeader.map(name => ({ headers: { [name]: _, ...rest }, rawBody }: SentRequest) => ({ headers: rest, rawBody })),
  fc.tuple(aHeader, fc.nat(), fc.nat(2), aMark).map(([name, at, cut, put]) => setHeader(name, value => splice(value, at, cut, put))),
  fc.tuple(aHeader, fc.nat()).map(([name, at]) => setHeader(name, value => splice(value, at, 1, ''))),
  aHeader.map(name => setHeader(name, value => value.toUpperCase())),
  anOffset.map(offset => setHeader('webhook-timestamp', value => String(Number(value) + offset))),
  fc.constantFrom('x', '1e9', '', '00', 'NaN', ' 1').map(text => setHeader('webhook-timestamp', () => text)),
  fc.string({ maxLength: 60 }).map(text => setHeader('webhook-signature', value => `${text} ${value}`)),
  fc.string({ maxLength: 60 }).map(text => setHeader('webhook-signature', value => `${value} ${text}`)),
  fc.nat(20).map(times => setHeader('webhook-signature', value => `${value} `.repeat(times))),
  fc.constant(setHeader('webhook-signature', value => value.split('').reverse().join(''))),
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => ({ headers, rawBody }: SentRequest) => {
    const changed = Buffer.from(rawBody);
    changed[at % Math.max(changed.length, 1)] = byte;
    return { headers, rawBody: changed };
  }),
  fc
    .uint8Array({ maxLength: 3 })
    .map(bytes => ({ headers, rawBody }: SentRequest) => ({ headers, rawBody: Buffer.concat([rawBody, bytes]) })),
);

const aRequest = fc.record({
  id: fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
  body: fc.json(),
  secret: fc.constantFrom(SECRETS[0], SECRETS[0], SECRETS[0], SECRETS[0], SECRETS[1]),
  signedAt: anOffset,
  mutations: fc.array(aMutation, { maxLength: 2 }),
});

function isAcceptedByLibrary({ headers, rawBody }: SentRequest): boolean {
  try {
    new Webhook(SECRETS[0]).verify(rawBody, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

describe('verifySignature and the library standardwebhooks', () => {
  const clock = Object.getOwnPropertyDescriptor(Date, 'now') ?? {};
  // The library asks the system for the time.
  beforeAll(() => Object.defineProperty(Date, 'now', { ...clock, value: () => NOW.getTime() }));
  afterAll(() => Object.defineProperty(Date, 'now', clock));

  it(`agree on ${REQUESTS} mutated requests: none is accepted here that the library refuses`, () => {
    const seen = { both: 0, neither: 0, libraryAlone: 0 };
    fc.assert(
      fc.property(aRequest, ({ id, body, secret, signedAt, mutations }) => {
        const at = new Date(NOW.getTime() + signedAt * 1_000);
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(at.getTime() / 1_000),
          'webhook-signature': new Webhook(secret).sign(id, at, body),
        };
        const request = mutations.reduce<SentRequest>((mutated, mutate) => mutate(mutated), { headers, rawBody: Buffer.from(body) });

        const isAccepted = verifySignature({ ...request, now: NOW }, SETTINGS, [SECRETS[0]]).ok;
        const isAcceptedThere = isAcceptedByLibrary(request);

        expect(isAccepted && !isAcceptedThere).toBe(false);
        seen[isAcceptedThere ? (isAccepted ? 'both' : 'libraryAlone') : 'neither']++;
      }),
      { numRuns: REQUESTS, seed: 20_261_001 },
    );

    // Refused here alone are forms that no sender makes: a leading zero, a second comma, more than 16 signatures.
    expect(seen.both).toBeGreaterThan(REQUESTS / 10);
    expect(seen.neither).toBeGreaterThan(REQUESTS / 3);
    expect(seen.libraryAlone).toBeLessThan(REQUESTS / 20);
    expect(seen.both + seen.neither + seen.libraryAlone).toBe(REQUESTS);
  });
});
