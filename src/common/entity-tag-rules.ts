import { hash } from 'node:crypto';

/** Half of a SHA-256: two answers that differ never have the same. */
const CHARACTERS = 22;

/**
 * The entity tag of an answer's body (RFC 9110, 8.8.3). A strong one: it is of these very bytes, and says nothing of what another answer
 * with other bytes would mean.
 */
export function entityTag(body: string): string {
  return `"${hash('sha256', body, 'base64url').slice(0, CHARACTERS)}"`;
}

/**
 * Whether the caller has this answer already (RFC 9110, 13.1.2): compared weakly, for a proxy that compresses makes a strong tag a weak one.
 * A `Cache-Control: no-cache` beside it is meant for caches on the way, and counts for nothing here: `fetch` adds one by itself, so that
 * Express, which heeds it, would send the whole answer to each such caller.
 */
export function hasAlready(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some(given => given.trim().replace(/^W\//, '') === tag);
}
