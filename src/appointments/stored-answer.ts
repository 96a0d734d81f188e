import { DomainError, type ErrorKind, type FieldError } from '../common/domain-error.js';

/** An error as it is kept with an idempotency key: no PHI in it, as in no error of ours. */
export interface StoredProblem {
  kind: ErrorKind;
  code: string;
  message: string;
  errors: FieldError[];
  extensions: Record<string, unknown>;
}

export const REPLAYED_HEADER = 'Idempotency-Replayed';

export function toStoredProblem({ kind, code, message, errors, extensions }: DomainError): StoredProblem {
  return { kind, code, message, errors, extensions };
}

/** The error of an earlier request, given again to its repeat. */
export class ReplayedError extends DomainError {
  readonly kind: ErrorKind;
  readonly code: string;

  constructor(problem: StoredProblem) {
    super(problem.message, { errors: problem.errors, extensions: problem.extensions, headers: { [REPLAYED_HEADER]: 'true' } });
    this.kind = problem.kind;
    this.code = problem.code;
  }
}
