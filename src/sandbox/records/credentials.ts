import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomIds } from './random-ids.js';

export type AuthScheme = 'basic' | 'header' | 'bearer';

export interface StoredCredentials {
  userId: string;
  apiKey: string;
}

/** The hospital's one key, and the ways to send it. All three schemes always work; `scheme` is the one it recommends. */
export class Credentials implements StoredCredentials {
  constructor(
    readonly scheme: AuthScheme,
    readonly userId: string,
    readonly apiKey: string,
    readonly headerName: string,
  ) {}

  isKey(candidate: string): boolean {
    return isSameText(candidate, this.apiKey);
  }

  isUser(userId: string, candidate: string): boolean {
    // Both are compared whatever the first says, so that the time does not tell which was wrong.
    const isUserId = isSameText(userId, this.userId);
    return this.isKey(candidate) && isUserId;
  }
}

export function generateCredentials(ids: RandomIds): StoredCredentials {
  return { userId: ids.next('sandbox-', undefined, 8), apiKey: ids.next('sk-sandbox-', undefined, 40) };
}

/** In constant time: equal lengths come from hashing, as `timingSafeEqual` takes nothing else. */
function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
