import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Test } from '@nestjs/testing';
import { CommonModule } from '../../src/common/common.module.js';
import type { SmsSettings } from '../../src/facilities/facility.settings.js';
import type { OutgoingMessage } from '../../src/notifications/channels/channel-client.js';
import { TwilioClient } from '../../src/notifications/channels/sms/twilio.client.js';
import { readTwilioCallback } from '../../src/notifications/receipts/twilio-callback.js';
import type { CallbackReading } from '../../src/notifications/receipts/receipt.js';
import { DEFAULT_SCHEDULER_LIMITS } from '../../src/schedulers/scheduler.options.js';
import { SchedulersModule } from '../../src/schedulers/schedulers.module.js';
import { TracingModule } from '../../src/tracing/tracing.module.js';
import { eventually } from '../support/eventually.js';
import { startFakeTwilio, type FakeTwilio } from '../support/fake-twilio.js';
import type { TwilioBehaviour } from '../support/twilio-behaviour.js';
import type { TwilioSms } from '../support/twilio-resources.js';

const ATTEMPT = '0195f0a0-0000-7000-8000-000000000001';
const TO = '+639170000001';
const SERVICE = `MG${'0a1b'.repeat(8)}`;
const TEXT = 'Sample Clinic: your appointment is on Mon 9 Mar, 09:30. To change it, call +6328000000.';
/** For what is meant to run into its deadline; all else has long enough on a busy machine. */
const SHORT_MS = 300;
const TIMEOUT_MS = 5_000;

let twilio: FakeTwilio;
let client: TwilioClient;
let close: () => Promise<void>;
let since: Date;

beforeEach(async () => {
  twilio = await startFakeTwilio();
  const options = { ...DEFAULT_SCHEDULER_LIMITS, allowedHosts: [twilio.host] };
  const imports = [CommonModule, TracingModule.register(undefined), SchedulersModule.register(options)];
  const module = await Test.createTestingModule({ imports, providers: [TwilioClient] }).compile();
  client = module.get(TwilioClient);
  close = () => module.close();
  since = new Date();
});
afterEach(async () => {
  await close();
  await twilio.close();

  expect(twilio.mismatches).toEqual([]);
});

function aMessage(overrides: Partial<OutgoingMessage> = {}, settings: Partial<SmsSettings> = {}): OutgoingMessage {
  return {
    attemptId: ATTEMPT,
    kind: 'booked',
    locale: 'en',
    text: TEXT,
    parts: { facility: 'Sample Clinic', date: 'Mon 9 Mar', time: '09:30', phone: '+6328000000' },
    address: TO,
    settings: {
      channel: 'sms',
      provider: 'twilio',
      baseUrl: twilio.baseUrl,
      accountSid: twilio.accountSid,
      from: '+12025550100',
      ...settings,
    },
    secrets: { authToken: twilio.authToken },
    callbackUrl: 'https://hub.example.org/api/v1/provider-callbacks/sms/tok-123',
    lastInboundAt: null,
    timeoutMs: TIMEOUT_MS,
    ...overrides,
  };
}

const theOnly = (): TwilioSms => {
  const [sms, ...more] = twilio.sent;
  if (!sms || more.length > 0) throw new Error(`${twilio.sent.length} messages were taken, not one.`);
  return sms;
};

