import { smsSize } from './sms-segments.js';

describe('smsSize', () => {
  it.each([
    ['nothing', '', 'gsm-7', 0],
    ['one character', 'a', 'gsm-7', 1],
    ['160 letters', 'a'.repeat(160), 'gsm-7', 1],
    ['161 letters', 'a'.repeat(161), 'gsm-7', 2],
    ['306 letters', 'a'.repeat(306), 'gsm-7', 2],
    ['307 letters', 'a'.repeat(307), 'gsm-7', 3],
    ['letters of the alphabet that ASCII has not', 'ñÑéèàÅ'.repeat(20), 'gsm-7', 1],
    ['80 of the extension table, each of two septets', '€'.repeat(80), 'gsm-7', 1],
    ['81 of the extension table', '€'.repeat(81), 'gsm-7', 2],
    ['152 letters, a brace that does not fit the first, and more', `${'a'.repeat(152)}{${'a'.repeat(151)}`, 'gsm-7', 2],
    ['the same, and one letter too many', `${'a'.repeat(152)}{${'a'.repeat(152)}`, 'gsm-7', 3],
    ['letters it has not', 'ể', 'ucs-2', 1],
    ['a grave accent, which it has not either', '`', 'ucs-2', 1],
    ['70 Chinese characters', '医'.repeat(70), 'ucs-2', 1],
    ['71 Chinese characters', '医'.repeat(71), 'ucs-2', 2],
    ['134 Chinese characters', '医'.repeat(134), 'ucs-2', 2],
    ['135 Chinese characters', '医'.repeat(135), 'ucs-2', 3],
    ['35 emoji, each of two units', '😀'.repeat(35), 'ucs-2', 1],
    ['36 emoji', '😀'.repeat(36), 'ucs-2', 2],
    ['66 emoji: 33 to a segment, since none is cut', '😀'.repeat(66), 'ucs-2', 2],
    ['67 emoji: 134 units, but none is cut', '😀'.repeat(67), 'ucs-2', 3],
  ])('counts %s', (_, text, encoding, segments) => {
    expect(smsSize(text)).toEqual({ encoding, segments });
  });
});
