import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Test } from '@nestjs/testing';
import { CommonModule } from '../../src/common/common.module.js';
import type { OutgoingMessage } from '../../src/notifications/channels/channel-client.js';
import { ViberClient } from '../../src/notifications/channels/viber/viber.client.js';
import type { CallbackReading } from '../../src/notifications/receipts/receipt.js';
import { readViberCallback } from '../../src/notifications/receipts/viber-callback.js';
import { DEFAULT_SCHEDULER_LIMITS } from '../../src/schedulers/scheduler.options.js';
import { SchedulersModule } from '../../src/schedulers/schedulers.module.js';
import { TracingModule } from '../../src/tracing/tracing.module.js';
import { eventually } from '../support/eventually.js';
import { startFakeViber, type FakeViber, type ViberBehaviour, type ViberMessage } from '../support/fake-viber.js';

const ATTEMPT = '0195f0a0-0000-7000-8000-000000000001';
const TO = 'TestaInventada0000000A==';
const TEXT = 'Sample Clinic: your appointment is on Mon 9 Mar, 09:30. To change it, call +6328000000.';
/** For what is meant to run into its deadline; all else has long enough on a busy machine. */
const SHORT_MS = 300;
const TIMEOUT_MS = 5_000;

let viber: FakeViber;
let client: ViberClient;
let close: () => Promise<void>;

beforeEach(async () => {
  viber = await startFakeViber();
  const options = { ...DEFAULT_SCHEDULER_LIMITS, allowedHosts: [viber.host] };
  const imports = [CommonModule, TracingModule.register(undefined), SchedulersModule.register(options)];
  const module = await Test.createTestingModule({ imports, providers: [ViberClient] }).compile();
  client = module.get(ViberClient);
  close = () => module.close();
});
afterEach(async () => {
  await close();
  await viber.close();
});

function aMessage(overrides: Partial<OutgoingMessage> = {}, settings: { senderName?: string; baseUrl?: string } = {}): OutgoingMessage {
  return {
    attemptId: ATTEMPT,
    kind: 'booked',
    locale: 'en',
    text: TEXT,
    parts: { facility: 'Sample Clinic', date: 'Mon 9 Mar', time: '09:30', phone: '+6328000000' },
    address: TO,
    settings: { channel: 'viber', baseUrl: viber.baseUrl, senderName: 'Sample Clinic', ...settings },
    secrets: { authToken: viber.authToken },
    callbackUrl: 'https://hub.example.org/api/v1/provider-callbacks/viber/tok-123',
    lastInboundAt: null,
    timeoutMs: TIMEOUT_MS,
    ...overrides,
  };
}

const theOnly = (): ViberMessage => {
  const [message, ...more] = viber.sent;
  if (!message || more.length > 0) throw new Error(`${viber.sent.length} messages were taken, not one.`);
  return message;
};

