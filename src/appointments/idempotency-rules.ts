import type { BlindIndex } from '../crypto/blind-index.js';
import { IdempotencyKeyMissingError, IdempotencyKeyReusedError } from './appointment.errors.js';
import { stableJson } from './stable-json.js';
import { ReplayedError, type StoredProblem } from './stored-answer.js';

/** A caller's key on one route, in the form it is kept. */
export interface IdempotencyTicket {
  facilityId: string;
  route: string;
  keyDigest: string;
  bodyDigest: string;
}

/** What an earlier request with the same key and body came to. */
export interface EarlierAnswer {
  status: number;
  appointmentId: string;
}

/** What is kept of a key's first request. */
export interface KeptRequest {
  bodyDigest: string;
  appointmentId: string;
  /** null: it still runs, or the process that ran it is gone. */
  responseStatus: number | null;
  problem: StoredProblem | null;
}

/** Neither key nor body are kept, nor can they be told from what is. Throws `IdempotencyKeyMissingError` for a key that is none. */
export function ticketOf(
  digests: Pick<BlindIndex, 'digest'>,
  facilityId: string,
  route: string,
  key: string | undefined,
  body: unknown,
): IdempotencyTicket {
  if (key === undefined || !/^[\x20-\x7e]{1,255}$/.test(key) || key.trim() === '') throw new IdempotencyKeyMissingError();
  return {
    facilityId,
    route,
    keyDigest: digests.digest(facilityId, 'idempotency-key', key),
    bodyDigest: digests.digest(facilityId, 'request-body', stableJson(body)),
  };
}

/**
 * What the first request's repeat is told; null: nothing yet, the first has not ended. Throws its error again if it was one, and
 * `IdempotencyKeyReusedError` where the body is another.
 */
export function answerKept(first: KeptRequest, { bodyDigest }: Pick<IdempotencyTicket, 'bodyDigest'>): EarlierAnswer | null {
  if (first.bodyDigest !== bodyDigest) throw new IdempotencyKeyReusedError();
  if (first.problem) throw new ReplayedError(first.problem);
  return first.responseStatus === null ? null : { status: first.responseStatus, appointmentId: first.appointmentId };
}
