import { bodySignatureProblem } from './body-signature.js';

/** RFC 4231, 4.3 (test case 2). */
const SECRET = 'Jefe';
const BODY = Buffer.from('what do ya want for nothing?');
const DIGEST = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

const problemOf = (value: string | string[] | undefined, prefix: '' | 'sha256=' = '', secret = SECRET, body = BODY): string | null =>
  bodySignatureProblem({ body, headers: { 'x-signature': value } }, secret, 'x-signature', prefix);

describe('bodySignatureProblem', () => {
  it('is none for the vector of RFC 4231', () => {
    expect(problemOf(DIGEST)).toBeNull();
    expect(problemOf(DIGEST.toUpperCase())).toBeNull();
    expect(problemOf(`sha256=${DIGEST}`, 'sha256=')).toBeNull();
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
  ])('%s is a missing signature', (_what, value) => {
    expect(problemOf(value)).toBe('missing-signature');
  });

  it.each<[string, string | null]>([
    ['one digit more', problemOf(`${DIGEST}0`)],
    ['one digit less', problemOf(DIGEST.slice(1))],
    ['another digit', problemOf(DIGEST.replace(/^5/, '6'))],
    ['no hex', problemOf('z'.repeat(64))],
    ['a prefix where there is none', problemOf(`sha256=${DIGEST}`)],
    ['no prefix where there is one', problemOf(DIGEST, 'sha256=')],
    ['the prefix of the older algorithm', problemOf(`sha1=${DIGEST}`, 'sha256=')],
    ['another prefix of the same length', problemOf(`sha512=${DIGEST}`, 'sha256=')],
    ['two of them', problemOf([DIGEST, DIGEST])],
    ['two of them, joined', problemOf(`${DIGEST}, ${DIGEST}`)],
    ['another secret', problemOf(DIGEST, '', 'jefe')],
    ['another body', problemOf(DIGEST, '', SECRET, Buffer.from('what do ya want for nothing'))],
    // HMAC-SHA256 of nothing with the empty key, as everybody can make it.
    ['an empty secret', problemOf('b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad', '', '', Buffer.alloc(0))],
  ])('%s does not match', (_what, problem) => {
    expect(problem).toBe('no-matching-signature');
  });
});
