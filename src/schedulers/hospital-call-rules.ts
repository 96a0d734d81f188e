import type { UpstreamFailureCode } from './scheduler.js';
import type { UpstreamReply } from './upstream-reply.js';

/** What a hospital is called for. */
export type HospitalCall = 'calendars' | 'availability' | 'appointments' | 'book' | 'reschedule' | 'cancel';

/**
 * What a call says of the hospital's health. `well`: it is up, whether or not it likes the request. `failed`: it did not do its part.
 * `undecided`: nothing.
 */
export type CallVerdict = 'well' | 'failed' | 'undecided';

/** What went wrong with a call, of what may be kept and shown: nothing that the hospital wrote. */
export interface CallFailure {
  code: UpstreamFailureCode;
  httpStatus: number | null;
}

/** With less time than this, a hospital that did not answer may well be a healthy one. */
const FAIR_DEADLINE_MS = 1_000;
/** "Not offered here", which is no sign of illness though it is a 5xx. */
const NOT_IMPLEMENTED = 501;
/** A hospital that names a longer time is asked again after this all the same: it may have meant something else. */
const LONGEST_PAUSE_SECONDS = 300;

/** `isProbe`: the one call that is to show whether a hospital is back: one that stays silent is not, however short the time. */
export function judgeReply(reply: UpstreamReply, { timeoutMs, isProbe }: { timeoutMs: number; isProbe: boolean }): CallVerdict {
  if (reply.kind === 'failed') {
    return reply.code === 'upstream-timeout' && timeoutMs < FAIR_DEADLINE_MS && !isProbe ? 'undecided' : 'failed';
  }
  const { status, body } = reply;
  if (status === 408 && !isProbe) return 'undecided';
  if (status >= 500) return status === NOT_IMPLEMENTED ? 'well' : 'failed';
  return status >= 200 && status < 300 && body.kind === 'unreadable' ? 'failed' : 'well';
}

/** What an operator should hear of; null for a good answer and for a hospital that says no to one request. */
export function callFailure(reply: UpstreamReply): CallFailure | null {
  if (reply.kind === 'failed') return { code: reply.code, httpStatus: reply.status };
  const { status: httpStatus, body } = reply;
  if (httpStatus === 401 || httpStatus === 403) return { code: 'upstream-credentials-refused', httpStatus };
  if (httpStatus === 429) return { code: 'upstream-rate-limited', httpStatus };
  if (httpStatus === 408 || (httpStatus >= 500 && httpStatus !== NOT_IMPLEMENTED)) return { code: 'upstream-error', httpStatus };
  if (httpStatus >= 300 && httpStatus < 400 && httpStatus !== 304) return { code: 'upstream-redirected', httpStatus };
  if (httpStatus < 300 && body.kind === 'unreadable') return { code: 'upstream-invalid-response', httpStatus };
  return null;
}

/** How a call ended, in one word: the failure's code, else `refused` for a 4xx, else `answered`. */
export function callOutcome(reply: UpstreamReply): string {
  const failure = callFailure(reply);
  if (failure) return failure.code;
  return reply.kind === 'answered' && reply.status >= 400 && reply.status < 500 ? 'refused' : 'answered';
}

/** For how many seconds the hospital asks not to be called at all; 0 where it does not ask. */
export function pauseSeconds(reply: UpstreamReply): number {
  if (reply.kind !== 'answered' || (reply.status !== 429 && reply.status !== 503)) return 0;
  return Math.min(reply.retryAfterSeconds ?? 0, LONGEST_PAUSE_SECONDS);
}

/** Whether a call that ended so shows that the hospital is not to be had at present, for any call: then no other way need be tried. */
export function isAway(code: UpstreamFailureCode): boolean {
  switch (code) {
    case 'upstream-timeout':
    case 'upstream-unreachable':
    case 'upstream-connection-lost':
    case 'upstream-rate-limited':
    case 'upstream-credentials-refused':
    case 'upstream-circuit-open':
    case 'upstream-busy':
      return true;
    case 'upstream-error':
    case 'upstream-invalid-response':
    case 'upstream-redirected':
    case 'upstream-response-too-large':
      return false;
  }
}
