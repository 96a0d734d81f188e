import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { NextFunction, Request, Response } from 'express';
import { HubConfig } from '../config/config.js';
import { asWorker } from '../database/worker-context.js';
import { ApiKeysService } from './api-keys.service.js';
import { UnauthenticatedError } from './auth.errors.js';
import { FailedAuthentications } from './failed-authentications.js';
import { keyOfDocsRequest } from './docs-key-rules.js';

const DOCS = /^\/docs([-/]|$)/i;
/** Basic first: a browser asks its person for the key by it. */
const CHALLENGE = 'Basic realm="Bot MD hub: an API key as the password", charset="UTF-8", Bearer';

/** Swagger UI and the document show nothing of a patient, but all that there is to try: where the hub is in production, to those with a key. */
@Injectable()
export class DocsAccessMiddleware {
  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly apiKeys: ApiKeysService,
    private readonly failures: FailedAuthentications,
  ) {}

  /** Express middleware. Any key that holds will do, whatever its scopes. */
  admit(request: Request, response: Response, next: NextFunction): void {
    if (this.config.areDocsOpen || !DOCS.test(request.path)) next();
    else
      this.refusal(request).then(refusal => {
        if (refusal) response.setHeader('WWW-Authenticate', CHALLENGE);
        next(refusal ?? undefined);
      }, next);
  }

  private async refusal({ headers, socket }: Request): Promise<Error | null> {
    if (headers.authorization === undefined) return new UnauthenticatedError(true);
    const key = keyOfDocsRequest(headers.authorization);
    const caller = key === null ? null : await asWorker(this.em, () => this.apiKeys.authenticate(key));
    return caller ? null : (this.failures.count(socket.remoteAddress) ?? new UnauthenticatedError(false));
  }
}
