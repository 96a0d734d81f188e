import { DomainError, type ErrorKind } from '../common/domain-error.js';
import type { UpstreamFailureCode } from './scheduler.js';

/** A read from a hospital's scheduling system failed. */
export class UpstreamError extends DomainError {
  readonly kind: ErrorKind;

  constructor(
    readonly code: UpstreamFailureCode,
    message: string,
    options: { cause?: unknown; httpStatus?: number | null; retryAfterSeconds?: number } = {},
  ) {
    super(message, options);
    this.kind = kindOf(code);
    this.httpStatus = options.httpStatus ?? null;
  }

  readonly httpStatus: number | null;
}

/** A list that broke off after its first page: what it lacks proves nothing. Code and message are those of what broke it. */
export class ListCutShortError extends UpstreamError {
  constructor(cause: UpstreamError) {
    super(cause.code, cause.message, { cause, httpStatus: cause.httpStatus });
  }
}

function kindOf(code: UpstreamFailureCode): ErrorKind {
  switch (code) {
    case 'upstream-timeout':
      return 'upstream-timeout';
    case 'upstream-unreachable':
    case 'upstream-rate-limited':
    case 'upstream-circuit-open':
    case 'upstream-busy':
      return 'upstream-unavailable';
    case 'upstream-connection-lost':
    case 'upstream-invalid-response':
    case 'upstream-error':
    case 'upstream-credentials-refused':
    case 'upstream-redirected':
    case 'upstream-response-too-large':
      return 'upstream-failed';
  }
}
