import { listedTemplates, type ListFilter } from './template-list.js';

const OWN = [
  { kind: 'booked', locale: 'en', medium: 'sms', text: 'own en' },
  { kind: 'booked', locale: 'th', medium: 'sms', text: 'own th' },
] as const;

describe('listedTemplates', () => {
  it.each<[string, ListFilter, number]>([
    ['all: five kinds, six languages, two media, and one language more', {}, 61],
    ['of a kind', { kind: 'canceled' }, 12],
    ['of a medium', { medium: 'chat' }, 30],
    ['of a language', { locale: 'vi' }, 10],
    ['of a language by another name', { locale: 'tl-PH' }, 10],
    ['of a language of the facility’s own', { locale: 'th' }, 1],
    ['of a language that there is not', { locale: 'zh-TW' }, 0],
  ])('lists %s', (_, filter, count) => {
    expect(listedTemplates(OWN, filter)).toHaveLength(count);
  });

  it('shows the facility’s own instead of the hub’s', () => {
    const shown = listedTemplates(OWN, { kind: 'booked', medium: 'sms' });

    expect(shown.map(({ locale, isBuiltIn }) => [locale, isBuiltIn])).toEqual([
      ['en', false],
      ['fil', true],
      ['id', true],
      ['ms', true],
      ['th', false],
      ['vi', true],
      ['zh-Hans', true],
    ]);
  });
});
