import { DomainError } from '../common/domain-error.js';
import type { UpstreamError } from '../schedulers/upstream.errors.js';

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
