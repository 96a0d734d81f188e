import type { NotificationSettings, SmsSettings } from './facility.settings.js';
import { DEFAULT_NOTIFICATIONS, mergeNotifications, type ChannelChange, type NotificationsChange } from './notification-settings-rules.js';

const SID = `AC${'0'.repeat(32)}`;
const SMS: SmsSettings = { channel: 'sms', provider: 'twilio', baseUrl: 'https://api.twilio.com', accountSid: SID, from: '+15005550006' };
const VIBER = { channel: 'viber', baseUrl: 'https://chatapi.viber.com', senderName: 'Test' } as const;
const MESSENGER = { channel: 'messenger', baseUrl: 'https://graph.facebook.com', outsideWindow: 'never' } as const;
const LOG = { channel: 'log' } as const;
const PRESENT: NotificationSettings = {
  order: ['sms', 'viber'],
  channels: [SMS, VIBER],
  reminders: [{ minutesBefore: 60 }],
  quietHours: { from: '21:00', to: '07:00' },
  smsDailyCap: 500,
  testAddresses: [],
};
const ALLOWED = ['localhost:4010'];

const merge = (present: NotificationSettings, change: NotificationsChange): ReturnType<typeof mergeNotifications> =>
  mergeNotifications(present, change, ALLOWED);
const problems = (present: NotificationSettings, change: NotificationsChange): [string, string][] =>
  merge(present, change).errors.map(({ field, code }) => [field, code]);

