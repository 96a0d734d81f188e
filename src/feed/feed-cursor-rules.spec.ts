import { cursorOfPosition, FEED_BEGINNING, positionOfCursor } from './feed-cursor-rules.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('positionOfCursor', () => {
  it.each([FEED_BEGINNING, 1n, 42n, 9_223_372_036_854_775_807n])('reads what cursorOfPosition made of %s', position => {
    expect(positionOfCursor(cursorOfPosition(position))).toBe(position);
  });

  it.each([
    ['nothing', ''],
    ['a bare number', '42'],
    ['a leading zero', encoded('042')],
    ['a sign', encoded('-1')],
    ['a fraction', encoded('1.5')],
    ['more than a bigint holds', encoded('9223372036854775808')],
    ['twenty digits', encoded('1'.repeat(20))],
    ['SQL', encoded('1 or 1=1')],
    ['padding', `${encoded('1')}=`],
    ['other bits of the same', 'MR'],
    ['characters of no alphabet', 'é!'],
    ['very much', 'M'.repeat(10_000)],
  ])('takes no %s', (_, cursor) => {
    expect(positionOfCursor(cursor)).toBeNull();
  });
});
