/**
 * What is wrong in the world, in the words of this product. `problem.filter.ts` alone turns a kind into a status.
 *
 * - `not-found` 404 · `gone` 410 · `conflict` 409 · `refused` 422 (understood, but the rules forbid it) · `invalid` 400
 * - `unauthenticated` 401 · `forbidden` 403 · `too-many-requests` 429 · `upstream-unavailable` 503 · `upstream-failed` 502 · `upstream-timeout` 504
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'conflict'
  | 'refused'
  | 'too-many-requests'
  | 'upstream-failed'
  | 'upstream-unavailable'
  | 'upstream-timeout';

/** One field of the request that is wrong: its path (`contact.phone`), a stable code, and what would be right. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export interface DomainErrorOptions {
  cause?: unknown;
  errors?: FieldError[];
  /** Further members of the problem document (RFC 9457 extension members). */
  extensions?: Record<string, unknown>;
  retryAfterSeconds?: number | undefined;
  /** Further headers of the answer. */
  headers?: Record<string, string>;
}

/** The base of every error a service throws on purpose. `message` reaches the caller: never PHI, SQL or a secret in it. */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  /** Stable, kebab-case; callers branch on it. */
  abstract readonly code: string;
  readonly errors: FieldError[];
  readonly extensions: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors ?? [];
    this.extensions = options.extensions ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }
}

/** A field of the request is wrong in a way that only a rule, not the schema, can tell. */
export class InvalidFieldError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'validation-failed';

  constructor(field: string, code: string, message: string) {
    super(message, { errors: [{ field, code, message }] });
  }
}
