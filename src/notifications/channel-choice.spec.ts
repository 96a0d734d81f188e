import type { ChannelSettings, NotificationSettings } from '../facilities/facility.settings.js';
import { chooseChannel, type Address, type ChannelQuestion, type Reach } from './channel-choice.js';

const SMS: ChannelSettings = {
  channel: 'sms',
  provider: 'twilio',
  baseUrl: 'https://sms.example',
  accountSid: 'AC0',
  from: '+15005550006',
};
const VIBER: ChannelSettings = { channel: 'viber', baseUrl: 'https://viber.example', senderName: 'Test' };
const MESSENGER: ChannelSettings = { channel: 'messenger', baseUrl: 'https://messenger.example', outsideWindow: 'never' };

const anAddress = (channel: Address['channel'], overrides: Partial<Address & { isPrimary: boolean }> = {}) => ({
  channel,
  address: `${channel}-address`,
  addressIndex: `${channel}-index`,
  isOptedOut: false,
  lastInboundAt: null,
  isPrimary: false,
  ...overrides,
});

const PHONE = anAddress('sms', { addressIndex: 'phone-index' });

const settingsOf = (overrides: Partial<NotificationSettings> = {}): NotificationSettings => ({
  order: ['messenger', 'viber', 'sms'],
  channels: [SMS, VIBER, MESSENGER],
  reminders: [],
  quietHours: null,
  smsDailyCap: null,
  testAddresses: [],
  ...overrides,
});

const choose = (reach: Partial<Reach>, overrides: Partial<ChannelQuestion> = {}) =>
  chooseChannel({
    reach: { replyTo: null, addresses: [], phone: null, ...reach },
    settings: settingsOf(),
    status: 'live',
    refused: new Set(),
    isSmsSpent: false,
    isMessengerWindowOpen: lastInboundAt => lastInboundAt !== null,
    ...overrides,
  });

const chosenBy = (reach: Partial<Reach>, overrides: Partial<ChannelQuestion> = {}): string => {
  const choice = choose(reach, overrides);
  return choice.kind === 'chosen' ? `${choice.settings.channel} ${choice.address?.addressIndex ?? '-'}` : choice.verdict;
};

const ALL = [anAddress('sms'), anAddress('viber'), anAddress('messenger', { lastInboundAt: new Date(0) })];

describe('chooseChannel', () => {
  it.each<[string, Partial<Reach>, Partial<ChannelQuestion>, string]>([
    ['no SMS is left today', { phone: PHONE }, { isSmsSpent: true }, 'spend-cap'],
    ['no SMS is left, but another channel', { addresses: ALL, phone: PHONE }, { isSmsSpent: true }, 'messenger messenger-index'],
    [
      'what passes tomorrow goes before what was refused',
      { addresses: [anAddress('viber')], phone: PHONE },
      { isSmsSpent: true, refused: new Set(['viber|viber-index']) },
      'spend-cap',
    ],
    ['who has opted out is not reached tomorrow either', { phone: { ...PHONE, isOptedOut: true } }, { isSmsSpent: true }, 'opted-out'],
    ['the facility order decides', { addresses: ALL }, {}, 'messenger messenger-index'],
    [
      'another order decides otherwise',
      { addresses: ALL },
      { settings: settingsOf({ order: ['viber', 'sms', 'messenger'] }) },
      'viber viber-index',
    ],
    ['what the order leaves out goes last', { addresses: ALL }, { settings: settingsOf({ order: ['sms'] }) }, 'sms sms-index'],
    ['the primary address goes first', { addresses: [...ALL.slice(1), anAddress('sms', { isPrimary: true })] }, {}, 'sms sms-index'],
    [
      'who booked is answered where they asked',
      { addresses: ALL, replyTo: anAddress('viber', { addressIndex: 'mother' }) },
      {},
      'viber mother',
    ],
    ['a phone number will do for SMS', { phone: PHONE }, {}, 'sms phone-index'],
    ['an SMS address goes before the phone', { addresses: [anAddress('sms')], phone: PHONE }, {}, 'sms sms-index'],
    ['nowhere to write to', {}, {}, 'no-channel'],
    [
      'a channel that the facility has not',
      { addresses: [anAddress('viber')] },
      { settings: settingsOf({ channels: [SMS] }) },
      'no-channel',
    ],
    ['opted out', { phone: { ...PHONE, isOptedOut: true } }, {}, 'opted-out'],
    [
      'opted out of one, reached by another',
      { addresses: [anAddress('viber', { isOptedOut: true })], phone: PHONE },
      {},
      'sms phone-index',
    ],
    ['the window is closed', { addresses: [anAddress('messenger')] }, {}, 'outside-messenger-window'],
    ['the window is closed, and there is a phone', { addresses: [anAddress('messenger')], phone: PHONE }, {}, 'sms phone-index'],
    [
      'the window is closed, and a template is allowed',
      { addresses: [anAddress('messenger')] },
      { settings: settingsOf({ channels: [{ ...MESSENGER, outsideWindow: 'template' }] }) },
      'messenger messenger-index',
    ],
    ['one that refused goes to the next', { addresses: ALL }, { refused: new Set(['messenger|messenger-index']) }, 'viber viber-index'],
    ['the only one has refused', { phone: PHONE }, { refused: new Set(['sms|phone-index']) }, 'provider-refused'],
    [
      'another address of a channel that refused',
      { addresses: [anAddress('sms')], phone: PHONE },
      { refused: new Set(['sms|sms-index']) },
      'sms phone-index',
    ],
    ['the log takes whom nothing else reaches', {}, { settings: settingsOf({ channels: [{ channel: 'log' }] }) }, 'log -'],
    ['the log goes last', { phone: PHONE }, { settings: settingsOf({ channels: [{ channel: 'log' }, SMS] }) }, 'sms phone-index'],
    ['before it is live, the log takes all', { phone: PHONE }, { status: 'testing' }, 'log -'],
    [
      'before it is live, a test address is written to',
      { phone: PHONE },
      { status: 'draft', settings: settingsOf({ testAddresses: [{ channel: 'sms', index: 'phone-index', hint: '01' }] }) },
      'sms phone-index',
    ],
    ['a degraded facility is live', { phone: PHONE }, { status: 'degraded' }, 'sms phone-index'],
  ])('%s', (_title, reach, overrides, expected) => {
    expect(chosenBy(reach, overrides)).toBe(expected);
  });

  it('says of each channel why it was taken or not, each address once', () => {
    const primary = anAddress('messenger', { isPrimary: true });

    const { steps } = choose({ addresses: [primary, anAddress('viber')], phone: { ...PHONE, isOptedOut: true } });

    expect(steps.map(({ channel, rule }) => `${channel} ${rule}`)).toEqual([
      'messenger outside-messenger-window',
      'viber chosen',
      'sms not-needed',
      'log not-needed',
    ]);
  });
});
