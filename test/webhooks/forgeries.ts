import { createHmac, randomBytes } from 'node:crypto';
import type { Random } from '../../storm/random.js';

/** What a hospital sends, and what somebody makes of it. */
export interface Sent {
  scheme: 'standard-webhooks' | 'hmac-sha256';
  id: string;
  /** Seconds since 1970. */
  at: number;
  body: Buffer;
  secret: string;
}

export interface Forgery {
  headers: Record<string, string>;
  body: Buffer;
}

type Forge = (sent: Sent, random: Random) => Forgery;

const HEADER = { 'standard-webhooks': 'webhook-signature', 'hmac-sha256': 'x-signature' } as const;
const MARKS = [' ', '.', ',', '=', '0', 'A', '/', '+', '-', '_', '%', 'é', '\t', '~'];

/** A comma is between two signatures where it is not behind a version. */
const NAMES = {
  'standard-webhooks': ['V1,', 'v2,', 'v1a,', 'v1:', 'v1', 'v0,', 'none,', 'hs256,', 'sha256=', ''],
  'hmac-sha256': ['v1=', 'v1:', 'v1', 'sha1=', 'sha512=', 'md5=', 'none=', 'hs256=', 'sha256:', 'sha-256='],
};

/** As the hospital itself signs it. */
export function genuine(sent: Sent): Forgery {
  return { headers: headersOf(sent, digestOf(sent)), body: sent.body };
}

/** Each way that a valid delivery is turned into one that nobody signed, by its name. */
export const FORGERIES: Record<string, Forge> = {
  'a bit of the body flipped': (sent, random) => ({ ...genuine(sent), body: flipped(sent.body, random) }),
  'a body cut short': (sent, random) => ({ ...genuine(sent), body: sent.body.subarray(0, between(random, 0, sent.body.length - 1)) }),
  'a body with more at its end': (sent, random) => ({
    ...genuine(sent),
    body: Buffer.concat([sent.body, Buffer.from(random.pick(MARKS))]),
  }),
  'a body with more before it': (sent, random) => ({ ...genuine(sent), body: Buffer.concat([Buffer.from(random.pick(MARKS)), sent.body]) }),
  'a body laid out anew': sent => ({ ...genuine(sent), body: Buffer.from(JSON.stringify(JSON.parse(sent.body.toString()), null, 1)) }),
  'another body': (sent, random) => ({
    ...genuine(sent),
    body: Buffer.from(JSON.stringify({ action: 'canceled', n: between(random, 0, 1e9) })),
  }),
  'no body': sent => ({ ...genuine(sent), body: Buffer.alloc(0) }),
  'a bit of the signature flipped': (sent, random) => signedWith(sent, flipped(digestOf(sent), random)),
  'a signature of nobody': sent => signedWith(sent, randomBytes(32)),
  'a signature of zeros': sent => signedWith(sent, Buffer.alloc(32)),
  'a signature cut short': (sent, random) => withText(sent, text => text.slice(0, between(random, 0, text.length - 1))),
  'a character of the signature changed': (sent, random) =>
    withText(sent, text => prefix(sent) + replaced(text.slice(prefix(sent).length), random)),
  'a signature with more at its end': (sent, random) => withText(sent, text => text + random.pick(['=', 'A', '0', '.', '%00', 'é'])),
  'a signature in the alphabet of URLs': sent => withText(sent, () => prefix(sent) + digestOf(sent).toString('base64url')),
  'a signature twice encoded': sent => withText(sent, text => prefix(sent) + Buffer.from(text).toString('base64')),
  'a signature in look-alikes': sent =>
    withText(sent, text => String.fromCodePoint(...[...text].map(c => (c > ' ' && c <= '~' ? (c.codePointAt(0) ?? 0) + 0xfee0 : 0x20)))),
  'a signature named otherwise': (sent, random) =>
    withText(sent, text => random.pick(NAMES[sent.scheme]) + text.slice(prefix(sent).length)),
  'several signatures, none of them right': (sent, random) =>
    withText(sent, () => Array.from({ length: between(random, 2, 16) }, () => textOf(sent, randomBytes(32))).join(' ')),
  'the right signature behind too many': sent =>
    withText(sent, text => [...Array.from({ length: 16 }, () => textOf(sent, randomBytes(32))), text].join(' ')),
  'an empty signature': sent => withText(sent, () => ''),
  'no signature': sent => without(genuine(sent), HEADER[sent.scheme]),
  'the signature in another header': sent => {
    const { headers, body } = genuine(sent);
    const { [HEADER[sent.scheme]]: text = '', ...rest } = headers;
    return { headers: { ...rest, 'x-hub-signature-256': text, authorization: text }, body };
  },
  "another's secret": sent => signedWith(sent, digestOf({ ...sent, secret: aSecret() })),
  'a secret that is almost right': (sent, random) => signedWith(sent, digestOf({ ...sent, secret: almost(sent.secret, random) })),
  'the empty secret': sent => signedWith(sent, digestOf({ ...sent, secret: '' })),
  'the prefix of secrets as the secret': sent => signedWith(sent, digestOf({ ...sent, secret: 'whsec_' })),
  'the secret read as the other scheme reads it': sent => signedWith(sent, hmac('sha256', otherKey(sent), signedPart(sent))),
  'what the other scheme signs': sent =>
    signedWith(sent, hmac('sha256', keyOf(sent), sent.scheme === 'standard-webhooks' ? [sent.body] : standardPart(sent))),
  'another algorithm': (sent, random) => {
    const digest = hmac(random.pick(['md5', 'sha1', 'sha384', 'sha512']), keyOf(sent), signedPart(sent));
    return signedWith(sent, digest);
  },
  'another algorithm, in 32 bytes': (sent, random) =>
    signedWith(sent, hmac(random.pick(['sha512', 'sha512-256', 'sha3-256', 'blake2s256']), keyOf(sent), signedPart(sent)).subarray(0, 32)),
  'the signature of another event': (sent, random) => signedWith(sent, digestOf({ ...sent, body: flipped(sent.body, random) })),
  'the secret for the signature': sent => withText(sent, () => prefix(sent) + sent.secret),
};

