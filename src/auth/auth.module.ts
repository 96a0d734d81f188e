import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyRepository } from './api-key.repository.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthGuard } from './auth.guard.js';
import { ConsoleCookies } from './console-cookies.js';
import { ConsoleSessionRepository } from './console-session.repository.js';
import { ConsoleSessions } from './console-sessions.service.js';
import { Credentials } from './credentials.service.js';
import { DocsAccessMiddleware } from './docs-access.middleware.js';
import { FailedAuthentications } from './failed-authentications.js';

@Module({
  controllers: [ApiKeysController],
  providers: [
    ApiKeyRepository,
    ApiKeysService,
    ConsoleCookies,
    ConsoleSessionRepository,
    ConsoleSessions,
    Credentials,
    FailedAuthentications,
    DocsAccessMiddleware,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [ApiKeysService, ConsoleCookies, ConsoleSessions, Credentials],
})
export class AuthModule {}
