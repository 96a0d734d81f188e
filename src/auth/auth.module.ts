import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyRepository } from './api-key.repository.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthGuard } from './auth.guard.js';
import { DocsAccessMiddleware } from './docs-access.middleware.js';
import { FailedAuthentications } from './failed-authentications.js';

@Module({
  controllers: [ApiKeysController],
  providers: [ApiKeyRepository, ApiKeysService, FailedAuthentications, DocsAccessMiddleware, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [ApiKeysService],
})
export class AuthModule {}