/** What is possible where id and time are signed, too. */
export const STANDARD_FORGERIES: Record<string, Forge> = {
  'replayed with another id': (sent, random) => withHeader(sent, 'webhook-id', `msg_${between(random, 0, 1e9)}`),
  'a character of the id changed': (sent, random) => withHeader(sent, 'webhook-id', replaced(sent.id, random)),
  'the id in other case': sent => withHeader(sent, 'webhook-id', sent.id.toUpperCase()),
  'an id with more at its end': (sent, random) =>
    withHeader(sent, 'webhook-id', sent.id + random.pick(['.', ',', '0', 'A', '%20', ', x', 'é'])),
  'an id twice': sent => withHeader(sent, 'webhook-id', `${sent.id}, ${sent.id}`),
  'an empty id': sent => withHeader(sent, 'webhook-id', ''),
  'no id': sent => without(genuine(sent), 'webhook-id'),
  'another time': (sent, random) => withHeader(sent, 'webhook-timestamp', String(sent.at + random.pick([-1, 1]) * between(random, 1, 299))),
  'the time written otherwise': (sent, random) =>
    withHeader(
      sent,
      'webhook-timestamp',
      random.pick([
        `0${sent.at}`,
        `+${sent.at}`,
        `${sent.at}.0`,
        `${sent.at}000`,
        `0x${sent.at.toString(16)}`,
        `${sent.at / 10}e1`,
        `${sent.at}, ${sent.at}`,
      ]),
    ),
  'the time in look-alikes': sent =>
    withHeader(sent, 'webhook-timestamp', [...String(sent.at)].map(digit => String.fromCodePoint(0xff10 + Number(digit))).join('')),
  'a time that is none': (sent, random) =>
    withHeader(sent, 'webhook-timestamp', random.pick(['', 'NaN', 'Infinity', '-1', 'now', 'null', '9'.repeat(30)])),
  'no time': sent => without(genuine(sent), 'webhook-timestamp'),
  'an old one, well signed': (sent, random) => genuine({ ...sent, at: sent.at - between(random, 301, 1e9) }),
  'one of the future, well signed': (sent, random) => genuine({ ...sent, at: sent.at + between(random, 301, 1e9) }),
  'an old one, as if it were of now': (sent, random) => signedWith(sent, digestOf({ ...sent, at: sent.at - between(random, 301, 1e6) })),
  'the end of the id moved into the time': sent => {
    const id = `${sent.id}.${String(sent.at).slice(0, 1)}`;
    return { headers: { ...genuine(sent).headers, 'webhook-id': id, 'webhook-timestamp': String(sent.at).slice(1) }, body: sent.body };
  },
  'id and time exchanged': sent => {
    const { headers, body } = genuine(sent);
    return { headers: { ...headers, 'webhook-id': String(sent.at), 'webhook-timestamp': sent.id }, body };
  },
  'id and signature exchanged': sent => {
    const { headers, body } = genuine(sent);
    return { headers: { ...headers, 'webhook-id': headers['webhook-signature'] ?? '', 'webhook-signature': sent.id }, body };
  },
};

