import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ApiKeysService } from './api-keys.service.js';
import type { AuthenticatedRequest } from './auth.decorators.js';
import { ForgedFormError, NotSignedInError, UnauthenticatedError } from './auth.errors.js';
import { ConsoleCookies } from './console-cookies.js';
import { formTokenOf, isFormToken, isFromElsewhere } from './console-session-rules.js';
import { ConsoleSessions } from './console-sessions.service.js';
import { FailedAuthentications } from './failed-authentications.js';
import type { Caller } from './scope.js';

/** Who sends a request, by what it brings along. */
@Injectable()
export class Credentials {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly sessions: ConsoleSessions,
    private readonly cookies: ConsoleCookies,
    private readonly failures: FailedAuthentications,
  ) {}

  /** By the API key in `Authorization`. Throws `UnauthenticatedError`, `RateLimitedError`. */
  async ofApi({ headers, socket }: Request): Promise<Caller> {
    const header = headers.authorization;
    if (header === undefined) throw new UnauthenticatedError(true);
    const token = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
    const caller = token === undefined ? null : await this.apiKeys.authenticate(token);
    if (!caller) throw this.failures.count(socket.remoteAddress) ?? new UnauthenticatedError(false);
    return caller;
  }

  /** By the console's cookie; what changes something must come out of a form of its pages. Throws `NotSignedInError`, `ForgedFormError`. */
  async ofConsole(request: Request & AuthenticatedRequest): Promise<Caller> {
    const token = this.cookies.sessionIn(request);
    const caller = token === null ? null : await this.sessions.callerOf(token);
    if (token === null || !caller) throw new NotSignedInError();
    assertOwnForm(request, token);
    request.formToken = formTokenOf(token);
    return caller;
  }

  /** Signs in with a key; the token is the cookie's. Throws `ForgedFormError`, `UnauthenticatedError`, `RateLimitedError`. */
  async signIn(request: Request, key: unknown): Promise<{ token: string; caller: Caller }> {
    const formToken = this.cookies.signInIn(request);
    if (formToken === null) throw new ForgedFormError();
    assertOwnForm(request, formToken);
    const isKey = typeof key === 'string' && /^[\x21-\x7e]{1,512}$/.test(key.trim());
    const session = isKey ? await this.sessions.begin(key.trim()) : null;
    if (!session) throw this.failures.count(request.socket.remoteAddress) ?? new UnauthenticatedError(false);
    return session;
  }
}

/** Throws `ForgedFormError`. */
function assertOwnForm({ method, headers, body }: Request, token: string): void {
  if (method === 'GET' || method === 'HEAD') return;
  const given = (body as { csrf?: unknown } | undefined)?.csrf;
  if (isFromElsewhere(headers['sec-fetch-site']) || !isFormToken(given, token)) throw new ForgedFormError();
}
