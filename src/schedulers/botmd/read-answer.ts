import type { UpstreamFailureCode } from '../scheduler.js';
import { UpstreamError } from '../upstream.errors.js';
import type { UpstreamAnswer, UpstreamReply } from '../upstream-reply.js';
import { WrongShapeError } from './fields.js';
import { readRefusal } from './refusal.js';

/**
 * The JSON of a read that went well. Throws `UpstreamError` for everything else.
 *
 * @param endpoint for the message: `GET availability`.
 */
export function jsonOf(reply: UpstreamReply, endpoint: string): unknown {
  const answer = answerOf(reply, endpoint);
  if (answer.status < 200 || answer.status > 299) throw statusError(answer, endpoint);
  switch (answer.body.kind) {
    case 'json':
      return answer.body.value;
    case 'empty':
      throw new UpstreamError('upstream-invalid-response', `${endpoint}: the body is empty, JSON expected.`, { httpStatus: answer.status });
    case 'unreadable':
      throw new UpstreamError('upstream-invalid-response', `${endpoint}: ${answer.body.detail}.`, { httpStatus: answer.status });
  }
}

/** The whole answer, of any status; throws `UpstreamError` where there is none. */
export function answerOf(reply: UpstreamReply, endpoint: string): UpstreamAnswer {
  if (reply.kind === 'answered') return reply;
  const { code, detail, status: httpStatus, retryAfterSeconds } = reply;
  throw new UpstreamError(code, `${endpoint}: ${detail}.`, {
    httpStatus,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function statusError(answer: UpstreamAnswer, endpoint: string): UpstreamError {
  const { token } = readRefusal(answer.body.kind === 'json' ? answer.body.value : undefined);
  const message = `${endpoint}: the scheduling system answered ${answer.status}${token === null ? '' : ` (${token})`}.`;
  return new UpstreamError(codeOf(answer.status), message, {
    httpStatus: answer.status,
    ...(answer.retryAfterSeconds === null ? {} : { retryAfterSeconds: answer.retryAfterSeconds }),
  });
}

function codeOf(status: number): UpstreamFailureCode {
  if (status >= 300 && status < 400) return 'upstream-redirected';
  if (status === 401 || status === 403) return 'upstream-credentials-refused';
  return status === 429 ? 'upstream-rate-limited' : 'upstream-error';
}

/** Turns a `WrongShapeError` of the pure readers into `upstream-invalid-response`; its message names places, never values. */
export async function translatingShape<T>(endpoint: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof WrongShapeError)) throw error;
    throw new UpstreamError('upstream-invalid-response', `${endpoint}: ${error.message}.`, { httpStatus: 200 });
  }
}