describe('a message that Viber takes', () => {
  it('has its token, exact beyond what a double holds', async () => {
    const outcome = await client.send(aMessage());

    const { token, ...message } = theOnly();
    expect(outcome).toEqual({ outcome: 'accepted', providerMessageId: token, segments: null, httpStatus: 200 });
    expect(String(Number(token))).not.toBe(token);
    expect(message).toEqual({ receiver: TO, senderName: 'Sample Clinic', text: TEXT, trackingData: null });
    expect(viber.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /pa/send_message']);
  });

  it.each([
    ['Chinese', '示例诊所：您的预约时间为3月9日09:30。'],
    ['Vietnamese', 'Phòng khám Mẫu: lịch hẹn của bạn là 09:30 thứ Hai, ngày 9 tháng 3.'],
    ['emoji, quotes and lines', '“quoted” "plain" \\ 👋🏽\nnext line'],
    ['7,000 characters', 'x'.repeat(7_000)],
  ])('holds %s, whole', async (_what, text) => {
    expect(await client.send(aMessage({ text }))).toMatchObject({ outcome: 'accepted' });
    expect(theOnly().text).toBe(text);
  });
});

describe('a message that Viber does not take', () => {
  it.each([
    ['invalid-address', 5],
    ['blocked', 6],
    ['credentials-refused', 7],
    ['credentials-refused', 9],
    ['message-refused', 10],
    ['not-reachable', 11],
    ['not-reachable', 13],
    ['not-reachable', 21],
    ['message-refused', 23],
    ['message-refused', 24],
  ])('is refused as %s with %s', async (code, status) => {
    viber.at(TO, { kind: 'status', status });

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'refused', code, providerCode: String(status), httpStatus: 200 });
    expect(viber.sent).toEqual([]);
  });

  it.each([
    ['is too long', { text: 'x'.repeat(7_001) }, {}, 'message-refused', '3'],
    ['is larger than Viber takes', { text: '预'.repeat(7_000) + '👋'.repeat(5_000) }, {}, 'message-refused', '3'],
    ['has no text', { text: '' }, {}, 'message-refused', '4'],
    ['goes to nobody', { address: '' }, {}, 'message-refused', '4'],
    ['has no sender', {}, { senderName: '' }, 'message-refused', '4'],
    ['has a sender whose name is too long', {}, { senderName: 'x'.repeat(29) }, 'message-refused', '3'],
    ['has a token that is not the bot’s', { secrets: { authToken: 'another' } }, {}, 'credentials-refused', '2'],
  ])('is refused where it %s', async (_why, message, settings, code, providerCode) => {
    expect(await client.send(aMessage(message, settings))).toEqual({ outcome: 'refused', code, providerCode, httpStatus: 200 });
    expect(viber.sent).toEqual([]);
  });

  it.each<[ViberBehaviour, string, number]>([
    [{ kind: 'html', status: 403, isTaken: false }, 'credentials-refused', 403],
    [{ kind: 'html', status: 404, isTaken: false }, 'message-refused', 404],
    [{ kind: 'http', httpStatus: 400, isTaken: false }, 'message-refused', 400],
  ])('is refused after %j', async (behaviour, code, httpStatus) => {
    viber.next(behaviour);

    expect(await client.send(aMessage())).toEqual({ outcome: 'refused', code, providerCode: null, httpStatus });
  });

  it('is not tried where the facility has no token', async () => {
    const outcome = await client.send(aMessage({ secrets: {} }));

    expect(outcome).toEqual({ outcome: 'refused', code: 'credentials-refused', providerCode: null, httpStatus: null });
    expect(viber.requests).toEqual([]);
  });

  it.each<[ViberBehaviour, string | null, number | null, number]>([
    [{ kind: 'status', status: 12 }, '12', null, 200],
    [{ kind: 'status', status: 12, retryAfterSeconds: 7 }, '12', 7, 200],
    [{ kind: 'http', httpStatus: 429, retryAfterSeconds: 9, isTaken: false }, null, 9, 429],
    [{ kind: 'html', status: 429, isTaken: false, retryAfterSeconds: 30 }, null, 30, 429],
    [{ kind: 'html', status: 429, isTaken: false }, null, null, 429],
  ])('is tried later after %j', async (behaviour, providerCode, retryAfterSeconds, httpStatus) => {
    viber.next(behaviour);

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'retry', code: 'provider-rate-limited', providerCode, retryAfterSeconds, httpStatus });
    expect(viber.sent).toEqual([]);
  });

  it('is tried later where nobody listens', async () => {
    const message = aMessage();
    await viber.close();

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
  it.each<[ViberBehaviour, string, string | null, number | null]>([
    [{ kind: 'status', status: 1000, isTaken: true }, 'provider-error', '1000', 200],
    [{ kind: 'status', status: 77 }, 'provider-error', '77', 200],
    [{ kind: 'http', httpStatus: 503, retryAfterSeconds: 30, isTaken: false }, 'provider-error', null, 503],
    [{ kind: 'html', status: 502, isTaken: true }, 'provider-error', null, 502],
    [{ kind: 'html', status: 504, isTaken: false }, 'provider-error', null, 504],
    [{ kind: 'html', status: 200, isTaken: true }, 'invalid-answer', null, 200],
    [{ kind: 'html', status: 302, isTaken: false }, 'invalid-answer', null, 302],
    [{ kind: 'cut' }, 'invalid-answer', null, 200],
    [{ kind: 'broken-off' }, 'invalid-answer', null, 200],
    [{ kind: 'without-token' }, 'invalid-answer', null, 200],
    [{ kind: 'without-status' }, 'invalid-answer', null, 200],
    [{ kind: 'reset', isTaken: true }, 'connection-lost', null, null],
    [{ kind: 'reset', isTaken: false }, 'connection-lost', null, null],
  ])('is unknown after %j, and was asked for once', async (behaviour, code, providerCode, httpStatus) => {
    viber.next(behaviour);

    const outcome = await client.send(aMessage());

    expect(outcome).toEqual({ outcome: 'unknown', code, providerCode, httpStatus });
    expect(viber.requests).toHaveLength(1);
  });

  it.each<[ViberBehaviour]>([[{ kind: 'hang', isTaken: true }], [{ kind: 'hang', isTaken: false }], [{ kind: 'late', afterMs: 60_000 }]])(
    'is unknown at its deadline after %j',
    async behaviour => {
      viber.next(behaviour);

      const outcome = await client.send(aMessage({ timeoutMs: SHORT_MS }));

      expect(outcome).toEqual({ outcome: 'unknown', code: 'provider-timeout', providerCode: null, httpStatus: null });
      expect(viber.requests).toHaveLength(1);
    },
  );
});