describe('a message that Twilio takes', () => {
  it('has its id, and asks for receipts that name the attempt', async () => {
    const outcome = await client.send(aMessage());

    const sms = theOnly();
    expect(outcome).toEqual({ outcome: 'accepted', providerMessageId: sms.sid, segments: 1, httpStatus: 201 });
    expect(sms).toMatchObject({
      to: TO,
      from: '+12025550100',
      messagingServiceSid: null,
      body: TEXT,
      statusCallback: `https://hub.example.org/api/v1/provider-callbacks/sms/tok-123?attempt=${ATTEMPT}`,
    });
    expect(twilio.requests).toHaveLength(1);
    expect(twilio.requests[0]?.url.search).toBe('');
  });

  it.each([
    ['Chinese', '示例诊所：您的预约时间为3月9日09:30。', 1],
    ['Vietnamese', 'Phòng khám Mẫu: lịch hẹn của bạn là 09:30 thứ Hai, ngày 9 tháng 3.', 1],
    ['emoji and signs that forms treat apart', 'a+b & c=d % 100 ; “quoted” 👋🏽\nnext line', 1],
    ['1,600 characters', 'x'.repeat(1_600), 11],
    ['1,600 that are no GSM-7', '预'.repeat(1_600), 24],
  ])('holds %s, whole', async (_what, text, segments) => {
    const outcome = await client.send(aMessage({ text }));

    expect(outcome).toMatchObject({ outcome: 'accepted', segments });
    expect(theOnly().body).toBe(text);
  });

  it.each(['SampleClinc', '12345', '+639170000099'])('comes from %s', async from => {
    await client.send(aMessage({}, { from }));

    expect(theOnly()).toMatchObject({ from, messagingServiceSid: null });
  });

  it('comes from a messaging service, which does not know the segments yet', async () => {
    const outcome = await client.send(aMessage({}, { from: SERVICE }));

    expect(theOnly()).toMatchObject({ from: null, messagingServiceSid: SERVICE, status: 'accepted' });
    expect(outcome).toMatchObject({ outcome: 'accepted', segments: null });
  });

  it('is refused where it failed at once', async () => {
    twilio.next({ kind: 'status', status: 'failed', errorCode: 30007 });

    expect(await client.send(aMessage())).toEqual({
      outcome: 'refused',
      code: 'message-refused',
      providerCode: '30007',
      httpStatus: 201,
    });
  });
});

describe('a message that Twilio does not take', () => {
  it.each([
    ['invalid-address', 21211, 400],
    ['not-reachable', 21408, 400],
    ['not-reachable', 21612, 400],
    ['not-reachable', 21614, 400],
    ['not-reachable', 21635, 400],
    ['opted-out', 21610, 400],
    ['message-refused', 21606, 400],
    ['message-refused', 21659, 400],
    ['credentials-refused', 20005, 403],
  ])('is refused as %s with %s', async (code, providerCode, httpStatus) => {
    twilio.at(TO, { kind: 'error', code: providerCode });

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'refused', code, providerCode: String(providerCode), httpStatus });
    expect(twilio.sent).toEqual([]);
  });

  it.each([
    ['is too long', { text: 'x'.repeat(1_601) }, {}, 'message-refused', '21617'],
    ['has no text', { text: ' ' }, {}, 'message-refused', '21602'],
    ['goes to its own sender', { address: '+12025550100' }, {}, 'message-refused', '21266'],
    ['has a key that is not the account’s', { secrets: { authToken: 'another' } }, {}, 'credentials-refused', '20003'],
    ['is of another account', {}, { accountSid: `AC${'0'.repeat(32)}` }, 'credentials-refused', '20003'],
  ])('is refused where it %s', async (_why, message, settings, code, providerCode) => {
    expect(await client.send(aMessage(message, settings))).toMatchObject({ outcome: 'refused', code, providerCode });
    expect(twilio.sent).toEqual([]);
  });

  it('is not tried where the facility has no key', async () => {
    const outcome = await client.send(aMessage({ secrets: {} }));

    expect(outcome).toEqual({ outcome: 'refused', code: 'credentials-refused', providerCode: null, httpStatus: null });
    expect(twilio.requests).toEqual([]);
  });

  it.each<[TwilioBehaviour, string | null, number | null, number]>([
    [{ kind: 'error', code: 20429, retryAfterSeconds: 7 }, '20429', 7, 429],
    [{ kind: 'error', code: 20429 }, '20429', null, 429],
    [{ kind: 'error', code: 63038 }, '63038', null, 429],
    [{ kind: 'error', code: 21611 }, '21611', null, 400],
    [{ kind: 'html', status: 429, isTaken: false, retryAfterSeconds: 30 }, null, 30, 429],
  ])('is tried later after %p', async (behaviour, providerCode, retryAfterSeconds, httpStatus) => {
    twilio.next(behaviour);

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'retry', code: 'provider-rate-limited', providerCode, retryAfterSeconds, httpStatus });
    expect(twilio.sent).toEqual([]);
  });

  it('is tried later where nobody listens', async () => {
    const message = aMessage();
    await twilio.close();

    expect(await client.send(message)).toEqual({
      outcome: 'retry',
      code: 'provider-unreachable',
      providerCode: null,
      retryAfterSeconds: null,
      httpStatus: null,
    });
  });

  it('is not sent to an address inside the network', async () => {
    const outcome = await client.send(aMessage({}, { baseUrl: 'https://169.254.169.254' }));

    expect(outcome).toMatchObject({ outcome: 'retry', code: 'provider-unreachable' });
  });
});

