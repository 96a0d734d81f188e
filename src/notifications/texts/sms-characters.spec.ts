import { plainForSms } from './sms-characters.js';

describe('plainForSms', () => {
  it.each([
    ['the space before PM', '3:05\u202FPM', '3:05 PM'],
    ['a no-break space', 'a\u00A0b', 'a b'],
    ['quotation marks', '‘a’ “b”', '\'a\' "b"'],
    ['dashes and dots', 'a – b — c…', 'a - b - c...'],
    ['what is not seen', 'a\u200Bb\uFEFF', 'ab'],
  ])('makes plain %s', (_, text, expected) => {
    expect(plainForSms(text)).toBe(expected);
  });

  it.each(['Señora Ñ, 10 €', '医院：您的预约', 'Bệnh viện', 'a\nb'])('leaves %j', text => {
    expect(plainForSms(text)).toBe(text);
  });
});