describe("Viber's receipts", () => {
  let server: http.Server;
  let readings: CallbackReading[];
  let url: string;

  beforeEach(async () => {
    readings = [];
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const reading = readViberCallback({ authToken: viber.authToken, body: Buffer.concat(chunks), headers: request.headers });
        readings.push(reading);
        response.writeHead(reading.ok ? 200 : 403).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('name the message by the token of its answer, in any order and again', async () => {
    const outcome = await client.send(aMessage({ text: '预约 👋' }));
    const message = theOnly();
    const timestamp = Date.UTC(2026, 2, 9, 1, 30);

    const answers: number[] = [];
    for (const event of ['seen', 'delivered', 'delivered', 'failed'] as const)
      answers.push(await viber.report(message, event, url, { timestamp, desc: 'receiverNoSuitableDevice' }));

    expect(answers).toEqual([200, 200, 200, 200]);
    expect(outcome).toMatchObject({ providerMessageId: message.token });
    const target = { by: 'provider-id', providerMessageId: message.token };
    const at = new Date(timestamp);
    expect(readings).toEqual([
      { ok: true, receipts: [{ target, state: 'read', at, code: null }] },
      { ok: true, receipts: [{ target, state: 'delivered', at, code: null }] },
      { ok: true, receipts: [{ target, state: 'delivered', at, code: null }] },
      { ok: true, receipts: [{ target, state: 'failed', at, code: '11' }] },
    ]);
  });

  it('come of a message whose answer was lost, too', async () => {
    viber.next({ kind: 'reset', isTaken: true });
    await client.send(aMessage());
    await eventually('taken', () => viber.sent.length === 1);

    await viber.report(theOnly(), 'delivered', url);

    expect(readings).toMatchObject([{ ok: true, receipts: [{ target: { providerMessageId: theOnly().token }, state: 'delivered' }] }]);
  });

  it('are not the check that Viber makes when the webhook is set, which is answered well', async () => {
    expect(await viber.post({ event: 'webhook', timestamp: 1, message_token: 241256543215 }, url)).toBe(200);
    expect(readings).toEqual([{ ok: true, receipts: [] }]);
  });

  it('are refused with the signature of another', async () => {
    await client.send(aMessage());

    expect(await viber.report(theOnly(), 'delivered', url, { signature: '0'.repeat(64) })).toBe(403);
    expect(readings).toEqual([{ ok: false, problem: 'no-matching-signature' }]);
  });
});
