import { DomainError } from '../common/domain-error.js';
import type { UpstreamError } from '../schedulers/upstream.errors.js';
import type { AlternativeSlot } from './alternatives.service.js';

const RETRY_AFTER_SECONDS = 2;

/** The hospital does not answer, and what it offers has never been read, so there is not even an old answer to give. */
export class AvailabilityUnknownError extends DomainError {
  readonly kind = 'upstream-unavailable';
  readonly code: UpstreamError['code'];

  constructor(cause: UpstreamError) {
    super(
      `The hospital's system gave no usable answer (${cause.code}), and what it offers is not known from before. Try again in a moment.`,
      {
        cause,
        retryAfterSeconds: cause.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
      },
    );
    this.code = cause.code;
  }
}

/** A start that lies behind, or that the hospital never offered. */
export class StartNotOfferedError extends DomainError {
  readonly kind = 'refused';
  readonly code: string;

  constructor(code: 'start-in-past' | 'slot-not-offered', start: string) {
    const why = code === 'start-in-past' ? 'lies in the past' : 'is on no slot of this calendar and type: take one that availability gave';
    super(`The start ${start} ${why}.`, { errors: [{ field: 'start', code, message: `start ${why}.` }] });
    this.code = code;
  }
}

/** Somebody has the slot: the hospital said so, or another booking of ours holds its last seat. */
export class SlotTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'slot-unavailable';

  /** `appointmentId`: the hub's, of the booking that the hospital refused; null where the hospital was not asked. */
  constructor(start: string, alternatives: AlternativeSlot[], appointmentId: string | null) {
    super(`The slot at ${start} is taken.${alternatives.length > 0 ? ' The alternatives were free just now.' : ''}`, {
      extensions: { alternatives, appointmentId },
    });
  }
}
