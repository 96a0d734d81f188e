import { matchPage, readPage, sidsByAge } from './twilio-list.js';
import { readMessage, type TwilioMessage } from './twilio-message.js';

const TEXT = 'Sample Clinic: appointment on Mon 9 Mar, 09:30.';
const SINCE = new Date('2026-03-09T01:00:00.500Z');
const PRESENT = new URL('https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?To=%2B639170000001');

const sid = (digit: number): string => `SM${String(digit).repeat(32)}`;

function aMessage(fields: Record<string, unknown> = {}): TwilioMessage {
  const message = readMessage({
    sid: sid(1),
    status: 'queued',
    direction: 'outbound-api',
    body: TEXT,
    date_created: 'Mon, 09 Mar 2026 01:00:00 +0000',
    ...fields,
  });
  if (message === null) throw new Error('An object is a message.');
  return message;
}

const matches = (fields: Record<string, unknown>): boolean => matchPage([aMessage(fields)], TEXT, SINCE).messages.length === 1;

describe('a message in the list', () => {
  it.each([
    ['it is the same', {}, true],
    ['it was made in the same second', { date_created: 'Mon, 09 Mar 2026 01:00:00 +0000' }, true],
    ["Twilio's clock is a little late", { date_created: 'Mon, 09 Mar 2026 00:59:30 +0000' }, true],
    ['it is older', { date_created: 'Mon, 09 Mar 2026 00:58:59 +0000' }, false],
    ['it tells no time', { date_created: null }, true],
    ['it is later', { date_created: 'Mon, 09 Mar 2026 05:00:00 +0000' }, true],
    ['the text is another', { body: TEXT.replace('9 Mar', '8 Mar') }, false],
    ['the text only ends alike', { body: `Not ${TEXT}` }, false],
    ["a trial account's sentence comes first", { body: `Sent from your Twilio trial account - ${TEXT}` }, true],
    ['white space at the ends is gone, or more', { body: ` ${TEXT}\n` }, true],
    ['the person wrote it', { direction: 'inbound' }, false],
    ['it failed', { status: 'failed', error_code: 30007 }, true],
  ])('is compared where %s', (_when, fields, isMatch) => {
    expect(matches(fields)).toBe(isMatch);
  });

  it('is the same where smart encoding has put plain signs', () => {
    const typographic = 'Clinic “A” – it’s 9\u00a0Mar…';
    const plain = 'Clinic "A" - it\'s 9 Mar...';

    expect(matchPage([aMessage({ body: plain })], typographic, SINCE).messages).toHaveLength(1);
  });

  it.each([
    ['', true],
    [null, true],
    ['another', false],
  ])('with the text %p leaves it open: %p', (body, isUndecidable) => {
    expect(matchPage([aMessage({ body })], TEXT, SINCE).isUndecidable).toBe(isUndecidable);
  });

  it('leaves nothing open where it is older and redacted', () => {
    expect(matchPage([aMessage({ body: '', date_created: 'Sun, 08 Mar 2026 01:00:00 +0000' })], TEXT, SINCE).isUndecidable).toBe(false);
  });
});

describe('readPage', () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    ['/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page=1&PageToken=PASM1', 'Page=1&PageToken=PASM1'],
    ['https://elsewhere.example.org/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page=1', 'not-followed'],
    ['//elsewhere.example.org/x', 'not-followed'],
    ['/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages.json', 'not-followed'],
    ['https://u:p@api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json', 'not-followed'],
    ['http://[', 'not-followed'],
    [7, 'not-followed'],
  ])('follows %p to %p', (next_page_uri, next) => {
    const page = readPage({ messages: [], next_page_uri }, PRESENT);
    const leadsTo = page?.next instanceof URL ? page.next.search.slice(1) : page?.next;

    expect(leadsTo).toBe(next);
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ messages: {} }],
    [{ messages: [1] }],
    [{ messages: [{ body: TEXT }] }],
    [{ messages: [{ sid: 'CA1' }] }],
  ])('is no page: %p', value => {
    expect(readPage(value, PRESENT)).toBeNull();
  });
});

describe('sidsByAge', () => {
  it('names each once, oldest first', () => {
    const messages = [
      aMessage({ sid: sid(3), date_created: 'Mon, 09 Mar 2026 01:02:00 +0000' }),
      aMessage({ sid: sid(2), date_created: 'Mon, 09 Mar 2026 01:01:00 +0000' }),
      aMessage({ sid: sid(3), date_created: 'Mon, 09 Mar 2026 01:02:00 +0000' }),
      aMessage({ sid: sid(1), date_created: null }),
    ];

    expect(sidsByAge(messages)).toEqual([sid(1), sid(2), sid(3)]);
  });
});
