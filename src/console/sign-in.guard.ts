import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedRequest } from '../auth/auth.decorators.js';
import { ConsoleCookies } from '../auth/console-cookies.js';
import { Credentials } from '../auth/credentials.service.js';

/** Begins a session for who brings a key that holds; before the route, so that the audit log knows who it is. */
@Injectable()
export class SignInGuard implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly cookies: ConsoleCookies,
  ) {}

  /** Throws `ForgedFormError`, `UnauthenticatedError`, `RateLimitedError`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request & AuthenticatedRequest>();
    const { key } = (request.body ?? {}) as { key?: unknown };
    const { token, caller } = await this.credentials.signIn(request, key);
    this.cookies.setSession(http.getResponse<Response>(), token);
    request.caller = caller;
    return true;
  }
}
