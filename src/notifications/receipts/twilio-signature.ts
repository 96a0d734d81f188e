import { createHmac, timingSafeEqual } from 'node:crypto';

/** What Twilio signed: the URL as it was given it, and the form it posts, in the order of the body. */
export interface TwilioSigned {
  url: string;
  parameters: readonly (readonly [name: string, value: string])[];
}

/**
 * Was it signed with one of the tokens? Twilio's rule (https://www.twilio.com/docs/usage/webhooks/webhooks-security): Base64 of
 * the HMAC-SHA1, with the account's auth token, over the whole URL followed by each parameter's name and value, sorted by name. A
 * name that comes more than once is followed by each of its values once, sorted, and Twilio is not consistent about the port: it
 * may sign with it or without (both facts by the library twilio 6.2.0, `validateRequest`).
 *
 * Compares every token and form of the URL, whatever came out before: how long it takes tells nothing.
 */
export function isSignedByTwilio(signature: string, signed: TwilioSigned, authTokens: readonly string[]): boolean {
  const given = Buffer.from(signature, 'utf8');
  const tail = sortedParameters(signed.parameters);
  let count = 0;
  for (const token of authTokens.filter(known => known !== '')) {
    for (const url of formsOf(signed.url)) {
      const expected = Buffer.from(createHmac('sha1', token).update(url, 'utf8').update(tail, 'utf8').digest('base64'), 'utf8');
      count += Number(given.length === expected.length && timingSafeEqual(given, expected));
    }
  }
  return count > 0;
}

/** As it is, without a port, and with the scheme's own where it names none. */
function formsOf(url: string): Set<string> {
  const parts = /^(https?):\/\/([^/?#:]+|\[[^\]]*\])(:\d+)?([/?#].*)?$/is.exec(url);
  if (!parts) return new Set([url]);
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const standardPort = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return new Set([url, `${scheme}://${host}${rest}`, `${scheme}://${host}${port ?? standardPort}${rest}`]);
}

function sortedParameters(parameters: TwilioSigned['parameters']): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of parameters) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values]
    .toSorted(([a], [b]) => byCodeUnits(a, b))
    .map(([name, own]) =>
      [...own]
        .toSorted(byCodeUnits)
        .map(value => name + value)
        .join(''),
    )
    .join('');
}

/** Upper case before lower, as Twilio sorts; no locale has a say in it. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
