import { DomainError } from '../common/domain-error.js';
import type { NotificationStatus } from './notification-state.js';

/** There is none, or it is of a facility that is not for this caller: the two are not told apart. */
export class NotificationNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'notification-not-found';

  constructor(id: string) {
    super(`There is no notification ${id}.`);
  }
}

/** It is about to be sent, or something else is told instead. */
export class ResendRefusedError extends DomainError {
  readonly kind = 'conflict';
  readonly code: string;

  constructor(id: string, status: NotificationStatus) {
    const why =
      status === 'superseded'
        ? 'a later change of the appointment is told instead: resend that one'
        : 'it is about to be sent, or on its way';
    super(`The notification ${id} is not sent again: ${why}.`);
    this.code = status === 'superseded' ? 'notification-superseded' : 'notification-pending';
  }
}

/** A person has sent it so often that more would help nobody. */
export class ResentTooOftenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'notification-resent-too-often';

  constructor(id: string, most: number) {
    super(`The notification ${id} was sent again ${most} times: tell the patient another way.`);
  }
}

/** No provider posts there. */
export class CallbackEndpointNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'callback-endpoint-not-found';

  constructor() {
    super('There is no callback endpoint here: take the callbackUrl that the facility shows under notifications.channels.');
  }
}

/** The provider's signature is missing or does not match. */
export class CallbackSignatureError extends DomainError {
  readonly kind = 'unauthenticated';

  constructor(readonly code: 'missing-signature' | 'no-matching-signature') {
    super(
      code === 'missing-signature'
        ? "The provider's signature header is missing."
        : "The provider's signature does not match: the facility's credentials of this channel must be those of the sender, and PUBLIC_URL where the provider posts to.",
      { headers: { 'WWW-Authenticate': 'Provider-Signature' } },
    );
  }
}

export class CallbackBodyError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'malformed-body';

  constructor() {
    super("The body is not one of the provider's callbacks.");
  }
}
