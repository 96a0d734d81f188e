import { DomainError } from '../common/domain-error.js';

/** More was asked than a limit allows in its window. */
export class RateLimitedError extends DomainError {
  readonly kind = 'too-many-requests';
  readonly code = 'rate-limited';

  /** `what` is limited: in the plural. `headers`: the `RateLimit` fields, where the answer has none yet. */
  constructor(what: string, { quota, windowMs }: { quota: number; windowMs: number }, retryAfterSeconds: number, headers = {}) {
    super(`More than ${quota} ${what} in ${windowMs / 1_000} s: wait ${retryAfterSeconds} s.`, { retryAfterSeconds, headers });
  }
}
