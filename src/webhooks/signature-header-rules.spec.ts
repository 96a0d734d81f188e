import { createHash } from 'node:crypto';
import { headerOf, plainDigests, standardDigests, type DeliveryHeaders } from './signature-header-rules.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const [A, B] = [digest('a'), digest('b')];
const [BASE64, HEX] = [A.toString('base64'), A.toString('hex')];
/** As many signatures as are looked at. */
const MOST = 16;
const LONGEST = 4_096;

describe('standardDigests', () => {
  it.each<[string, string, Buffer[]]>([
    ['one', `v1,${BASE64}`, [A]],
    ['two', `v1,${BASE64} v1,${B.toString('base64')}`, [A, B]],
    ['spaces around and between', `  v1,${BASE64}   v1,${B.toString('base64')} `, [A, B]],
    ['another version beside it', `v2,anything v1a,${BASE64} v1,${BASE64}`, [A]],
    ['other versions alone', 'v2,anything', []],
    ['a version of sixteen characters', `${'v'.repeat(16)},x`, []],
    ['a v1 that is no digest beside one that is', `v1,short v1,${BASE64}`, [A]],
    ['no version beside one', `${BASE64} v1,${BASE64}`, [A]],
    ['as many as may be', `v1,${BASE64} `.repeat(MOST), Array<Buffer>(MOST).fill(A)],
    ['as long as may be', `v1,${BASE64} v2,${'x'.repeat(LONGEST - 51)}`, [A]],
  ])('reads %s', (_, value, digests) => {
    expect(standardDigests(value)).toEqual(digests);
  });

  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['no version', BASE64],
    ['an empty version', `,${BASE64}`],
    ['a version of seventeen characters', `${'v'.repeat(17)},x`],
    ['a version with a mark', `v-1,${BASE64}`],
    ['a version that has something before it', `!v1,${BASE64}`],
    ['a version without a digest', 'v1,'],
    ['a digest in hex', `v1,${HEX}`],
    ['a digest of 31 bytes', `v1,${A.subarray(1).toString('base64')}`],
    ['a digest of 33 bytes', `v1,${Buffer.concat([A, A.subarray(0, 1)]).toString('base64')}`],
    ['a digest without its padding', `v1,${BASE64.slice(0, -1)}`],
    ['a digest with something before it', `v1,=${BASE64}`],
    ['a digest with something after it', `v1,${BASE64}=`],
    ['a digest in the other base64', `v1,${'-'.repeat(43)}=`],
    // The last digit of 43 has two bits that no byte takes.
    ['a digest with bits after its last byte', `v1,${'A'.repeat(42)}B=`],
    ['one more than may be', `v1,${BASE64} `.repeat(MOST + 1)],
    ['one character more than may be', `v1,${BASE64} v2,${'x'.repeat(LONGEST - 50)}`],
  ])('refuses %s', (_, value) => {
    expect(standardDigests(value)).toBeNull();
  });
});

describe('plainDigests', () => {
  it.each<[string, string, Buffer[]]>([
    ['hex', HEX, [A]],
    ['hex in capitals', HEX.toUpperCase(), [A]],
    ['base64', BASE64, [A]],
    ['a prefix in any case', `sha256=${HEX} SHA256=${BASE64}`, [A, A]],
    ['a list with commas, spaces or both', `${HEX},${BASE64} ${B.toString('hex')}, ${HEX}`, [A, A, B, A]],
    ['commas around', `,,${HEX},`, [A]],
    ['the good ones of several', `t=1,${HEX},v2=x`, [A]],
    ['as many as may be', Array<string>(MOST).fill(HEX).join(','), Array<Buffer>(MOST).fill(A)],
    ['nothing', '', []],
    ['no digest', 'secret', []],
    ['another algorithm', `sha512=${HEX}`, []],
    ['the prefix after something else', `xsha256=${HEX}`, []],
    ['the prefix twice', `sha256=sha256=${HEX}`, []],
    ['a digit more', `${HEX}0`, []],
    ['a digit before', `0${HEX}`, []],
    ['a digit less', HEX.slice(1), []],
    ['a digit that is none', `g${HEX.slice(1)}`, []],
  ])('reads %s', (_, value, digests) => {
    expect(plainDigests(value)).toEqual(digests);
  });

  it.each([
    [
      'one more than may be',
      Array<string>(MOST + 1)
        .fill(HEX)
        .join(','),
    ],
    ['one character more than may be', `${HEX},${'x'.repeat(LONGEST - 64)}`],
  ])('refuses %s', (_, value) => {
    expect(plainDigests(value)).toBeNull();
  });

  it('reads a list as long as may be', () => {
    expect(plainDigests(`${HEX},${'x'.repeat(LONGEST - 65)}`)).toEqual([A]);
  });
});

describe('headerOf', () => {
  const headers: DeliveryHeaders = { 'x-signature': ' abc ', 'x-list': ['a', 'b'], 'x-none': undefined, 'x-empty': [] };

  it.each([
    ['x-signature', ' abc '],
    ['X-Signature', ' abc '],
    ['X-List', 'a, b'],
    ['x-none', ''],
    ['x-empty', ''],
    ['x-other', ''],
    ['constructor', ''],
    ['toString', ''],
  ])('reads %s as %j', (name, value) => {
    expect(headerOf(headers, name)).toBe(value);
  });
});