describe('a message of which nobody knows', () => {
  it.each<[TwilioBehaviour, string, string | null, number | null]>([
    [{ kind: 'error', code: 20500, isTaken: true }, 'provider-error', '20500', 500],
    [{ kind: 'error', code: 20503, isTaken: false, retryAfterSeconds: 30 }, 'provider-error', '20503', 503],
    [{ kind: 'html', status: 502, isTaken: true }, 'provider-error', null, 502],
    [{ kind: 'html', status: 504, isTaken: false }, 'provider-error', null, 504],
    [{ kind: 'html', status: 200, isTaken: true }, 'invalid-answer', null, 200],
    [{ kind: 'html', status: 302, isTaken: false }, 'invalid-answer', null, 302],
    [{ kind: 'cut' }, 'invalid-answer', null, 201],
    [{ kind: 'broken-off' }, 'invalid-answer', null, 201],
    [{ kind: 'without-sid' }, 'invalid-answer', null, 201],
    [{ kind: 'reset', isTaken: true }, 'connection-lost', null, null],
    [{ kind: 'reset', isTaken: false }, 'connection-lost', null, null],
  ])('is unknown after %p, and was asked for once', async (behaviour, code, providerCode, httpStatus) => {
    twilio.next(behaviour);

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'unknown', code, providerCode, httpStatus });
    expect(JSON.stringify(outcome)).not.toContain(TO);
    expect(twilio.requests).toHaveLength(1);
  });

  it.each<[TwilioBehaviour]>([[{ kind: 'hang', isTaken: true }], [{ kind: 'hang', isTaken: false }], [{ kind: 'late', afterMs: 60_000 }]])(
    'is unknown at its deadline after %p',
    async behaviour => {
      twilio.next(behaviour);

      const outcome = await client.send(aMessage({ timeoutMs: SHORT_MS }));

      expect(outcome).toEqual({ outcome: 'unknown', code: 'provider-timeout', providerCode: null, httpStatus: null });
      expect(twilio.requests).toHaveLength(1);
    },
  );
});