export function aSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function hmac(algorithm: string, key: Buffer, parts: readonly (string | Buffer)[]): Buffer {
  const made = createHmac(algorithm, key);
  for (const part of parts) made.update(part);
  return made.digest();
}

function digestOf(sent: Sent): Buffer {
  return hmac('sha256', keyOf(sent), signedPart(sent));
}

function signedPart(sent: Sent): (string | Buffer)[] {
  return sent.scheme === 'standard-webhooks' ? standardPart(sent) : [sent.body];
}

function standardPart({ id, at, body }: Sent): (string | Buffer)[] {
  return [`${id}.${at}.`, body];
}

function keyOf({ scheme, secret }: Sent): Buffer {
  return scheme === 'standard-webhooks' ? Buffer.from(secret.replace(/^whsec_/, ''), 'base64') : Buffer.from(secret);
}

function otherKey(sent: Sent): Buffer {
  return keyOf({ ...sent, scheme: sent.scheme === 'standard-webhooks' ? 'hmac-sha256' : 'standard-webhooks' });
}

function headersOf(sent: Sent, digest: Buffer): Record<string, string> {
  const signature = { [HEADER[sent.scheme]]: textOf(sent, digest) };
  return sent.scheme === 'standard-webhooks' ? { 'webhook-id': sent.id, 'webhook-timestamp': String(sent.at), ...signature } : signature;
}

/** Of `hmac-sha256` in hex and in base64, by turns. */
function textOf(sent: Sent, digest: Buffer): string {
  return prefix(sent) + digest.toString(sent.scheme === 'standard-webhooks' || sent.at % 2 === 0 ? 'base64' : 'hex');
}

function prefix({ scheme, at }: Sent): string {
  return scheme === 'standard-webhooks' ? 'v1,' : at % 3 === 0 ? 'sha256=' : '';
}

function signedWith(sent: Sent, digest: Buffer): Forgery {
  return { headers: headersOf(sent, digest), body: sent.body };
}

function withText(sent: Sent, change: (text: string) => string): Forgery {
  return withHeader(sent, HEADER[sent.scheme], change(textOf(sent, digestOf(sent))));
}

function withHeader(sent: Sent, name: string, value: string): Forgery {
  const { headers, body } = genuine(sent);
  return { headers: { ...headers, [name]: value }, body };
}

function without({ headers, body }: Forgery, name: string): Forgery {
  return { headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)), body };
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  const at = between(random, 0, bytes.length - 1);
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << between(random, 0, 7)), at);
  return changed;
}

/** One character is another, that is not the same in hex. */
function replaced(text: string, random: Random): string {
  const at = between(random, 0, text.length - 1);
  const other = random.pick(MARKS.filter(mark => mark.toLowerCase() !== text.charAt(at).toLowerCase()));
  return text.slice(0, at) + other + text.slice(at + 1);
}

/** As many bytes, one of them another. */
function almost(secret: string, random: Random): string {
  return `whsec_${flipped(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'), random).toString('base64')}`;
}

/** A whole number, both ends included. */
function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
