import { createHash, timingSafeEqual } from 'node:crypto';

/** A working day; and as long as somebody may be away from the desk. */
export const LONGEST_SESSION_MS = 12 * 3_600_000;
export const LONGEST_PAUSE_MS = 3_600_000;

const TOKEN = /^[\w-]{43}$/;

/** Whether a session that began and was last seen then still holds. */
export function isSessionOver({ createdAt, seenAt }: { createdAt: Date; seenAt: Date }, now: Date): boolean {
  const ms = now.getTime();
  return ms - createdAt.getTime() >= LONGEST_SESSION_MS || ms - seenAt.getTime() >= LONGEST_PAUSE_MS;
}

/** The cookie's value in a `Cookie` header, where it looks like a token of ours; else null. */
export function tokenIn(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) {
      const value = pair.slice(at + 1).trim();
      return TOKEN.test(value) ? value : null;
    }
  }
  return null;
}

/** What forms must bring along: only a page of ours, which knows the cookie's token, can have it. */
export function formTokenOf(token: string): string {
  return createHash('sha256').update(`form:${token}`).digest('base64url');
}

export function isFormToken(given: unknown, token: string): boolean {
  const right = Buffer.from(formTokenOf(token));
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  return sent.length === right.length && timingSafeEqual(sent, right);
}

/** Browsers say where a request comes from (Fetch Metadata); those that do not are left to the form's token. */
export function isFromElsewhere(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin';
}
