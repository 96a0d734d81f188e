import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { UnauthorizedError } from '../hospital.errors.js';
import { Credentials } from '../records/credentials.js';
import { SandboxSettings } from '../sandbox-settings.js';
import { KEYLESS } from './keyless.js';

/** Every route, staff's too, but not the page, needs the hospital's key, in any of the three schemes of the contract. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly settings: SandboxSettings,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.get<boolean | undefined>(KEYLESS, context.getClass())) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const headerKey = request.get(this.credentials.headerName);
    const isKnown =
      (headerKey !== undefined && this.credentials.isKey(headerKey)) || this.isAuthorization(request.get('Authorization') ?? '');
    if (!this.isLetIn(isKnown, headerKey !== undefined || request.get('Authorization') !== undefined))
      throw new UnauthorizedError(this.credentials.headerName);
    return true;
  }

  private isLetIn(isKnown: boolean, hasKey: boolean): boolean {
    const { defects } = this.settings;
    if (defects.has('locked-door')) return false;
    return isKnown || (hasKey ? defects.has('any-key') : defects.has('open-door'));
  }

  private isAuthorization(value: string): boolean {
    const [, scheme = '', token = ''] = /^(\S+) +(\S+)$/.exec(value) ?? [];
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return this.credentials.isKey(token);
      case 'basic': {
        const [userId = '', ...key] = Buffer.from(token, 'base64').toString('utf8').split(':');
        return this.credentials.isUser(userId, key.join(':'));
      }
      default:
        return false;
    }
  }
}