describe('mergeNotifications', () => {
  const { testAddresses: _, ...settings } = PRESENT;

  it.each<[string, NotificationsChange, Partial<NotificationSettings>]>([
    ['nothing', {}, {}],
    ['undefined members', { order: undefined, channels: undefined, quietHours: undefined }, {}],
    ['the order', { order: ['viber'] }, { order: ['viber'] }],
    ['reminders, as the whole list', { reminders: [] }, { reminders: [] }],
    ['quiet hours cleared', { quietHours: null }, { quietHours: null }],
    ['the cap of SMS', { smsDailyCap: 9 }, { smsDailyCap: 9 }],
    ['the cap of SMS taken off', { smsDailyCap: null }, { smsDailyCap: null }],
    ['one end of the quiet hours', { quietHours: { to: '06:30' } }, { quietHours: { from: '21:00', to: '06:30' } }],
    ['a channel that is known, by its name alone', { channels: [{ channel: 'sms' }] }, { channels: [SMS] }],
    ['no channel at all', { channels: [] }, { channels: [] }],
    ['one field of a channel', { channels: [{ channel: 'sms', from: 'TESTHOSP' }] }, { channels: [{ ...SMS, from: 'TESTHOSP' }] }],
    ['the log beside a known one', { channels: [{ channel: 'viber' }, LOG] }, { channels: [VIBER, LOG] }],
    [
      'the same origin, written otherwise',
      { channels: [{ channel: 'viber', baseUrl: 'HTTPS://chatapi.viber.com:443/' }] },
      { channels: [VIBER] },
    ],
  ])('merges %s', (_name, change, merged) => {
    expect(merge(PRESENT, change)).toEqual({ settings: { ...settings, ...merged }, secrets: [], errors: [] });
  });

  it.each<[ChannelChange, NotificationSettings['channels'][number], [string, string][]]>([
    [{ channel: 'sms', accountSid: SID, authToken: 'token', from: '+15005550006' }, SMS, [['authToken', 'token']]],
    [{ channel: 'viber', authToken: 'token', senderName: 'Test' }, VIBER, [['authToken', 'token']]],
    [
      { channel: 'messenger', pageAccessToken: 'page', appSecret: 'app' },
      MESSENGER,
      [
        ['pageAccessToken', 'page'],
        ['appSecret', 'app'],
      ],
    ],
    [LOG, LOG, []],
    [
      { channel: 'viber', baseUrl: 'http://localhost:4010', authToken: 'token', senderName: 'Test' },
      { ...VIBER, baseUrl: 'http://localhost:4010' },
      [['authToken', 'token']],
    ],
  ])(
    'makes a new channel of %j, with the provider’s own origin unless another is given, and its credentials apart',
    (given, made, secrets) => {
      expect(merge(DEFAULT_NOTIFICATIONS, { channels: [given] })).toEqual({
        settings: { order: ['messenger', 'viber', 'sms'], channels: [made], reminders: [], quietHours: null, smsDailyCap: 10_000 },
        secrets: secrets.map(([name, value]) => ({ channel: given.channel, name, value })),
        errors: [],
      });
    },
  );

  it('takes one credential of two for a channel that has both', () => {
    const present = { ...DEFAULT_NOTIFICATIONS, channels: [MESSENGER] };

    expect(merge(present, { channels: [{ channel: 'messenger', appSecret: 'new' }] })).toMatchObject({
      secrets: [{ channel: 'messenger', name: 'appSecret', value: 'new' }],
      errors: [],
    });
  });

  it.each<[string, ChannelChange, string[]]>([
    ['SMS', { channel: 'sms' }, ['accountSid', 'from', 'authToken']],
    ['Viber', { channel: 'viber' }, ['senderName', 'authToken']],
    ['Messenger', { channel: 'messenger', appSecret: 'app' }, ['pageAccessToken']],
  ])('asks for what a new channel needs: %s', (_name, given, fields) => {
    expect(problems(DEFAULT_NOTIFICATIONS, { channels: [LOG, given] })).toEqual(
      fields.map(field => [`notifications.channels.1.${field}`, 'required']),
    );
  });

  it.each<[string, ChannelChange, string]>([
    ['another host', { channel: 'sms', baseUrl: 'https://other.example' }, 'authToken'],
    ['another port', { channel: 'viber', baseUrl: 'https://chatapi.viber.com:8443' }, 'authToken'],
    ['another account', { channel: 'sms', accountSid: `AC${'1'.repeat(32)}` }, 'authToken'],
  ])('sends kept credentials to none but those they were given for: %s', (_name, given, field) => {
    expect(problems(PRESENT, { channels: [given] })).toEqual([[`notifications.channels.0.${field}`, 'required']]);
    expect(problems(PRESENT, { channels: [{ ...given, authToken: 'new' } as ChannelChange] })).toEqual([]);
  });

  it('asks anew for the credentials of a channel that was taken off', () => {
    const present = { ...PRESENT, ...merge(PRESENT, { channels: [{ channel: 'viber' }] }).settings };

    expect(problems(present, { channels: [{ channel: 'viber' }, { channel: 'sms', accountSid: SID, from: 'TEST' }] })).toEqual([
      ['notifications.channels.1.authToken', 'required'],
    ]);
  });

  it.each([
    ['http://api.twilio.com', 'https-required'],
    ['https://api.twilio.com/2010-04-01', 'has-path'],
    ['https://api.twilio.com?a=1', 'has-path'],
    ['https://user:password@api.twilio.com', 'has-credentials'],
    ['https://localhost', 'host-not-public'],
    ['http://localhost:4011', 'host-not-public'],
    ['https://169.254.169.254', 'host-not-public'],
    ['ftp://api.twilio.com', 'scheme-not-allowed'],
    ['api.twilio.com', 'not-a-url'],
  ])('refuses the origin %s: %s', (baseUrl, code) => {
    const { errors } = merge(PRESENT, { channels: [{ channel: 'sms', baseUrl, authToken: 'token' }] });

    expect(errors).toMatchObject([{ field: 'notifications.channels.0.baseUrl', code }]);
    expect(JSON.stringify(errors)).not.toContain('password@');
  });

  it.each<[string, NotificationSettings, NotificationsChange, [string, string][]]>([
    ['without a beginning', DEFAULT_NOTIFICATIONS, { quietHours: { to: '07:00' } }, [['from', 'required']]],
    ['without an end', DEFAULT_NOTIFICATIONS, { quietHours: { from: '21:00' } }, [['to', 'required']]],
    ['of no length', PRESENT, { quietHours: { from: '07:00' } }, [['to', 'same-as-from']]],
  ])('refuses quiet hours %s', (_name, present, change, fields) => {
    expect(problems(present, change)).toEqual(fields.map(([field, code]) => [`notifications.quietHours.${field}`, code]));
  });

  it('never holds a credential in the settings', () => {
    const channels: ChannelChange[] = [{ channel: 'messenger', pageAccessToken: 'planted-page', appSecret: 'planted-app' }];

    expect(JSON.stringify(merge(PRESENT, { channels }).settings)).not.toContain('planted');
  });
});
