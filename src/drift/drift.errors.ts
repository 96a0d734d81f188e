import { DomainError } from '../common/domain-error.js';
import type { DecisionProblem } from './repair-rules.js';

/** There is none, or it is of another facility. */
export class DriftFindingNotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'drift-finding-not-found';

  constructor(findingId: string) {
    super(`There is no finding ${findingId} of this facility: take the ids that its drift report shows.`);
  }
}

/** The last comparison failed, or its list cannot be relied on. */
export class DriftNotRepairableError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'drift-not-repairable';

  constructor(reason: string) {
    super(`What was found cannot be repaired now (${reason}): start a comparison (POST …/drift) that succeeds first.`, {
      extensions: { reason },
    });
  }
}

/** What a person may not decide so. Nothing of the call was done. */
export class DriftDecisionRefusedError extends DomainError {
  readonly kind = 'refused';

  constructor(
    readonly code: DecisionProblem,
    findingId: string,
  ) {
    super(sentenceOf(code, findingId));
  }
}

function sentenceOf(code: DecisionProblem, findingId: string): string {
  switch (code) {
    case 'finding-named-twice':
      return `The finding ${findingId} is named twice: decide once about each.`;
    case 'action-not-allowed':
      return `That is no action for the finding ${findingId}: cancel or keep one that is missing-upstream, apply or dismiss all others.`;
    case 'must-be-alone':
      return `The finding ${findingId} is to be decided about in a call of its own: only moved, canceled-upstream and unknown-here go together.`;
    case 'reason-missing':
      return `The finding ${findingId} is missing-upstream: say in reason what the hospital has told you.`;
  }
}
