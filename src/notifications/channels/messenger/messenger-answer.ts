import type { UpstreamAnswer, UpstreamReply } from '../../../schedulers/upstream-reply.js';
import type { SendOutcome } from '../channel-client.js';
import { failureOutcome, statusOutcome } from '../http-outcome.js';
import { idText, isJsonObject } from '../provider-json.js';
import { graphVerdict, type GraphError } from './graph-verdict.js';
import type { MessengerMode } from './messenger-request.js';

/** What Meta's answer to the Send API means. Its own error decides; only where there is none, the HTTP status. */
export function messengerAnswer(reply: UpstreamReply, mode: MessengerMode): SendOutcome {
  if (reply.kind === 'failed') return failureOutcome(reply);
  const body = reply.body.kind === 'json' && isJsonObject(reply.body.value) ? reply.body.value : {};
  const error = graphErrorOf(body['error']);
  if (error) return errorOutcome(reply, error, mode);
  const messageId = idText(body['message_id']);
  return messageId !== null && reply.status >= 200 && reply.status < 300
    ? { outcome: 'accepted', providerMessageId: messageId, segments: null, httpStatus: reply.status }
    : statusOutcome(reply);
}

function errorOutcome(reply: UpstreamAnswer, error: GraphError, mode: MessengerMode): SendOutcome {
  const providerCode = error.subcode === null ? String(error.code) : `${error.code}/${error.subcode}`;
  const said = { providerCode, httpStatus: reply.status };
  // A server error that may pass later says nothing of this message.
  const verdict = graphVerdict({ ...error, isTransient: error.isTransient && reply.status < 500 }, mode);
  if (verdict?.outcome === 'retry') return { outcome: 'retry', code: verdict.code, retryAfterSeconds: reply.retryAfterSeconds, ...said };
  return verdict ? { ...verdict, ...said } : { ...statusOutcome(reply), ...said };
}

/** `{message, type, code, error_subcode, is_transient, fbtrace_id}`; only the codes are read, the message may quote the request. */
function graphErrorOf(value: unknown): GraphError | null {
  if (!isJsonObject(value) || !isCode(value['code'])) return null;
  const subcode = value['error_subcode'];
  return { code: value['code'], subcode: isCode(subcode) ? subcode : null, isTransient: value['is_transient'] === true };
}

function isCode(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
