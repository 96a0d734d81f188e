import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ForeignRequestError } from '../hospital.errors.js';
import { refusalOf } from './same-site.js';

/** Lets in, without a key, only this machine’s own user: see `refusalOf`. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const refusal = refusalOf({
      localAddress: request.socket.localAddress,
      host: request.get('Host'),
      origin: request.get('Origin'),
      secFetchSite: request.get('Sec-Fetch-Site'),
      isChange: request.method !== 'GET' && request.method !== 'HEAD',
    });
    if (refusal !== null) throw new ForeignRequestError(refusal);
    return true;
  }
}
