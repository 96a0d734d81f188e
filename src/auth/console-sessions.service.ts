import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ApiKeysService, hashOfKey } from './api-keys.service.js';
import { isSessionOver, LONGEST_SESSION_MS } from './console-session-rules.js';
import { ConsoleSessionRepository } from './console-session.repository.js';
import type { Caller } from './scope.js';

const REMOVED_AT_ONCE = 20;

/** Who is signed in to the console. All copies of the hub know all sessions; each request asks anew whether the key still holds. */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly repository: ConsoleSessionRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  /** The token for the cookie, or null where the key does not hold. */
  async begin(key: string): Promise<{ token: string; caller: Caller } | null> {
    const caller = await this.apiKeys.authenticate(key);
    if (!caller) return null;
    const now = this.clock.now();
    const token = newSessionToken();
    await this.repository.removeOld(new Date(now.getTime() - LONGEST_SESSION_MS), REMOVED_AT_ONCE);
    await this.repository.insert({ hash: hashOfToken(token), keyHash: hashOfKey(key), createdAt: now, seenAt: now });
    return { token, caller };
  }

  /** Whose session it is, with what their key may do now; null when it is over, or never was. */
  async callerOf(token: string): Promise<Caller | null> {
    const now = this.clock.now();
    const session = await this.repository.find(hashOfToken(token));
    if (!session || isSessionOver(session, now)) return null;
    const caller = await this.apiKeys.callerOfHash(session.keyHash);
    if (caller) await this.repository.touch(session.hash, now);
    return caller;
  }

  /** Whether it still holds; not a sign that somebody is there: for a page that looks by itself. */
  async isOpen(token: string): Promise<boolean> {
    const session = await this.repository.find(hashOfToken(token));
    return session !== null && !isSessionOver(session, this.clock.now()) && (await this.apiKeys.callerOfHash(session.keyHash)) !== null;
  }

  async end(token: string): Promise<void> {
    await this.repository.remove(hashOfToken(token));
  }
}

/** 256 random bits. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOfToken(token: string): string {
  return hash('sha256', token, 'base64url');
}
