import { NOTIFICATION_KINDS } from '../../notification-state.js';
import { allFacts } from '../all-facts.js';
import type { MessageFacts } from '../message-facts.js';
import { renderMessage } from '../message-format.js';
import { BUILT_IN_LOCALES, type BuiltInLocale } from '../message-locale.js';
import { smsSize } from '../sms-segments.js';
import { templateFault } from '../template-rules.js';
import { BUILT_IN_TEXTS } from './built-in-texts.js';

const FULL: MessageFacts = {
  facility: 'Test General Hospital Manila',
  calendar: 'Dr. Testa Inventada',
  appointmentType: 'Oncology follow-up',
  // A Wednesday in September: the longest of most languages.
  start: new Date('2026-09-30T06:30:00Z'),
  zone: 'Asia/Manila',
  phone: '+63917 000 0001',
  change: 'chat',
};
const CASES = BUILT_IN_LOCALES.flatMap(locale => NOTIFICATION_KINDS.map(kind => ({ locale, kind })));
const HOLE = /[{}]|undefined|null|NaN|Invalid| {2}| [.,:;?!。，：]|[:,]\s*(\n|$)|\n{3}|[（(]\s*[)）]|\.\.|^\s|\s$/;

const render = (locale: BuiltInLocale, kind: (typeof NOTIFICATION_KINDS)[number], medium: 'chat' | 'sms', facts: MessageFacts): string =>
  renderMessage(BUILT_IN_TEXTS[locale][kind][medium], locale, medium, facts).text;

describe('The built-in texts', () => {
  it.each(CASES)('of $kind in $locale have no hole, whatever is known', ({ locale, kind }) => {
    for (const medium of ['chat', 'sms'] as const) {
      expect(templateFault(BUILT_IN_TEXTS[locale][kind][medium], locale, medium, FULL)).toBeNull();
      for (const facts of allFacts(FULL)) expect(render(locale, kind, medium, facts)).not.toMatch(HOLE);
    }
  });

  it.each(CASES)('of $kind in $locale name facility, date, time and phone where they are known', ({ locale, kind }) => {
    for (const medium of ['chat', 'sms'] as const) {
      for (const facts of allFacts(FULL).filter(({ change }) => medium === 'sms' || change === 'call')) {
        const text = render(locale, kind, medium, facts);
        expect(text).toContain(FULL.facility);
        expect(text.includes('2026')).toBe(facts.start !== null);
        expect(/(2[:.]30|14[:.]30)/.test(text)).toBe(facts.start !== null);
        expect(text.includes('+63917 000 0001')).toBe(facts.phone !== null);
      }
    }
  });

  it.each(CASES)('of $kind in $locale name calendar and type in a chat, never in an SMS', ({ locale, kind }) => {
    const chat = render(locale, kind, 'chat', FULL);

    expect(chat).toContain('Dr. Testa Inventada');
    expect(chat).toContain('Oncology follow-up');
    for (const facts of allFacts(FULL)) expect(render(locale, kind, 'sms', facts)).not.toMatch(/Inventada|Oncology/);
  });

  it.each(CASES)('of $kind in $locale make one or two SMS, in GSM-7 where the language has its letters', ({ locale, kind }) => {
    const encoding = locale === 'vi' || locale === 'zh-Hans' ? 'ucs-2' : 'gsm-7';

    for (const facts of allFacts(FULL)) {
      const size = smsSize(render(locale, kind, 'sms', facts));
      expect(size.encoding).toBe(encoding);
      expect(size.segments).toBeLessThanOrEqual(2);
    }
  });

  it.each(CASES.filter(({ kind }) => ['booked', 'rescheduled', 'reminder'].includes(kind)))(
    'of $kind in $locale say in a chat how to change it, each way in its own words',
    ({ locale, kind }) => {
      const ways = (['chat', 'call', 'handover', 'none'] as const).map(change => render(locale, kind, 'chat', { ...FULL, change }));

      expect(new Set(ways).size).toBe(4);
    },
  );

  it.each(BUILT_IN_LOCALES)('in %s are written in composed characters', locale => {
    const all = JSON.stringify(BUILT_IN_TEXTS[locale]);

    expect(all).toBe(all.normalize('NFC'));
  });

  it('read as a person would say it', () => {
    const unknown = { ...FULL, start: null, phone: null };

    expect(render('en', 'booked', 'chat', FULL).replace(/\u202F/g, ' ')).toBe(
      'Your appointment at Test General Hospital Manila is booked.\n\nDate: Wednesday, September 30, 2026\nTime: 2:30 PM\nFor: Oncology follow-up\nWith: Dr. Testa Inventada\n\nTo reschedule or cancel, reply here.',
    );
    expect(render('en', 'rescheduled', 'sms', unknown)).toBe(
      'Test General Hospital Manila: your appointment has been moved. The hospital will confirm the time. Questions or changes: contact the hospital.',
    );
    expect(render('en', 'canceled', 'sms', FULL)).toBe(
      'Test General Hospital Manila: your appointment on Wednesday, September 30, 2026 at 2:30 PM has been canceled. To book again: call +63917 000 0001.',
    );
  });
});
