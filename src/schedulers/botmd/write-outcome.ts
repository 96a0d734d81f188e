import type { RefusalCode, UpstreamFailureCode, WriteOutcome } from '../scheduler.js';
import type { UpstreamAnswer, UpstreamReply } from '../upstream-reply.js';
import { readRefusal, refusalByStatus, type Refusal } from './refusal.js';
import { readWriteAnswer, type AskedFor } from './write-answer.js';

/** These depend on what the first try may have changed, or on the clock: refused now does not mean refused then. */
const PROVES_NOTHING_ON_REPEAT = new Set<RefusalCode>([
  'slot-unavailable',
  'appointment-canceled',
  'upstream-appointment-not-found',
  'reschedule-cutoff-passed',
  'cancel-cutoff-passed',
  'min-hours-in-advance',
]);

/**
 * Yes, no or unknown, by the contract's table. `no` means that nothing was done by this try *and*, on a repeat, by the one
 * before: what only says that this try did nothing (never sent, key refused, too many requests) is unknown on a repeat.
 */
export function writeOutcome(reply: UpstreamReply, asked: AskedFor): WriteOutcome {
  if (reply.kind === 'failed') {
    const retryAfterSeconds = reply.retryAfterSeconds ?? null;
    if (reply.isSurelyUnsent && !asked.isRepeat) return no(unsentCode(reply.code), reply.status, reply.detail, retryAfterSeconds);
    return unknown(reply.code, reply.status, reply.detail, retryAfterSeconds);
  }
  if (reply.status >= 200 && reply.status < 300) return confirmed(reply, asked);
  switch (reply.status) {
    case 400:
    case 404:
    case 409:
    case 422:
      return refused(reply, asked);
    case 401:
      return notDone('upstream-credentials-refused', reply, asked);
    case 403:
      // Some systems say "not allowed by policy" with 403; that is no matter of credentials.
      return refusalOf(reply).code === null ? notDone('upstream-credentials-refused', reply, asked) : refused(reply, asked);
    case 429:
      return notDone('upstream-rate-limited', reply, asked);
    default:
      return unknown(
        reply.status < 400 ? 'upstream-redirected' : 'upstream-error',
        reply.status,
        statusDetail(reply),
        reply.retryAfterSeconds,
      );
  }
}

/** Why it was not sent, where the hub itself held it back; else nobody was reached. */
function unsentCode(code: UpstreamFailureCode): RefusalCode {
  return code === 'upstream-circuit-open' || code === 'upstream-busy' || code === 'upstream-rate-limited' ? code : 'upstream-unreachable';
}

function confirmed(reply: UpstreamAnswer, asked: AskedFor): WriteOutcome {
  if (reply.body.kind === 'unreadable') return unknown('upstream-invalid-response', reply.status, reply.body.detail, null);
  const reading = readWriteAnswer(reply.body.kind === 'json' ? reply.body.value : undefined, asked);
  if (!reading.agrees) return unknown('upstream-invalid-response', reply.status, reading.detail, null);
  return { outcome: 'yes', appointment: reading.appointment, httpStatus: reply.status };
}

function refused(reply: UpstreamAnswer, asked: AskedFor): WriteOutcome {
  const refusal = refusalOf(reply);
  const code = refusal.code ?? refusalByStatus(reply.status, asked.kind, reply.body.kind !== 'unreadable');
  if (asked.isRepeat && asked.kind === 'cancel' && refusal.isAlreadyCanceled && asked.appointmentId !== null) {
    // What was asked for holds, by the hospital's own word.
    const appointment = { appointmentId: asked.appointmentId, patientId: null, temporaryPatientId: null, updatedAt: null };
    return { outcome: 'yes', appointment, httpStatus: reply.status };
  }
  const provesNothing = reply.status === 404 || reply.status === 409 || PROVES_NOTHING_ON_REPEAT.has(code);
  if (asked.isRepeat && provesNothing)
    return unknown(
      'upstream-error',
      reply.status,
      `${statusDetail(reply)}, on a repeat: the first try may have done it`,
      reply.retryAfterSeconds,
    );
  return no(code, reply.status, statusDetail(reply), reply.retryAfterSeconds);
}

/** This try did nothing; whether an earlier one did stays as it was. */
function notDone(code: 'upstream-credentials-refused' | 'upstream-rate-limited', reply: UpstreamAnswer, asked: AskedFor): WriteOutcome {
  return asked.isRepeat
    ? unknown(code, reply.status, statusDetail(reply), reply.retryAfterSeconds)
    : no(code, reply.status, statusDetail(reply), reply.retryAfterSeconds);
}

function refusalOf(reply: UpstreamAnswer): Refusal {
  return readRefusal(reply.body.kind === 'json' ? reply.body.value : undefined);
}

function statusDetail(reply: UpstreamAnswer): string {
  const { token } = refusalOf(reply);
  if (token !== null) return `status ${reply.status}, code ${token}`;
  return reply.body.kind === 'unreadable' ? `status ${reply.status}, ${reply.body.detail}` : `status ${reply.status}`;
}

function no(code: RefusalCode, httpStatus: number | null, detail: string, retryAfterSeconds: number | null): WriteOutcome {
  return { outcome: 'no', code, httpStatus, detail, retryAfterSeconds };
}

function unknown(code: UpstreamFailureCode, httpStatus: number | null, detail: string, retryAfterSeconds: number | null): WriteOutcome {
  return { outcome: 'unknown', code, httpStatus, detail, retryAfterSeconds };
}
