import { DomainError, InvalidFieldError } from '../common/domain-error.js';

/** There is none, or it is not for this caller: the two are not told apart. */
export class FacilityNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'facility-not-found';

  constructor(id: string) {
    super(`There is no facility ${id}.`);
  }
}

export class FacilityInactiveError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'facility-inactive';

  constructor(id: string) {
    super(`The facility ${id} is deactivated: set its status to live first.`);
  }
}

export class UpstreamAddressRefusedError extends InvalidFieldError {
  constructor(code: string, message: string) {
    super('scheduler.baseUrl', code, message);
  }
}
