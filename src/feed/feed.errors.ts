import { DomainError } from '../common/domain-error.js';

/** A change is being written and takes long: what comes after it must not be read before it. */
export class FeedBusyError extends DomainError {
  readonly kind = 'upstream-unavailable';
  readonly code = 'feed-busy';

  constructor() {
    super('A change is still being written: ask again with the same cursor.', { retryAfterSeconds: 1 });
  }
}
