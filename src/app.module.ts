import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { LoggerModule } from 'nestjs-pino';
import { AppointmentsModule } from './appointments/appointments.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AvailabilityModule } from './availability/availability.module.js';
import { CalendarsModule } from './calendars/calendars.module.js';
import { CommonModule } from './common/common.module.js';
import { ProblemFilter } from './common/problem.filter.js';
import { hubValidationPipe } from './common/validation.pipe.js';
import { WellFormedTextPipe } from './common/well-formed-text.pipe.js';
import type { HubConfig } from './config/config.js';
import { HubConfigModule } from './config/config.module.js';
import { ConsoleModule } from './console/console.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { CryptoModule } from './crypto/crypto.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ENTITIES } from './entities.js';
import { DriftModule } from './drift/drift.module.js';
import { FacilitiesModule } from './facilities/facilities.module.js';
import { FeedModule } from './feed/feed.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { loggerOptions } from './logger.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { RightsModule } from './rights/rights.module.js';
import { ShownDemo } from './start/shown-demo.js';
import { TracingModule } from './tracing/tracing.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The hub: every module, in the order of their ranks. */
@Module({})
export class AppModule {
  static async register(config: HubConfig): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggerOptions(config)),
        ScheduleModule.forRoot(),
        HubConfigModule.register(config),
        CommonModule,
        TracingModule.register(config.traces),
        await DatabaseModule.register(ENTITIES),
        CryptoModule,
        JobsModule,
        LimitsModule,
        AuthModule,
        AuditModule,
        FacilitiesModule,
        ContactsModule,
        FeedModule,
        NotificationsModule,
        CalendarsModule,
        AvailabilityModule,
        AppointmentsModule,
        WebhooksModule,
        DriftModule,
        OperationsModule,
        HealthModule,
        RightsModule,
        ConsoleModule,
      ],
      providers: [
        ShownDemo,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: WellFormedTextPipe },
        { provide: APP_PIPE, useFactory: hubValidationPipe },
      ],
    };
  }
}
