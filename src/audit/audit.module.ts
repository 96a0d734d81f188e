import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuditChainCron } from './audit-chain.cron.js';
import { AuditChains } from './audit-chain.service.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditRecords } from './audit-records.service.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditRepository } from './audit.repository.js';

/** The audit log: every call with an API key is in it, but those of routes that say why not. */
@Global()
@Module({
  providers: [
    AuditLogService,
    AuditRepository,
    AuditTrail,
    AuditRecords,
    AuditChains,
    AuditChainCron,
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AuditChains, AuditLogService],
})
export class AuditModule {}
