import { DomainError } from '../common/domain-error.js';
import type { JsonBodyProblem } from './json-body-rules.js';
import type { SignatureProblem } from './signature-rules.js';

/** No facility has this token. */
export class WebhookEndpointNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'webhook-endpoint-not-found';

  constructor() {
    super('There is no webhook endpoint here: take the URL that the facility shows under webhook.url.');
  }
}

/** The sender may stop: nothing of this facility is taken any more. */
export class FacilityGoneError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'facility-gone';

  constructor() {
    super('The facility of this webhook endpoint is deactivated: it takes no events until its status is live again.');
  }
}

/** `code` says which check failed. */
export class SignatureRefusedError extends DomainError {
  readonly kind = 'unauthenticated';

  constructor(
    readonly code: SignatureProblem,
    message: string,
  ) {
    // RFC 9110 wants a challenge with each 401; an API key would not help here.
    super(message, { headers: { 'WWW-Authenticate': 'Webhook-Signature' } });
  }
}

/** Signed, but no JSON object. */
export class WebhookBodyRefusedError extends DomainError {
  readonly kind = 'invalid';

  constructor(
    readonly code: JsonBodyProblem,
    message: string,
  ) {
    super(message);
  }
}

/** The event may be stored or not: sent again with the same id it counts once. */
export class InboxUnavailableError extends DomainError {
  readonly kind = 'upstream-unavailable';
  readonly code = 'database-unavailable';

  constructor(cause?: unknown) {
    super('The event could not be stored in time. Send it again, with the same id: it counts once.', { cause, retryAfterSeconds: 5 });
  }
}

/** There is none, or it is of a facility that is not for this caller: the two are not told apart. */
export class WebhookEventNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'webhook-event-not-found';

  constructor(id: string) {
    super(`There is no webhook event ${id}.`);
  }
}

/** It is to be applied as it is: nothing to replay. */
export class EventPendingError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'event-pending';

  constructor(id: string) {
    super(`The webhook event ${id} is pending: it is about to be applied.`);
  }
}

/** Its body was removed at the end of its retention time. */
export class BodyExpiredError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'body-expired';

  constructor(id: string) {
    super(`The body of the webhook event ${id} is no longer kept (WEBHOOK_BODY_RETENTION_DAYS): it cannot be replayed.`);
  }
}
