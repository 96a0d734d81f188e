import { DomainError } from '../common/domain-error.js';
import type { Scope } from './scope.js';

/** No key was sent, or none that holds. It does not say which: a guesser learns nothing. */
export class UnauthenticatedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code: string;

  constructor(isMissing: boolean) {
    super(isMissing ? 'Send an API key: Authorization: Bearer KEY.' : 'The API key is unknown, expired or revoked.');
    this.code = isMissing ? 'missing-api-key' : 'invalid-api-key';
  }
}

/** The console is for those who are signed in. */
export class NotSignedInError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'not-signed-in';

  constructor() {
    super('You are not signed in, or have been away for too long.');
  }
}

/** A form that no page of the console's has made, or that one of an earlier session has. */
export class ForgedFormError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'forged-form';

  constructor() {
    super('This form is out of date, or came from another site: nothing was done. Load the page again and repeat it there.');
  }
}

/** The key holds, but may not do this. */
export class ScopeMissingError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'scope-missing';

  constructor(needed: Scope) {
    super(`This needs an API key with the scope "${needed}".`);
  }
}

/** An admin key that is bound to facilities cannot make facilities, or keys for others. */
export class KeyBoundToFacilitiesError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'key-bound-to-facilities';

  constructor() {
    super('This API key is bound to certain facilities: use one that is not.');
  }
}

export class ApiKeyNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'api-key-not-found';

  constructor(id: string) {
    super(`There is no API key ${id}.`);
  }
}
