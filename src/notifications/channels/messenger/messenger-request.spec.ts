import type { MessengerSettings, OutsideWindow } from '../../../facilities/facility.settings.js';
import { messengerRequest } from './messenger-request.js';
import { templateLanguage, utilityTemplate } from './messenger-template.js';

const NOW = new Date('2026-03-10T01:00:00Z');
const INSIDE = new Date('2026-03-09T20:00:00Z');
const PARTS = { facility: 'Invented Clinic', date: 'Thu, 12 Mar 2026', time: '2:00\u202fPM', phone: '+63 2 000 0001' };

const settings = (outsideWindow: OutsideWindow): MessengerSettings => ({
  channel: 'messenger',
  baseUrl: 'https://graph.facebook.com',
  outsideWindow,
});

const aMessage = (lastInboundAt: Date | null, text = 'You are booked.') => ({
  attemptId: '0195f3a0-0000-7000-8000-000000000001',
  kind: 'booked' as const,
  locale: 'en-PH',
  text,
  parts: PARTS,
  address: '1254477777772919',
  lastInboundAt,
});

describe('messengerRequest', () => {
  it.each<OutsideWindow>(['template', 'tag', 'never'])(
    'sends the text itself within 24 h, whatever is allowed after (%s)',
    outsideWindow => {
      expect(messengerRequest(aMessage(INSIDE), settings(outsideWindow), NOW)).toEqual({
        kind: 'send',
        mode: 'window',
        body: {
          recipient: { id: '1254477777772919' },
          messaging_type: 'UPDATE',
          message: { text: 'You are booked.', metadata: '0195f3a0-0000-7000-8000-000000000001' },
        },
      });
    },
  );

  it('sends a utility template outside, where the facility has them', () => {
    expect(messengerRequest(aMessage(null), settings('template'), NOW)).toEqual({
      kind: 'send',
      mode: 'template',
      body: {
        recipient: { id: '1254477777772919' },
        messaging_type: 'UTILITY',
        message: {
          template: {
            name: 'appointment_booked',
            language: { code: 'en' },
            components: [
              {
                type: 'body',
                parameters: [
                  { type: 'text', parameter_name: 'facility', text: 'Invented Clinic' },
                  { type: 'text', parameter_name: 'date', text: 'Thu, 12 Mar 2026' },
                  { type: 'text', parameter_name: 'time', text: '2:00 PM' },
                  { type: 'text', parameter_name: 'phone', text: '+63 2 000 0001' },
                ],
              },
            ],
          },
          metadata: '0195f3a0-0000-7000-8000-000000000001',
        },
      },
    });
  });

  it('sends a tagged text outside, where the facility goes by tags', () => {
    expect(messengerRequest(aMessage(null), settings('tag'), NOW)).toMatchObject({
      mode: 'tag',
      body: { messaging_type: 'MESSAGE_TAG', tag: 'CONFIRMED_EVENT_UPDATE', message: { text: 'You are booked.' } },
    });
  });

  it('sends nothing outside, where nothing is allowed', () => {
    expect(messengerRequest(aMessage(null), settings('never'), NOW)).toEqual({ kind: 'refused', code: 'outside-messenger-window' });
  });

  it.each<[number, OutsideWindow, Date | null, string]>([
    [1_999, 'never', INSIDE, 'send'],
    [2_000, 'never', INSIDE, 'refused'],
    [2_000, 'tag', null, 'refused'],
    [2_000, 'template', null, 'send'],
  ])('a text of %i characters (%s): Meta takes less than 2,000, a template needs none', (length, outsideWindow, lastInboundAt, kind) => {
    expect(messengerRequest(aMessage(lastInboundAt, 'x'.repeat(length)), settings(outsideWindow), NOW).kind).toBe(kind);
  });
});

describe('utilityTemplate', () => {
  it.each([
    ['booked', 'appointment_booked'],
    ['rescheduled', 'appointment_rescheduled'],
    ['canceled', 'appointment_canceled'],
    ['notBooked', 'appointment_not_booked'],
    ['reminder', 'appointment_reminder'],
  ] as const)('%s is told by %s', (kind, name) => {
    expect(utilityTemplate(kind, 'en', PARTS).name).toBe(name);
  });

  it.each([
    ['no time yet', { ...PARTS, time: null }, 'appointment_booked_no_time', ['facility', 'phone']],
    ['neither date nor time', { ...PARTS, date: null, time: null }, 'appointment_booked_no_time', ['facility', 'phone']],
    ['no phone', { ...PARTS, phone: null }, 'appointment_booked_no_phone', ['facility', 'date', 'time']],
    ['neither', { ...PARTS, date: null, time: null, phone: null }, 'appointment_booked_no_time_no_phone', ['facility']],
  ])('%s: a template of its own, for no parameter may be empty', (_what, parts, name, parameters) => {
    const template = utilityTemplate('booked', 'en', parts);

    expect(template.name).toBe(name);
    expect(template.components[0]?.parameters.map(p => p.parameter_name)).toEqual(parameters);
  });
});

describe('templateLanguage', () => {
  it.each([
    ['en', 'en'],
    ['en-PH', 'en'],
    ['fil', 'fil'],
    ['fil-PH', 'fil'],
    ['tl', 'fil'],
    ['id', 'id'],
    ['ms-MY', 'ms'],
    ['vi', 'vi'],
    ['zh-Hans', 'zh_CN'],
    ['zh', 'zh_CN'],
    ['zh-SG', 'zh_CN'],
    ['zh-Hant', 'zh_TW'],
    ['zh-TW', 'zh_TW'],
  ])('%s is %s', (locale, code) => {
    expect(templateLanguage(locale)).toBe(code);
  });
});
