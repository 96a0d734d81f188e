import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { BlindIndex } from '../../src/crypto/blind-index.js';
import { ChannelSecretsService } from '../../src/facilities/channel-secrets.service.js';
import type { ChannelSettings } from '../../src/facilities/facility.settings.js';
import { ProviderCallbackTokens } from '../../src/facilities/provider-callback-tokens.js';
import { WebhookTokens } from '../../src/facilities/webhook-tokens.js';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { wholeDatabase } from '../support/whole-database.js';

const SID = `AC${'0'.repeat(32)}`;
const SMS = { channel: 'sms', accountSid: SID, authToken: 'planted-sms-token', from: '+15005550006' };
const VIBER = { channel: 'viber', authToken: 'planted-viber-token', senderName: 'Test Hospital' };
const MESSENGER = { channel: 'messenger', pageAccessToken: 'planted-page-token', appSecret: 'planted-app-secret' };

describe('How a facility writes to its patients', () => {
  let hub: TestHub;
  let other: TestHub;

  beforeAll(async () => {
    hub = await startHub({ config: { publicUrl: 'https://hub.example', upstreamAllowedHosts: ['127.0.0.1:4010'] } });
    other = await startHub({ besides: hub });
  });
  afterAll(async () => {
    await other.close();
    await hub.close();
  });

  const make = (notifications?: unknown): Promise<Answer> => hub.call('POST', '/facilities', aFacility({ notifications }));
  const patch = (id: string, notifications: unknown): Promise<Answer> => hub.call('PATCH', `/facilities/${id}`, { notifications });
  /** As a sender asks for them. */
  const secretsOf = (id: string, channel: ChannelSettings['channel'], { app }: TestHub = hub): Promise<Record<string, string>> =>
    asWorker(app.get(MikroORM).em, () => app.get(ChannelSecretsService).of({ id }, channel));
  const callbackUrl = (id: string, channel: string): string =>
    `https://hub.example/api/v1/provider-callbacks/${channel}/${hub.app.get(ProviderCallbackTokens).tokenOf(id)}`;

  it('writes to nobody until it is told how', async () => {
    const { body } = await make();

    expect(body.notifications).toEqual({
      order: ['messenger', 'viber', 'sms'],
      channels: [],
      reminders: [],
      quietHours: null,
      smsDailyCap: 10_000,
      testAddresses: [],
    });
  });

  it('shows all it was told but the secrets, and where each provider posts its receipts', async () => {
    const { status, body } = await make({
      order: ['sms', 'viber'],
      channels: [SMS, VIBER, MESSENGER, { channel: 'log' }],
      reminders: [{ minutesBefore: 1_440 }, { minutesBefore: 120 }],
      quietHours: { from: '21:00', to: '07:00' },
    });
    const read = await hub.call('GET', `/facilities/${body.id}`);

    expect(status).toBe(201);
    expect(body.notifications).toEqual({
      order: ['sms', 'viber'],
      channels: [
        {
          channel: 'sms',
          provider: 'twilio',
          baseUrl: 'https://api.twilio.com',
          accountSid: SID,
          from: '+15005550006',
          callbackUrl: callbackUrl(body.id, 'sms'),
        },
        { channel: 'viber', baseUrl: 'https://chatapi.viber.com', senderName: 'Test Hospital', callbackUrl: callbackUrl(body.id, 'viber') },
        {
          channel: 'messenger',
          baseUrl: 'https://graph.facebook.com',
          outsideWindow: 'never',
          callbackUrl: callbackUrl(body.id, 'messenger'),
        },
        { channel: 'log' },
      ],
      reminders: [{ minutesBefore: 1_440 }, { minutesBefore: 120 }],
      quietHours: { from: '21:00', to: '07:00' },
      smsDailyCap: 10_000,
      testAddresses: [],
    });
    expect(read.body.notifications).toEqual(body.notifications);
    expect(JSON.stringify([body, read.body])).not.toContain('planted');
  });

  it('keeps the credentials, sealed, for whoever sends', async () => {
    const { body } = await make({ channels: [SMS, MESSENGER, { channel: 'log' }] });

    expect(await secretsOf(body.id, 'sms')).toEqual({ authToken: 'planted-sms-token' });
    expect(await secretsOf(body.id, 'messenger')).toEqual({ pageAccessToken: 'planted-page-token', appSecret: 'planted-app-secret' });
    expect(await secretsOf(body.id, 'log')).toEqual({});
    expect(await secretsOf(body.id, 'viber')).toEqual({});
    expect(await wholeDatabase(hub.databaseUrl)).not.toContain('planted');
  });

  it('keeps what an entry leaves out, and forgets a channel that is in the list no more', async () => {
    const { body } = await make({ channels: [SMS, VIBER], reminders: [{ minutesBefore: 60 }] });

    const changed = await patch(body.id, { channels: [{ channel: 'sms', from: 'TESTHOSP' }, { channel: 'log' }] });

    expect(changed.body.notifications).toMatchObject({
      channels: [{ channel: 'sms', accountSid: SID, from: 'TESTHOSP' }, { channel: 'log' }],
      reminders: [{ minutesBefore: 60 }],
    });
    expect(await secretsOf(body.id, 'sms')).toEqual({ authToken: 'planted-sms-token' });
    expect(await secretsOf(body.id, 'viber')).toEqual({});
    const kinds = await hub.sql(`select kind from facility_secret where facility_id = $1 and kind like 'channel:%'`, [body.id]);
    expect(kinds).toEqual([{ kind: 'channel:sms:authToken' }]);
  });

  it('tells every copy of the hub of a new credential', async () => {
    const { body } = await make({ channels: [SMS] });
    expect(await secretsOf(body.id, 'sms', other)).toEqual({ authToken: 'planted-sms-token' });

    await patch(body.id, { channels: [{ channel: 'sms', authToken: 'planted-new-token' }] });

    expect(await secretsOf(body.id, 'sms')).toEqual({ authToken: 'planted-new-token' });
    await eventually(
      'the other copy has heard of it',
      async () => (await secretsOf(body.id, 'sms', other))['authToken'] === 'planted-new-token',
    );
  });

  it('sends no kept credential to another host', async () => {
    const { body } = await make({ channels: [SMS] });
    const baseUrl = 'http://127.0.0.1:4010';

    const refused = await patch(body.id, { channels: [{ channel: 'sms', baseUrl }] });
    const moved = await patch(body.id, { channels: [{ channel: 'sms', baseUrl, authToken: 'planted-other-token' }] });

    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'notifications.channels.0.authToken', code: 'required' }] } });
    expect(moved.body.notifications.channels).toMatchObject([{ baseUrl }]);
    expect(await secretsOf(body.id, 'sms')).toEqual({ authToken: 'planted-other-token' });
  });

  it('keeps of a test address what recognises it, as contacts’ addresses are recognised, and its last characters', async () => {
    const { body } = await make({
      testAddresses: [
        { channel: 'sms', address: '0917 000 4711' },
        { channel: 'sms', address: '+63 917 000 4711' },
        { channel: 'viber', address: 'planted-viber-id' },
      ],
    });
    const [row] = await hub.sql<{ addresses: unknown }>(`select notifications->'testAddresses' as addresses from facility where id = $1`, [
      body.id,
    ]);
    const index = hub.app.get(BlindIndex);

    expect(body.notifications.testAddresses).toEqual([
      { channel: 'sms', hint: '4711' },
      { channel: 'viber', hint: 'r-id' },
    ]);
    expect(row?.addresses).toEqual([
      { channel: 'sms', index: index.of(body.id, 'channel-address', 'sms|+639170004711'), hint: '4711' },
      { channel: 'viber', index: index.of(body.id, 'channel-address', 'viber|planted-viber-id'), hint: 'r-id' },
    ]);
  });

  it('leaves all as it was when one field is wrong', async () => {
    const { body } = await make({ channels: [SMS] });

    const refused = await patch(body.id, {
      order: ['viber'],
      channels: [{ channel: 'sms', authToken: 'planted-wrong' }, { channel: 'viber' }],
    });

    expect(refused.status).toBe(400);
    expect((await hub.call('GET', `/facilities/${body.id}`)).body.notifications).toEqual(body.notifications);
    expect(await secretsOf(body.id, 'sms')).toEqual({ authToken: 'planted-sms-token' });
  });

  it.each<[string, unknown, string, string]>([
    ['an unknown channel in the order', { order: ['fax'] }, 'order', 'is-in'],
    ['the log in the order', { order: ['log'] }, 'order', 'is-in'],
    ['an order that names one twice', { order: ['sms', 'sms'] }, 'order', 'array-unique'],
    ['an empty order', { order: [] }, 'order', 'array-min-size'],
    ['an order of null', { order: null }, 'order', 'is-array'],
    ['an unknown channel', { channels: [{ channel: 'fax' }] }, 'channels.0.channel', 'is-in'],
    ['a channel without a name', { channels: [{}] }, 'channels.0.channel', 'is-in'],
    ['a channel of null', { channels: [null] }, 'channels', 'is-object'],
    ['channels that are no list', { channels: SMS }, 'channels', 'is-array'],
    ['one channel twice', { channels: [SMS, SMS] }, 'channels', 'array-unique'],
    ['another channel’s field', { channels: [{ ...SMS, senderName: 'Test' }] }, 'channels.0.senderName', 'unknown-field'],
    ['a field of the log', { channels: [{ channel: 'log', authToken: 'planted' }] }, 'channels.0.authToken', 'unknown-field'],
    ['an unknown provider', { channels: [{ ...SMS, provider: 'pigeon' }] }, 'channels.0.provider', 'is-in'],
    ['an account that is none', { channels: [{ ...SMS, accountSid: 'AC0' }] }, 'channels.0.accountSid', 'matches'],
    ['a token with a space', { channels: [{ ...SMS, authToken: 'planted token' }] }, 'channels.0.authToken', 'matches'],
    ['a token of null', { channels: [{ ...SMS, authToken: null }] }, 'channels.0.authToken', 'matches'],
    ['a sender of twelve letters', { channels: [{ ...SMS, from: 'ABCDEFGHIJKL' }] }, 'channels.0.from', 'matches'],
    ['a sender of digits alone', { channels: [{ ...SMS, from: '12345' }] }, 'channels.0.from', 'matches'],
    ['a long Viber name', { channels: [{ ...VIBER, senderName: 'x'.repeat(29) }] }, 'channels.0.senderName', 'matches'],
    ['an origin with a path', { channels: [{ ...SMS, baseUrl: 'https://api.twilio.com/2010' }] }, 'channels.0.baseUrl', 'has-path'],
    ['a private provider', { channels: [{ ...SMS, baseUrl: 'http://127.0.0.1:4011' }] }, 'channels.0.baseUrl', 'host-not-public'],
    ['a missing credential', { channels: [{ ...VIBER, authToken: undefined }] }, 'channels.0.authToken', 'required'],
    ['an unknown way outside the window', { channels: [{ ...MESSENGER, outsideWindow: 'always' }] }, 'channels.0.outsideWindow', 'is-in'],
    ['a reminder at the start', { reminders: [{ minutesBefore: 0 }] }, 'reminders.0.minutesBefore', 'min'],
    ['a reminder of more than 14 days', { reminders: [{ minutesBefore: 20_161 }] }, 'reminders.0.minutesBefore', 'max'],
    ['one reminder twice', { reminders: [{ minutesBefore: 5 }, { minutesBefore: 5 }] }, 'reminders', 'array-unique'],
    ['six reminders', { reminders: [1, 2, 3, 4, 5, 6].map(minutesBefore => ({ minutesBefore })) }, 'reminders', 'array-max-size'],
    ['quiet hours of 24', { quietHours: { from: '24:00', to: '07:00' } }, 'quietHours.from', 'matches'],
    ['quiet hours of no length', { quietHours: { from: '07:00', to: '07:00' } }, 'quietHours.to', 'same-as-from'],
    ['a cap of no SMS at all', { smsDailyCap: 0 }, 'smsDailyCap', 'min'],
    ['a cap of half an SMS', { smsDailyCap: 1.5 }, 'smsDailyCap', 'is-int'],
    ['a cap beyond all', { smsDailyCap: 1_000_001 }, 'smsDailyCap', 'max'],
    ['a test phone that is none', { testAddresses: [{ channel: 'sms', address: 'planted' }] }, 'testAddresses.0.address', 'invalid-phone'],
    [
      'twenty-one test addresses',
      { testAddresses: Array.from({ length: 21 }, (_, i) => ({ channel: 'viber', address: `test-${i}` })) },
      'testAddresses',
      'array-max-size',
    ],
  ])('refuses %s', async (_, notifications, field, code) => {
    const refused = await make(notifications);

    expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    expect(refused.body.errors).toContainEqual({ field: `notifications.${field}`, code, message: expect.any(String) });
    expect(JSON.stringify(refused.body)).not.toContain('planted');
  });

  it.each(['+15005550006', 'TESTHOSP', 'Test Hosp 1', `MG${'a'.repeat(32)}`])('takes the sender %s', async from => {
    expect((await make({ channels: [{ ...SMS, from }] })).status).toBe(201);
  });

  it('gives each facility a token for its receipts that is none for its webhooks', async () => {
    const { id } = (await make()).body as { id: string };
    const [callbacks, webhooks] = [hub.app.get(ProviderCallbackTokens), hub.app.get(WebhookTokens)];

    expect(callbacks.facilityIdOf(callbacks.tokenOf(id))).toBe(id);
    expect(callbacks.facilityIdOf(webhooks.tokenOf(id))).toBeNull();
    expect(webhooks.facilityIdOf(callbacks.tokenOf(id))).toBeNull();
    expect(callbacks.facilityIdOf('x'.repeat(43))).toBeNull();
  });

  it('gives Meta its challenge back on a copy that has never heard of the facility', async () => {
    const { id } = (await make({ channels: [MESSENGER] })).body as { id: string };
    const { pathname } = new URL(callbackUrl(id, 'messenger'));
    const verifyToken = hub.app.get(ProviderCallbackTokens).tokenOf(id);
    const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '4711', 'hub.verify_token': verifyToken });

    const answer = await fetch(`${other.url}${pathname}?${query.toString()}`);

    expect([answer.status, await answer.text()]).toEqual([200, '4711']);
  });
});
