import { isMessageSid, readMessage, type TwilioMessage } from './twilio-message.js';

/** One page of the list; `next`: null on the last, `not-followed` where it leads elsewhere than to the same list. */
export interface ListPage {
  messages: TwilioMessage[];
  next: URL | 'not-followed' | null;
}

/** What a page tells of the message that is looked for. `isUndecidable`: one that may be it has no text to compare. */
export interface PageMatch {
  messages: TwilioMessage[];
  isUndecidable: boolean;
}

/** How far Twilio's clock and the hub's may be apart. */
const CLOCK_TOLERANCE_MS = 60_000;

/** null: it is no page of messages, or a message of it cannot be read. */
export function readPage(value: unknown, present: URL): ListPage | null {
  if (typeof value !== 'object' || value === null || !('messages' in value) || !Array.isArray(value.messages)) return null;
  const messages = value.messages.map(readMessage).filter(message => message !== null);
  if (messages.length !== value.messages.length || messages.some(message => !isMessageSid(message.sid))) return null;
  return { messages, next: nextPage('next_page_uri' in value ? value.next_page_uri : null, present) };
}

/** Those of a page that hold this very text and are not older than `since`. */
export function matchPage(messages: readonly TwilioMessage[], text: string, since: Date): PageMatch {
  const earliestMs = since.getTime() - CLOCK_TOLERANCE_MS;
  const possible = messages.filter(
    ({ direction, createdAt }) => direction !== 'inbound' && (createdAt === null || createdAt.getTime() >= earliestMs),
  );
  const wanted = comparable(text);
  return {
    messages: possible.filter(({ body }) => body !== null && isSameText(comparable(body), wanted)),
    isUndecidable: possible.some(({ body }) => (body ?? '').trim() === ''),
  };
}

/** Each once, oldest first; one that does not tell when it was made comes first. */
export function sidsByAge(messages: readonly TwilioMessage[]): string[] {
  const byAge = messages.toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
  return [...new Set(byAge.map(message => message.sid).filter(isMessageSid))];
}

/** A trial account's texts begin with a sentence of Twilio's own. */
function isSameText(listed: string, wanted: string): boolean {
  return listed === wanted || listed.endsWith(`- ${wanted}`);
}

/** Twilio's smart encoding puts plain signs for typographic ones; white space at the ends may go. */
function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/[\u201c-\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
}

function nextPage(uri: unknown, present: URL): URL | 'not-followed' | null {
  if (uri === null || uri === undefined || uri === '') return null;
  if (typeof uri !== 'string' || !URL.canParse(uri, present)) return 'not-followed';
  const next = new URL(uri, present);
  const isSameList = next.origin === present.origin && next.pathname === present.pathname && next.username === '' && next.password === '';
  return isSameList ? next : 'not-followed';
}
