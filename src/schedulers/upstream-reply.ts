import type { UpstreamFailureCode } from './scheduler.js';

/** What came of one HTTP exchange with an upstream, before anybody judges what it means. */
export type UpstreamReply = UpstreamAnswer | UpstreamFailure;

/** A whole HTTP answer, of any status. */
export interface UpstreamAnswer {
  kind: 'answered';
  status: number;
  body: ReplyBody;
  etag: string | null;
  /** The raw `Link` header (RFC 8288). */
  link: string | null;
  retryAfterSeconds: number | null;
}

/** No whole answer. */
export interface UpstreamFailure {
  kind: 'failed';
  code: UpstreamFailureCode;
  /** True only when no byte of the request can have left: no connection was ever made. */
  isSurelyUnsent: boolean;
  /** Present where a status line was read before it broke. */
  status: number | null;
  /** Free of PHI and of anything the upstream wrote. */
  detail: string;
  /** Of a call that was not made, because the upstream is left alone for so long. */
  retryAfterSeconds?: number;
}

/** `unreadable` is a body that cannot be JSON; `detail` says why, without quoting it. */
export type ReplyBody = { kind: 'empty' } | { kind: 'json'; value: unknown } | { kind: 'unreadable'; detail: string };

/** `application/json`, `application/problem+json`, `text/json`, with or without parameters. */
const JSON_TYPE = /^(application|text)\/([a-z0-9.+-]+\+)?json$/;

/** Whole numbers of 16 digits and more may be beyond what a double holds: ids are kept exact, as text. */
const LONG_DIGITS = 16;

/**
 * Reads a body: nothing, JSON, or unreadable (HTML, cut, another encoding). A missing content type is forgiven.
 *
 * @param contentEncoding what is left after decompression: anything but `identity` was not understood.
 */
export function readBody(contentType: string | null, contentEncoding: string | null, bytes: Uint8Array): ReplyBody {
  if (bytes.length === 0) return { kind: 'empty' };
  if (contentEncoding !== null && contentEncoding.toLowerCase() !== 'identity')
    return { kind: 'unreadable', detail: 'content encoding not understood' };
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const mediaType = type.trim();
  if (mediaType !== '' && !JSON_TYPE.test(mediaType))
    return { kind: 'unreadable', detail: `content type ${safeMediaType(mediaType)}, JSON expected` };
  const text = decode(bytes, parameters);
  if (text === null) return { kind: 'unreadable', detail: 'text is not in the declared character set' };
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: hasLongNumber(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text) };
  } catch {
    return { kind: 'unreadable', detail: `JSON of ${bytes.length} bytes is cut or malformed` };
  }
}

/**
 * `Retry-After` (RFC 9110, 10.2.3): seconds or an HTTP date.
 *
 * @returns whole seconds from `now`, at least 0 and at most a day; null for anything else.
 */
export function readRetryAfter(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : httpDateSeconds(text, now);
  return seconds === null ? null : Math.min(Math.max(seconds, 0), 86_400);
}

/** The forms of an HTTP date all begin with a weekday: `Date.parse` alone would take far more. */
function httpDateSeconds(text: string, now: Date): number | null {
  const at = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : Math.ceil((at - now.getTime()) / 1_000);
}

/** Whether so many digits stand in a row: one of any so many characters is then one of them, so that most are not looked at. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG_DIGITS - 1; at < text.length; at += LONG_DIGITS) {
    if (!isDigitAt(text, at)) continue;
    let from = at;
    while (isDigitAt(text, from - 1)) from--;
    let end = at + 1;
    while (isDigitAt(text, end)) end++;
    if (end - from >= LONG_DIGITS) return true;
  }
  return false;
}

function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** A reviver with the number's own text (ES2026; Node 22 and newer): what a double cannot hold stays text. */
function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

function decode(bytes: Uint8Array, parameters: string[]): string | null {
  const charset = parameters.map(p => /^\s*charset\s*=\s*"?([a-z0-9_:.-]+)"?\s*$/.exec(p)?.[1]).find(found => found !== undefined);
  try {
    return new TextDecoder(charset ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function safeMediaType(mediaType: string): string {
  return /^[a-z]{1,20}\/[a-z0-9.+-]{1,40}$/.test(mediaType) ? mediaType : 'malformed';
}
