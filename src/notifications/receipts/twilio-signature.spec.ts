import { createHmac } from 'node:crypto';
import { isSignedByTwilio, type TwilioSigned } from './twilio-signature.js';

/** The example of Twilio's documentation, and what it gives as its signature. */
const TOKEN = '12345';
const EXAMPLE: TwilioSigned = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  parameters: [
    ['To', '+18005551212'],
    ['CallSid', 'CA1234567890ABCDE'],
    ['From', '+14158675309'],
    ['Digits', '1234'],
    ['Caller', '+14158675309'],
  ],
};
const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

const sign = (text: string, token = TOKEN): string => createHmac('sha1', token).update(text, 'utf8').digest('base64');

describe('isSignedByTwilio', () => {
  it.each<[string, readonly string[]]>([
    ['its token', [TOKEN]],
    ['its token, the first of two', [TOKEN, 'other']],
    ['its token, the second of two', ['other', TOKEN]],
    ['its token beside an empty one', ['', TOKEN]],
  ])('takes the documented example with %s', (_, tokens) => {
    expect(isSignedByTwilio(SIGNATURE, EXAMPLE, tokens)).toBe(true);
  });

  it.each<[string, string, TwilioSigned, readonly string[]]>([
    ['another token', SIGNATURE, EXAMPLE, ['12346']],
    ['no token', SIGNATURE, EXAMPLE, []],
    ['no signature', '', EXAMPLE, [TOKEN]],
    ['a signature in other case', SIGNATURE.toLowerCase(), EXAMPLE, [TOKEN]],
    ['a signature cut short', SIGNATURE.slice(0, -1), EXAMPLE, [TOKEN]],
    ['a signature with a space', `${SIGNATURE} `, EXAMPLE, [TOKEN]],
    ['another URL', SIGNATURE, { ...EXAMPLE, url: EXAMPLE.url.replace('bar=2', 'bar=3') }, [TOKEN]],
    ['another scheme', SIGNATURE, { ...EXAMPLE, url: EXAMPLE.url.replace('https', 'http') }, [TOKEN]],
    ['a parameter less', SIGNATURE, { ...EXAMPLE, parameters: EXAMPLE.parameters.slice(1) }, [TOKEN]],
    ['a parameter more', SIGNATURE, { ...EXAMPLE, parameters: [...EXAMPLE.parameters, ['A', 'b']] }, [TOKEN]],
    ['the URL alone signed', sign(EXAMPLE.url), EXAMPLE, [TOKEN]],
    ['what an empty token has signed', sign(EXAMPLE.url, ''), { ...EXAMPLE, parameters: [] }, ['']],
  ])('refuses %s', (_, signature, signed, tokens) => {
    expect(isSignedByTwilio(signature, signed, tokens)).toBe(false);
  });

  it.each<[string, TwilioSigned['parameters'], string]>([
    ['none', [], ''],
    [
      'capitals before small letters',
      [
        ['b', '1'],
        ['a', '2'],
        ['B', '3'],
      ],
      'B3a2b1',
    ],
    [
      'a name twice: its values in order',
      [
        ['a', '2'],
        ['b', '3'],
        ['a', '1'],
      ],
      'a1a2b3',
    ],
    [
      'a name twice with one value: once',
      [
        ['a', '1'],
        ['a', '1'],
      ],
      'a1',
    ],
    [
      'no value',
      [
        ['a', ''],
        ['b', '1'],
      ],
      'ab1',
    ],
    [
      'other alphabets',
      [
        ['é', 'ñ'],
        ['z', '漢'],
      ],
      'z漢éñ',
    ],
  ])('signs the parameters by name: %s', (_, parameters, text) => {
    const url = 'https://hub.example.test/callback';

    expect(isSignedByTwilio(sign(url + text), { url, parameters }, [TOKEN])).toBe(true);
    expect(isSignedByTwilio(sign(`${url}${text}x`), { url, parameters }, [TOKEN])).toBe(false);
  });

  it.each<[given: string, ...signed: string[]]>([
    ['https://hub.test/a?b=1', 'https://hub.test/a?b=1', 'https://hub.test:443/a?b=1'],
    ['https://hub.test:443/a?b=1', 'https://hub.test/a?b=1', 'https://hub.test:443/a?b=1'],
    ['https://hub.test:8443/a', 'https://hub.test/a', 'https://hub.test:8443/a'],
    ['http://hub.test/a', 'http://hub.test/a', 'http://hub.test:80/a'],
    ['HTTPS://hub.test/a', 'HTTPS://hub.test/a', 'HTTPS://hub.test:443/a'],
    ['https://hub.test', 'https://hub.test', 'https://hub.test:443'],
    ['https://hub.test?a=:1', 'https://hub.test?a=:1', 'https://hub.test:443?a=:1'],
    ['https://hub.test#a', 'https://hub.test:443#a'],
    ['http://[::1]:3000/a', 'http://[::1]:3000/a', 'http://[::1]/a'],
    ['http://[::1]/a', 'http://[::1]/a', 'http://[::1]:80/a'],
    ['https://hub.test/a\nb', 'https://hub.test/a\nb', 'https://hub.test:443/a\nb'],
    ['not a url', 'not a url'],
  ])('knows %j whether its port was signed or not', (url, ...signed) => {
    expect(signed.map(text => isSignedByTwilio(sign(text), { url, parameters: [] }, [TOKEN]))).toEqual(signed.map(() => true));
  });

  it.each([
    ['https://hub.test/a', 'https://hub.test:80/a'],
    ['http://hub.test/a', 'http://hub.test:443/a'],
    ['https://hub.test:8443/a', 'https://hub.test:443/a'],
    ['https://hub.test/a:1', 'https://hub.test/a'],
    ['x https://hub.test:1/a', 'x https://hub.test/a'],
    ['ftp://hub.test:1/a', 'ftp://hub.test/a'],
    ['https://hub.test:x/a', 'https://hub.test/a'],
  ])('takes %j for no other than it is: not for %j', (url, signed) => {
    expect(isSignedByTwilio(sign(signed), { url, parameters: [] }, [TOKEN])).toBe(false);
  });
});
