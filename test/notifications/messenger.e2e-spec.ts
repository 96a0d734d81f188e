import { inspect } from 'node:util';
import type { OutsideWindow } from '../../src/facilities/facility.settings.js';
import type { OutgoingMessage, SendOutcome } from '../../src/notifications/channels/channel-client.js';
import { MessengerClient } from '../../src/notifications/channels/messenger/messenger.client.js';
import { readMessengerCallback } from '../../src/notifications/receipts/messenger-callback.js';
import { startFakeMessenger, type FakeMessenger } from '../support/fake-messenger.js';
import type { Misbehavior } from '../support/fake-provider.js';
import { aCallbackUrl, aClient, aClosedPort, aMessage, NOW, SHORT_MS } from './a-channel.js';

const MARIA = '1254477777772919';
const INSIDE = new Date('2026-03-09T20:00:00Z');

describe('Messenger', () => {
  let messenger: FakeMessenger;
  let client: MessengerClient;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    messenger = await startFakeMessenger();
    messenger.now = () => new Date(NOW);
    messenger.people.set(MARIA, { lastWroteAt: INSIDE });
    const made = await aClient(MessengerClient, [messenger.host]);
    client = made.client;
    closers.push(messenger.close, made.close);
  });
  afterEach(async () => {
    await Promise.all(closers.splice(0).map(close => close()));
  });

  const send = async (
    overrides: Partial<OutgoingMessage> = {},
    outsideWindow: OutsideWindow = 'never',
    baseUrl = messenger.baseUrl,
  ): Promise<SendOutcome> => {
    const settings = { channel: 'messenger', baseUrl, outsideWindow } as const;
    const secrets = { pageAccessToken: messenger.pageAccessToken, appSecret: messenger.appSecret };
    const outcome = await client.send(aMessage({ address: MARIA, settings, secrets, lastInboundAt: INSIDE, ...overrides }));

    expect(inspect(outcome, { depth: 10 })).not.toMatch(/Planted|invented-page-token|invented-app-secret/);
    return outcome;
  };

  it('takes the text within 24 h of the last message, and the attempt goes with it', async () => {
    const outcome = await send();

    expect(messenger.sent).toMatchObject([
      { psid: MARIA, messagingType: 'UPDATE', tag: null, template: null, metadata: '0195f3a0-0000-7000-8000-000000000001' },
    ]);
    expect(outcome).toEqual({
      outcome: 'accepted',
      providerMessageId: messenger.sent[0]?.messageId,
      segments: null,
      httpStatus: 200,
    });
    expect(messenger.requests[0]?.path).toBe('/v26.0/me/messages');
  });

  it('takes an approved template outside', async () => {
    messenger.templates.set('appointment_booked/en', ['facility', 'date', 'time', 'phone']);

    expect(await send({ lastInboundAt: null }, 'template')).toMatchObject({ outcome: 'accepted' });
    expect(messenger.sent).toMatchObject([
      {
        messagingType: 'UTILITY',
        text: null,
        template: {
          name: 'appointment_booked',
          language: 'en',
          parameters: { facility: 'Invented Clinic', date: 'Thu, 12 Mar 2026', time: '14:00', phone: '+63 2 000 0001' },
        },
      },
    ]);
  });

  it.each<[string, string, string[]]>([
    ['is not approved', 'appointment_reminder/en', ['facility', 'date', 'time', 'phone']],
    ['is not approved in this language', 'appointment_booked/fil', ['facility', 'date', 'time', 'phone']],
    ['has other parameters', 'appointment_booked/en', ['facility', 'date']],
  ])('refuses a template that %s', async (_what, approved, parameters) => {
    messenger.templates.set(approved, parameters);

    expect(await send({ lastInboundAt: null }, 'template')).toMatchObject({
      outcome: 'refused',
      code: 'outside-messenger-window',
      providerCode: '100',
    });
    expect(messenger.sent).toEqual([]);
  });

  it('takes a tag where Meta still does', async () => {
    messenger.takesTags = true;

    expect(await send({ lastInboundAt: null }, 'tag')).toMatchObject({ outcome: 'accepted' });
    expect(messenger.sent).toMatchObject([{ messagingType: 'MESSAGE_TAG', tag: 'CONFIRMED_EVENT_UPDATE', template: null }]);
  });

  it('refuses a tag since they have ended', async () => {
    expect(await send({ lastInboundAt: null }, 'tag')).toMatchObject({
      outcome: 'refused',
      code: 'outside-messenger-window',
      providerCode: '100',
    });
  });

  it('is not asked outside where nothing is allowed', async () => {
    expect(await send({ lastInboundAt: null })).toEqual({
      outcome: 'refused',
      code: 'outside-messenger-window',
      providerCode: null,
      httpStatus: null,
    });
    expect(messenger.requests).toEqual([]);
  });

  it('has the last word on its window', async () => {
    messenger.people.set(MARIA, { lastWroteAt: new Date('2026-03-08T20:00:00Z') });

    expect(await send()).toMatchObject({ outcome: 'refused', code: 'outside-messenger-window', providerCode: '10/2018278' });
  });

  it.each<[string, Partial<OutgoingMessage>, object]>([
    ['to nobody', { address: '1' }, { code: 'invalid-address', providerCode: '100/2018001', httpStatus: 400 }],
    ['with a token that is none', { secrets: { pageAccessToken: 'stale' } }, { code: 'credentials-refused', providerCode: '190' }],
    ['that is empty', { text: '' }, { code: 'message-refused', providerCode: '100' }],
    ['without a token, before it is asked', { secrets: {} }, { code: 'credentials-refused', httpStatus: null }],
    ['of 2,000 characters, before it is asked', { text: 'x'.repeat(2_000) }, { code: 'message-refused', httpStatus: null }],
  ])('refuses a message %s', async (_what, overrides, refusal) => {
    expect(await send(overrides)).toMatchObject({ outcome: 'refused', ...refusal });
    expect(messenger.sent).toEqual([]);
  });

  it.each<[string, Misbehavior, object]>([
    [
      'its limit is reached',
      { kind: 'answers', status: 400, body: { error: { code: 613 } } },
      { code: 'provider-rate-limited', providerCode: '613' },
    ],
    [
      'it says until when',
      { kind: 'answers', status: 429, body: '', headers: { 'retry-after': '7' } },
      { code: 'provider-rate-limited', retryAfterSeconds: 7 },
    ],
    [
      'it is down for a moment',
      { kind: 'answers', status: 503, body: { error: { code: 2 } } },
      { code: 'provider-unavailable', providerCode: '2' },
    ],
  ])('may be asked again when %s', async (_what, misbehavior, retry) => {
    messenger.next(misbehavior);

    expect(await send()).toMatchObject({ outcome: 'retry', ...retry });
    expect(messenger.sent).toEqual([]);
  });

  it('may be asked again when nobody listens', async () => {
    const host = await aClosedPort();
    const made = await aClient(MessengerClient, [host]);
    closers.push(made.close);
    client = made.client;

    expect(await send({}, 'never', `http://${host}`)).toMatchObject({ outcome: 'retry', code: 'provider-unreachable' });
  });

  it.each<[string, Misbehavior, string, number]>([
    ['answers too late', { kind: 'lateTaken' }, 'provider-timeout', 1],
    ['never answers', { kind: 'hangs' }, 'provider-timeout', 0],
    ['resets after taking it', { kind: 'resetsTaken' }, 'connection-lost', 1],
    ['answers half', { kind: 'cutsTaken' }, 'invalid-answer', 1],
    ['answers a page, though it took it', { kind: 'htmlTaken', status: 200 }, 'invalid-answer', 1],
    ['answers 502', { kind: 'html', status: 502 }, 'provider-error', 0],
    ['answers without an id', { kind: 'answers', status: 200, body: { recipient_id: MARIA } }, 'invalid-answer', 0],
    ['has an error that it cannot name', { kind: 'answers', status: 500, body: { error: { code: 1 } } }, 'provider-error', 0],
  ])('leaves it unknown when it %s', async (_what, misbehavior, code, sent) => {
    messenger.whenTo(MARIA, misbehavior);

    expect(await send({ timeoutMs: misbehavior.kind === 'hangs' || misbehavior.kind === 'lateTaken' ? SHORT_MS : 5_000 })).toMatchObject({
      outcome: 'unknown',
      code,
    });
    expect(messenger.sent).toHaveLength(sent);
    expect(messenger.requests).toHaveLength(1);
  });

  it('tells by an echo that a message whose answer was lost was sent, and then what became of it', async () => {
    const callbacks = await aCallbackUrl();
    closers.push(callbacks.close);
    messenger.next({ kind: 'resetsTaken' });
    expect(await send()).toMatchObject({ outcome: 'unknown' });
    const [message] = messenger.sent;
    if (!message) throw new Error('nothing was sent');
    const at = new Date('2026-03-10T01:00:05Z');

    for (const body of [messenger.read(MARIA, at, at), messenger.delivery(MARIA, at, [message.messageId]), messenger.echo(message, at)])
      expect(await messenger.callBack(callbacks.url, body)).toBe(200);

    const until = { by: 'watermark', address: MARIA, until: at };
    const byId = { by: 'provider-id', providerMessageId: message.messageId };
    const byAttempt = { by: 'attempt', attemptId: '0195f3a0-0000-7000-8000-000000000001', providerMessageId: message.messageId };
    expect(callbacks.received.map(callback => readMessengerCallback({ ...callback, appSecret: messenger.appSecret }))).toEqual([
      { ok: true, receipts: [{ target: until, state: 'read', at, code: null }] },
      {
        ok: true,
        receipts: [
          { target: byId, state: 'delivered', at: null, code: null },
          { target: until, state: 'delivered', at: null, code: null },
        ],
      },
      { ok: true, receipts: [{ target: byAttempt, state: 'sent', at, code: null }] },
    ]);
    expect(callbacks.received.map(callback => readMessengerCallback({ ...callback, appSecret: 'another' }).ok)).toEqual(
      Array(3).fill(false),
    );
  });
});
