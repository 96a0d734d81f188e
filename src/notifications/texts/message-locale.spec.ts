import { builtInLocaleFor, localeSteps, ownLocaleFor, plainLocale } from './message-locale.js';

describe('builtInLocaleFor', () => {
  it.each([
    ['en', 'en'],
    ['en-PH', 'en'],
    ['EN-us', 'en'],
    ['fil-PH', 'fil'],
    ['tl', 'fil'],
    ['tl-PH', 'fil'],
    ['id-ID', 'id'],
    ['in', 'id'],
    ['in-ID', 'id'],
    ['ms-MY', 'ms'],
    ['ms-SG', 'ms'],
    ['ms-Arab', null],
    ['vi-VN', 'vi'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-Hans-SG', 'zh-Hans'],
    ['cmn', 'zh-Hans'],
    ['zh-TW', null],
    ['zh-HK', null],
    ['zh-Hant', null],
    ['zh-Hant-SG', null],
    ['en-u-hc-h23', 'en'],
    ['th', null],
    ['und', null],
    ['', null],
    ['en_US', null],
    ['not a tag', null],
  ])('%j is answered in %s', (tag, expected) => {
    expect(builtInLocaleFor(tag)).toBe(expected);
  });
});

describe('ownLocaleFor', () => {
  it.each([
    ['the same', 'fil-PH', ['fil', 'fil-PH'], 'fil-PH'],
    ['the more general', 'en-PH', ['en', 'en-SG'], 'en'],
    ['the nearest of the more general', 'zh-Hans-SG', ['zh', 'zh-Hans'], 'zh-Hans'],
    ['another region’s, for want of a better', 'en-PH', ['fil', 'en-SG'], 'en-SG'],
    ['the general, by another name', 'tl', ['fil-PH'], 'fil-PH'],
    ['none in another script', 'zh-TW', ['zh-CN', 'zh-Hans'], null],
    ['none in another language', 'th', ['en', 'fil'], null],
    ['none of a longer name', 'en', ['enm'], null],
    ['none for no tag', 'not a tag', ['en'], null],
    ['none of none', 'en', [], null],
  ])('takes %s', (_, tag, available, expected) => {
    expect(ownLocaleFor(tag, available)).toBe(expected);
  });
});

describe('localeSteps', () => {
  it.each([
    [['vi'], 'fil', ['vi', 'fil', 'en']],
    [[null], 'fil', ['fil', 'en']],
    [['th', null, 'vi'], 'en', ['th', 'vi', 'en']],
    [[], 'id', ['id', 'en']],
  ])('tries %j at a facility of %s as %j', (wanted, facility, expected) => {
    expect(localeSteps(wanted, facility)).toEqual(expected);
  });
});

describe('plainLocale', () => {
  it.each([
    ['FIL-ph', 'fil-PH'],
    ['in', 'id'],
    ['en-u-hc-h23', 'en'],
    ['en_US', null],
  ])('%s is %s', (tag, expected) => {
    expect(plainLocale(tag)).toBe(expected);
  });
});
