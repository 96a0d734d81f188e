import type { UpstreamAnswer, UpstreamReply } from '../../../schedulers/upstream-reply.js';
import type { SendOutcome, UnknownCode } from '../channel-client.js';
import { failureOutcome } from '../http-outcome.js';
import { readMessageToken } from './message-token.js';
import { meaningOf } from './viber-status.js';

/**
 * What Viber's answer to `POST /pa/send_message` says. Viber answers 200 whatever became of the message: `status` in the body
 * decides (https://developers.viber.com/docs/api/rest-bot-api/, "Send message"). Any other HTTP status is from whoever stands before
 * it: a 4xx was turned away, a 5xx says nothing, and neither does a 200 without a status or with one that is not known.
 */
export function viberOutcome(reply: UpstreamReply): SendOutcome {
  if (reply.kind === 'failed') return failureOutcome(reply);
  const { status } = reply;
  if (status >= 200 && status < 300) return byStatus(reply);
  if (status === 408) return unknown('provider-timeout', reply);
  if (status >= 400 && status < 500) return turnedAway(reply);
  return unknown(status < 400 ? 'invalid-answer' : 'provider-error', reply);
}

function byStatus(answer: UpstreamAnswer): SendOutcome {
  const status = statusOf(answer);
  if (status === null) return unknown('invalid-answer', answer);
  if (status === 0) return taken(answer);
  return notTaken(status, answer) ?? unknown('provider-error', answer);
}

function taken(answer: UpstreamAnswer): SendOutcome {
  const providerMessageId = readMessageToken(fieldOf(answer, 'message_token'));
  if (providerMessageId === null) return unknown('invalid-answer', answer);
  return { outcome: 'accepted', providerMessageId, segments: null, httpStatus: answer.status };
}

/** By Viber's own word; null: it has said none that is known. */
function notTaken(status: number | null, answer: UpstreamAnswer): SendOutcome | null {
  const meaning = status === null ? null : meaningOf(status);
  const at = { providerCode: codeOf(status), httpStatus: answer.status };
  switch (meaning?.outcome) {
    case 'refused':
      return { outcome: 'refused', code: meaning.code, ...at };
    case 'retry':
      return { outcome: 'retry', code: 'provider-rate-limited', retryAfterSeconds: answer.retryAfterSeconds, ...at };
    case undefined:
      return null;
  }
}

function turnedAway(answer: UpstreamAnswer): SendOutcome {
  const status = statusOf(answer);
  const at = { providerCode: codeOf(status), httpStatus: answer.status };
  if (answer.status === 429) return { outcome: 'retry', code: 'provider-rate-limited', retryAfterSeconds: answer.retryAfterSeconds, ...at };
  if (status === 0) return unknown('invalid-answer', answer);
  const code = answer.status === 401 || answer.status === 403 ? 'credentials-refused' : 'message-refused';
  return notTaken(status, answer) ?? { outcome: 'refused', code, ...at };
}

/** null: the body has none. */
function statusOf(answer: UpstreamAnswer): number | null {
  const status = fieldOf(answer, 'status');
  return typeof status === 'number' && Number.isSafeInteger(status) ? status : null;
}

function fieldOf({ body }: UpstreamAnswer, name: 'status' | 'message_token'): unknown {
  if (body.kind !== 'json' || typeof body.value !== 'object' || body.value === null) return null;
  return (body.value as Record<string, unknown>)[name];
}

/** 0 is no code of an error. */
function codeOf(status: number | null): string | null {
  return status === null || status === 0 ? null : String(status);
}

function unknown(code: UnknownCode, answer: UpstreamAnswer): SendOutcome {
  return { outcome: 'unknown', code, providerCode: codeOf(statusOf(answer)), httpStatus: answer.status };
}
