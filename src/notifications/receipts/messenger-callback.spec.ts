import { createHmac } from 'node:crypto';
import { readMessengerCallback } from './messenger-callback.js';
import type { CallbackReading } from './receipt.js';

const APP_SECRET = 'invented-app-secret';
const PSID = '1254477777772919';
const PAGE = '1909458034523498';
const ATTEMPT = '0195f3a0-0000-7000-8000-000000000001';

function readText(text: string): CallbackReading {
  const body = Buffer.from(text);
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
  return readMessengerCallback({ appSecret: APP_SECRET, body, headers: { 'x-hub-signature-256': signature } });
}

const read = (...messaging: unknown[]): CallbackReading =>
  readText(JSON.stringify({ object: 'page', entry: [{ id: PAGE, time: 1_458_668_856_500, messaging }] }));

const BY_PERSON = { sender: { id: PSID }, recipient: { id: PAGE } };
const BY_PAGE = { sender: { id: PAGE }, recipient: { id: PSID } };
const UNTIL = { by: 'watermark', address: PSID, until: new Date(1_458_668_856_253) };

describe('readMessengerCallback', () => {
  it('a delivery names its messages where it can, and all until its watermark; the person is the sender', () => {
    const delivery = { mids: ['m_first', 'm_second'], watermark: 1_458_668_856_253 };

    expect(read({ ...BY_PERSON, delivery })).toEqual({
      ok: true,
      receipts: [
        { target: { by: 'provider-id', providerMessageId: 'm_first' }, state: 'delivered', at: null, code: null },
        { target: { by: 'provider-id', providerMessageId: 'm_second' }, state: 'delivered', at: null, code: null },
        { target: UNTIL, state: 'delivered', at: null, code: null },
      ],
    });
  });

  it('a delivery of an older app has its watermark alone', () => {
    expect(read({ ...BY_PERSON, timestamp: 1_458_668_856_463, delivery: { watermark: 1_458_668_856_253 } })).toEqual({
      ok: true,
      receipts: [{ target: UNTIL, state: 'delivered', at: new Date(1_458_668_856_463), code: null }],
    });
  });

  it('a read is of all until its watermark', () => {
    expect(read({ ...BY_PERSON, timestamp: 1_458_668_856_463, read: { watermark: 1_458_668_856_253 } })).toEqual({
      ok: true,
      receipts: [{ target: UNTIL, state: 'read', at: new Date(1_458_668_856_463), code: null }],
    });
  });

  it("the echo of the hub's own message tells that it was sent, though its answer was lost", () => {
    const message = { is_echo: true, app_id: 1, metadata: ATTEMPT.toUpperCase(), mid: 'm_echo', text: 'You are booked.' };

    expect(read({ ...BY_PAGE, timestamp: 1_458_668_856_463, message })).toEqual({
      ok: true,
      receipts: [
        {
          target: { by: 'attempt', attemptId: ATTEMPT, providerMessageId: 'm_echo' },
          state: 'sent',
          at: new Date(1_458_668_856_463),
          code: null,
        },
      ],
    });
  });

  it('reads what comes while another app holds the conversation, and all entries', () => {
    const message = { is_echo: true, metadata: ATTEMPT, mid: 'm_echo' };
    const seen = { ...BY_PERSON, read: { watermark: 1_458_668_856_253 } };
    const body = { object: 'page', entry: [{ standby: [{ ...BY_PAGE, message }] }, { messaging: [seen] }] };

    expect(readText(JSON.stringify(body))).toMatchObject({ receipts: [{ state: 'sent' }, { state: 'read' }] });
  });

  it.each<[string, unknown]>([
    ["a person's message", { ...BY_PERSON, message: { mid: 'm_1', text: 'STOP', metadata: ATTEMPT } }],
    ['what staff wrote in the inbox', { ...BY_PAGE, message: { is_echo: true, mid: 'm_1', text: 'Hello' } }],
    ["another app's message", { ...BY_PAGE, message: { is_echo: true, mid: 'm_1', metadata: 'campaign-7' } }],
    ['a postback', { ...BY_PERSON, postback: { payload: 'START' } }],
    ['a read of nobody', { read: { watermark: 1_458_668_856_253 } }],
    ['a read until a time that is none', { ...BY_PERSON, read: { watermark: 'now' } }],
    ['a read until a time in seconds', { ...BY_PERSON, read: { watermark: 1_458_668_856 } }],
    ['a delivery of nothing', { ...BY_PERSON, delivery: { mids: [{}, '', null] } }],
    ['no event', null],
  ])('%s carries nothing', (_what, event) => {
    expect(read(event)).toEqual({ ok: true, receipts: [] });
  });

  it.each([
    [
      'of an Instagram account',
      '{"object":"instagram","entry":[{"messaging":[{"read":{"watermark":1458668856253},"sender":{"id":"1"}}]}]}',
    ],
    ['of a template approved', '{"object":"page","entry":[{"changes":[{"field":"message_template_status_update"}]}]}'],
    ['without entries', '{"object":"page","entry":7}'],
    ['empty', '{}'],
  ])('a callback %s is well, and carries nothing', (_what, text) => {
    expect(readText(text)).toEqual({ ok: true, receipts: [] });
  });

  it.each(['', '[]', 'null', '{"object":"page"', '<html>'])('%s is malformed', text => {
    expect(readText(text)).toEqual({ ok: false, problem: 'malformed-body' });
  });

  it('is refused unsigned, before it is read', () => {
    const body = Buffer.from('{}');

    expect(readMessengerCallback({ appSecret: APP_SECRET, body, headers: {} })).toEqual({ ok: false, problem: 'missing-signature' });
    expect(readMessengerCallback({ appSecret: APP_SECRET, body, headers: { 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` } })).toEqual(
      { ok: false, problem: 'no-matching-signature' },
    );
  });
});
