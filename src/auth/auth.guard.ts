import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { narrowRequest } from '../database/facility-scope.js';
import { ApiKeysService } from './api-keys.service.js';
import { PUBLIC, SCOPE_METADATA, type AuthenticatedRequest } from './auth.decorators.js';
import { ScopeMissingError, UnauthenticatedError } from './auth.errors.js';
import { hasScope, type Scope } from './scope.js';

/** Lets a request through when its key has the scope the route asks for. Denies by default. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeysService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<Scope | typeof PUBLIC | undefined>(SCOPE_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === PUBLIC) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const header = request.headers['authorization'];
    if (typeof header !== 'string') throw new UnauthenticatedError(true);
    const token = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
    const caller = token === undefined ? null : await this.apiKeys.authenticate(token);
    if (!caller) throw new UnauthenticatedError(false);
    if (needed === undefined || !hasScope(caller, needed)) throw new ScopeMissingError(needed ?? 'admin');
    request.caller = caller;
    narrowRequest(caller.facilityIds);
    return true;
  }
}