describe("Twilio's list", () => {
  it('names a message whose answer was lost', async () => {
    twilio.next({ kind: 'hang', isTaken: true });
    await client.send(aMessage({ timeoutMs: SHORT_MS }));

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'found', providerMessageIds: [theOnly().sid] });
  });

  it('has nothing of one that was not taken', async () => {
    twilio.next({ kind: 'hang', isTaken: false });
    await client.send(aMessage({ timeoutMs: SHORT_MS }));

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'absent' });
  });

  it('may come late: absent is only for now', async () => {
    twilio.isListLagging = true;
    twilio.next({ kind: 'reset', isTaken: true });
    await client.send(aMessage());

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'absent' });

    twilio.isListLagging = false;

    expect(await client.find(aMessage(), since)).toMatchObject({ kind: 'found' });
  });

  it('is searched by address, text and time', async () => {
    const at = (seconds: number): Date => new Date(since.getTime() + seconds * 1_000);
    twilio.add({ to: '+639170000002', body: TEXT, at: at(1) });
    twilio.add({ to: TO, body: TEXT.replace('9 Mar', '10 Mar'), at: at(1) });
    twilio.add({ to: TO, body: TEXT, at: at(-3_600) });
    twilio.add({ to: TO, body: TEXT, at: at(1), direction: 'inbound' });

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'absent' });

    const second = twilio.add({ to: TO, body: TEXT, at: at(9) });
    const first = twilio.add({ to: TO, body: TEXT, at: at(2), sentAt: at(3) });

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'found', providerMessageIds: [first.sid, second.sid] });
  });

  it('is read to its last page', async () => {
    for (let n = 0; n < 450; n++) twilio.add({ to: TO, body: `Another text, number ${n}` });
    const oldest = twilio.add({ to: TO, body: TEXT, at: new Date(since.getTime() - 30_000) });

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'found', providerMessageIds: [oldest.sid] });
    expect(twilio.requests.map(request => request.url.searchParams.get('Page'))).toEqual([null, '1', '2']);
  });

  it('tells nothing where it is longer than anybody would read', async () => {
    for (let n = 0; n < 2_001; n++) twilio.add({ to: TO, body: `Another text, number ${n}` });

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'unavailable' });
    expect(twilio.requests).toHaveLength(10);
  });

  it('tells nothing where the texts are redacted', async () => {
    twilio.add({ to: TO, body: '' });

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'unavailable' });
  });

  it.each<[TwilioBehaviour]>([
    [{ kind: 'error', code: 20429, retryAfterSeconds: 1 }],
    [{ kind: 'error', code: 20500 }],
    [{ kind: 'error', code: 20003 }],
    [{ kind: 'html', status: 200, isTaken: false }],
    [{ kind: 'html', status: 503, isTaken: false }],
    [{ kind: 'cut' }],
    [{ kind: 'broken-off' }],
    [{ kind: 'reset', isTaken: false }],
    [{ kind: 'next', uri: 'https://elsewhere.example.org/2010-04-01/Messages.json' }],
  ])('tells nothing after %p', async behaviour => {
    twilio.nextLists(behaviour);

    expect(await client.find(aMessage(), since)).toEqual({ kind: 'unavailable' });
  });

  it('tells nothing where a page leads back to itself', async () => {
    const before = aMessage();
    await client.find(before, since);
    const first = twilio.requests[0]?.url;
    twilio.nextLists({ kind: 'next', uri: `${first?.pathname ?? ''}${first?.search ?? ''}` });

    expect(await client.find(before, since)).toEqual({ kind: 'unavailable' });
    expect(twilio.requests).toHaveLength(2);
  });

  it('tells nothing where its pages together take longer than they may', async () => {
    for (let n = 0; n < 450; n++) twilio.add({ to: TO, body: `Another text, number ${n}` });
    const slow: TwilioBehaviour = { kind: 'late', afterMs: 200 };
    twilio.nextLists(slow, slow, slow);

    expect(await client.find(aMessage({ timeoutMs: 500 }), since)).toEqual({ kind: 'unavailable' });
  });

  it('is not asked where the facility has no key', async () => {
    expect(await client.find(aMessage({ secrets: {} }), since)).toEqual({ kind: 'unavailable' });
    expect(twilio.requests).toEqual([]);
  });
});

describe("Twilio's receipts", () => {
  let server: http.Server;
  let readings: CallbackReading[];

  beforeEach(async () => {
    readings = [];
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = `https://hub.example.org${request.url ?? ''}`;
        const reading = readTwilioCallback({ authTokens: [twilio.authToken], url, body: Buffer.concat(chunks), headers: request.headers });
        readings.push(reading);
        response.writeHead(reading.ok ? 204 : 403).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const via = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it('name the attempt and the message, in any order and again', async () => {
    await client.send(aMessage({ text: '预约 👋' }));
    const sms = theOnly();

    const answers: number[] = [];
    for (const status of ['delivered', 'sent', 'sent', 'undelivered'])
      answers.push(await twilio.report(sms, status, { via: via(), ...(status === 'undelivered' ? { errorCode: 30003 } : {}) }));

    expect(answers).toEqual([204, 204, 204, 204]);
    const target = { by: 'attempt', attemptId: ATTEMPT, providerMessageId: sms.sid };
    expect(readings).toEqual([
      { ok: true, receipts: [{ target, state: 'delivered', at: null, code: null }] },
      { ok: true, receipts: [{ target, state: 'sent', at: null, code: null }] },
      { ok: true, receipts: [{ target, state: 'sent', at: null, code: null }] },
      { ok: true, receipts: [{ target, state: 'failed', at: null, code: '30003' }] },
    ]);
  });

  it('find the attempt whose answer was lost', async () => {
    twilio.next({ kind: 'reset', isTaken: true });
    await client.send(aMessage());
    await eventually('taken', () => twilio.sent.length === 1);

    await twilio.report(theOnly(), 'sent', { via: via() });

    expect(readings).toMatchObject([{ ok: true, receipts: [{ target: { by: 'attempt', attemptId: ATTEMPT }, state: 'sent' }] }]);
  });

  it('are refused with the signature of another', async () => {
    await client.send(aMessage());

    expect(await twilio.report(theOnly(), 'delivered', { via: via(), signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })).toBe(403);
    expect(readings).toEqual([{ ok: false, problem: 'no-matching-signature' }]);
  });
});
