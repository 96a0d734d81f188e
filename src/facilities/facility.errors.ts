import { DomainError, InvalidFieldError } from '../common/domain-error.js';
import { HOW_TO_MEET, type GoLiveRequirement } from './go-live-rules.js';

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
    super(`The facility ${id} is deactivated: set its status first.`);
  }
}

/** It has not shown all that a facility must before patients are written to. */
export class GoLiveRefusedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'go-live-requirements-missing';

  constructor(id: string, missing: readonly GoLiveRequirement[]) {
    const errors = missing.map(code => ({ field: 'status', code, message: HOW_TO_MEET[code] }));
    super(`The facility ${id} cannot go live yet, it lacks: ${missing.join(', ')}. GET …/go-live shows each.`, { errors });
  }
}

/** PATCH changes settings: what must be shown before is judged elsewhere. */
export class GoLiveElsewhereError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'go-live-elsewhere';

  constructor(id: string) {
    super(`The facility ${id} was never live: it goes live by PUT /api/v1/facilities/${id}/status.`);
  }
}

export class UpstreamAddressRefusedError extends InvalidFieldError {
  constructor(code: string, message: string) {
    super('scheduler.baseUrl', code, message);
  }
}
