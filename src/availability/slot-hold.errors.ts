import { DomainError } from '../common/domain-error.js';
import { MAX_OPEN_HOLDS } from './slot-hold-rules.js';

/** There is none in this facility: never was, was given up, or ended more than a day ago. */
export class SlotHoldNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'slot-hold-not-found';

  constructor(id: string) {
    super(`There is no slot hold ${id} in this facility.`);
  }
}

/** A hold books once, whatever became of that booking. `appointmentId`: the hub's. */
export class SlotHoldUsedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'slot-hold-used';

  constructor(id: string, appointmentId: string) {
    super(
      `The slot hold ${id} was used by the appointment ${appointmentId}: read that. Another booking needs a hold of its own, or none.`,
      {
        extensions: { appointmentId },
      },
    );
  }
}

/** The booking names a hold of another slot. `fields`: what differs. */
export class SlotHoldMismatchError extends DomainError {
  readonly kind = 'refused';
  readonly code = 'slot-hold-mismatch';

  constructor(id: string, fields: readonly string[]) {
    super(`The slot hold ${id} is of another slot (${fields.join(', ')}): book what it holds, or without holdId.`, {
      errors: fields.map(field => ({ field, code: 'slot-hold-mismatch', message: `${field} must be what the hold is of.` })),
    });
  }
}

/** So many are open by one API key in one facility that it cannot be patients who choose. */
export class TooManySlotHoldsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'too-many-slot-holds';

  constructor() {
    super(`This API key has ${MAX_OPEN_HOLDS} open slot holds in this facility: give up those that are not needed, or wait for their end.`);
  }
}
