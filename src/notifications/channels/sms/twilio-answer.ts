import type { UpstreamAnswer, UpstreamReply } from '../../../schedulers/upstream-reply.js';
import type { RefusalCode, SendOutcome, UnknownCode } from '../channel-client.js';
import { failureOutcome } from '../http-outcome.js';
import { meaningOf } from './twilio-error-codes.js';
import { isMessageSid, readMessage, wholeNumber, type TwilioMessage } from './twilio-message.js';

/** It came to nothing, by Twilio's own word. */
const FAILED_AT_ONCE = new Set(['failed', 'undelivered', 'canceled']);

/**
 * What Twilio's answer to `POST …/Messages.json` says.
 *
 * Surely not sent are: what never left; every 4xx, by which nothing is created; 429 above all, which Twilio never processes
 * (https://www.twilio.com/docs/api/errors/20429). A 5xx may have been taken, with or without `Retry-After`: Twilio itself warns
 * that a message sent again after one may arrive twice (https://www.twilio.com/docs/api/errors/20500), and a gateway's 502, 503
 * or 504 says nothing of what stands behind it. So it is unknown, like silence, a cut answer, a redirect, and a 2xx that names
 * no message.
 */
export function twilioOutcome(reply: UpstreamReply): SendOutcome {
  if (reply.kind === 'failed') return failureOutcome(reply);
  const { status } = reply;
  if (status >= 200 && status < 300) return taken(reply);
  if (status === 408) return unknown('provider-timeout', reply);
  if (status >= 400 && status < 500) return notTaken(reply);
  return unknown(status < 400 ? 'invalid-answer' : 'provider-error', reply);
}

function taken(answer: UpstreamAnswer): SendOutcome {
  const message = answer.body.kind === 'json' ? readMessage(answer.body.value) : null;
  if (message === null || !isMessageSid(message.sid)) return unknown('invalid-answer', answer);
  if (message.status !== null && FAILED_AT_ONCE.has(message.status)) return failedAtOnce(message, answer);
  return { outcome: 'accepted', providerMessageId: message.sid, segments: segmentsOf(message), httpStatus: answer.status };
}

/** 2xx, and yet its status says that it was not sent. Without a known code it is the message that Twilio would not send. */
function failedAtOnce(message: TwilioMessage, answer: UpstreamAnswer): SendOutcome {
  const providerCode = message.errorCode === null ? null : String(message.errorCode);
  const meaning = meaningOf(message.errorCode) ?? { outcome: 'refused', code: 'message-refused' };
  return meaning.outcome === 'retry'
    ? { ...meaning, providerCode, retryAfterSeconds: null, httpStatus: answer.status }
    : { ...meaning, providerCode, httpStatus: answer.status };
}

function notTaken(answer: UpstreamAnswer): SendOutcome {
  const code = errorCodeOf(answer);
  const meaning = meaningOf(code);
  const at = { providerCode: code === null ? null : String(code), httpStatus: answer.status };
  if (answer.status === 429 || meaning?.outcome === 'retry')
    return { outcome: 'retry', code: 'provider-rate-limited', retryAfterSeconds: answer.retryAfterSeconds, ...at };
  return { outcome: 'refused', code: meaning?.code ?? refusalByStatus(answer.status), ...at };
}

/** 404 is of the path, and in the path stands the account. */
function refusalByStatus(status: number): RefusalCode {
  return status === 401 || status === 403 || status === 404 ? 'credentials-refused' : 'message-refused';
}

/** Via a messaging service it is 0 at first: no sender is chosen yet. */
function segmentsOf(message: TwilioMessage): number | null {
  return message.segments === 0 ? null : message.segments;
}

/** Of an error's body: `{code, message, more_info, status}`; null where Twilio named none, or it was not Twilio who answered. */
function errorCodeOf(answer: UpstreamAnswer): number | null {
  if (answer.body.kind !== 'json' || typeof answer.body.value !== 'object' || answer.body.value === null) return null;
  return 'code' in answer.body.value ? wholeNumber(answer.body.value.code) : null;
}

function unknown(code: UnknownCode, answer: UpstreamAnswer): SendOutcome {
  const named = errorCodeOf(answer);
  return { outcome: 'unknown', code, providerCode: named === null ? null : String(named), httpStatus: answer.status };
}
