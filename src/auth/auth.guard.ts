import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { narrowRequest } from '../database/facility-scope.js';
import type { Request, Response } from 'express';
import { Clock } from '../common/clock.js';
import { isId } from '../common/ids.js';
import { RateLimits, type Use } from '../limits/rate-limits.service.js';
import { CONSOLE_METADATA, PUBLIC, SCOPE_METADATA, type AuthenticatedRequest } from './auth.decorators.js';
import { ScopeMissingError } from './auth.errors.js';
import { Credentials } from './credentials.service.js';
import { hasScope, mayTouch, type Caller, type Scope } from './scope.js';

/**
 * Lets a request through when its key has the scope the route asks for, and has not used up its limits. Denies by default. `Public`
 * routes have neither.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: Credentials,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<Scope | typeof PUBLIC | undefined>(SCOPE_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === PUBLIC) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest & Request>();
    const isConsole = this.reflector.get<true | undefined>(CONSOLE_METADATA, context.getClass()) === true;
    request.caller = await (isConsole ? this.credentials.ofConsole(request) : this.credentials.ofApi(request));
    this.admit(request.caller, request, http.getResponse<Response>());
    narrowRequest(request.caller.facilityIds);
    if (needed === undefined || !hasScope(request.caller, needed)) throw new ScopeMissingError(needed ?? 'admin');
    return true;
  }

  /** A facility that the key may not touch is not charged for it. */
  private admit(caller: Caller, { params }: Request, response: Response): void {
    const facilityId = String(params['facilityId']).toLowerCase();
    const uses: Use[] = [{ limit: 'api-key', key: caller.keyId }];
    if (isId(facilityId) && mayTouch(caller, facilityId)) uses.push({ limit: 'facility', key: facilityId });
    const { refusal, headers } = this.limits.take(uses, this.clock.now());
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (refusal) throw refusal;
  }
}
