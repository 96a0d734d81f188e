import { templateChoices, type OwnTemplate } from './template-choice.js';

const own = (locale: string, change: Partial<OwnTemplate> = {}): OwnTemplate => ({
  kind: 'booked',
  medium: 'sms',
  locale,
  text: `own ${locale}`,
  ...change,
});

describe('templateChoices', () => {
  it.each<[string, OwnTemplate[], (string | null)[], string, string[]]>([
    ['the hub’s, in the patient’s language', [], ['vi-VN'], 'fil', ['vi', 'fil', 'en']],
    ['the hub’s, in the facility’s language', [], [null], 'fil-PH', ['fil', 'en']],
    ['the hub’s in English, for want of all else', [], ['th'], 'zh-TW', ['en']],
    ['the facility’s own before the hub’s', [own('vi')], ['vi'], 'en', ['own vi', 'vi', 'en']],
    [
      'the hub’s in the patient’s language before the facility’s own in another',
      [own('fil')],
      ['vi'],
      'fil',
      ['vi', 'own fil', 'fil', 'en'],
    ],
    ['the facility’s own in a language the hub has not', [own('th')], ['th-TH'], 'en', ['own th', 'en']],
    ['none of another kind', [own('en', { kind: 'canceled' })], ['en'], 'en', ['en']],
    ['none of the other medium', [own('en', { medium: 'chat' })], ['en'], 'en', ['en']],
    ['the facility’s own in English before the hub’s, last', [own('en')], ['th'], 'th', ['own en', 'en']],
  ])('takes %s', (_, templates, wanted, facilityLocale, expected) => {
    const choices = templateChoices(templates, { kind: 'booked', medium: 'sms', wanted, facilityLocale });

    expect(choices.map(({ locale, isBuiltIn }) => (isBuiltIn ? locale : `own ${locale}`))).toEqual(expected);
  });
});
