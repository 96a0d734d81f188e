import { DomainError } from '../common/domain-error.js';

/** There is none, or it is not for this caller: the two are not told apart. */
export class ContactNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'contact-not-found';

  constructor(id: string) {
    super(`There is no contact ${id}.`);
  }
}

/** Its data was erased: it stands for appointments that were. */
export class ContactErasedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'contact-erased';

  constructor(id: string) {
    super(`The contact ${id} was erased and cannot be changed or booked for: create the patient anew.`);
  }
}

/** The hospital's id belongs to another contact of the facility. It does not say to which. */
export class IdentityTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'identity-taken';

  constructor(field: 'patientId' | 'temporaryPatientId') {
    const message = `${field} belongs to another contact of this facility: search for it, and change that one first.`;
    super(message, { errors: [{ field, code: 'identity-taken', message }] });
  }
}

/** There is none of this contact. */
export class ContactMergeNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'merge-not-found';

  constructor(id: string) {
    super(`There is no merge ${id} of this contact: its merges are listed under it.`);
  }
}

/** The two are contacts of their own again. */
export class MergeAlreadyUndoneError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'merge-already-undone';

  constructor(id: string) {
    super(`The merge ${id} was undone before: its contacts are parted.`);
  }
}

/** What the merge moved is not where it was moved to. */
export class MergeCannotBeUndoneError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'merge-cannot-be-undone';

  constructor(id: string, why: string) {
    super(`The merge ${id} cannot be undone as it was recorded: ${why}.`);
  }
}

/** A search without anything that identifies would list patients. */
export class SearchCriterionMissingError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'search-criterion-missing';

  constructor() {
    super('A search needs at least one of phone, email, nationalId, patientId and temporaryPatientId; name only narrows it down.');
  }
}
