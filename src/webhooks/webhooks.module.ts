import { Module } from '@nestjs/common';
import { AppointmentsModule } from '../appointments/appointments.module.js';
import { CalendarsModule } from '../calendars/calendars.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { ApplySpansService } from './apply-spans.service.js';
import { ContactEventsService } from './contact-events.service.js';
import { DryRunLimitGuard } from './dry-run-limit.guard.js';
import { DryRunService } from './dry-run.service.js';
import { HospitalListService } from './hospital-list.service.js';
import { QuickWebhookMiddleware } from './quick-webhook.middleware.js';
import { ReceivedEventsRepository } from './received-events.repository.js';
import { ReceivedEventsService } from './received-events.service.js';
import { WebhookApplyJob } from './webhook-apply.job.js';
import { WebhookApplyingService } from './webhook-applying.service.js';
import { WebhookCheckService } from './webhook-check.service.js';
import { WebhookCountRepository } from './webhook-count.repository.js';
import { WebhookCounts } from './webhook-counts.service.js';
import { WebhookDeadJob } from './webhook-dead.job.js';
import { WebhookDecisionsRepository } from './webhook-decisions.repository.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookFieldsService } from './webhook-fields.service.js';
import { WebhookHeldCron } from './webhook-held.cron.js';
import { WebhookInboxRepository } from './webhook-inbox.repository.js';
import { WebhookInboxService } from './webhook-inbox.service.js';
import { WebhookLogService } from './webhook-log.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookReceivingService } from './webhook-receiving.service.js';
import { WebhookReplayService } from './webhook-replay.service.js';
import { WebhookRetentionCron } from './webhook-retention.cron.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [FacilitiesModule, CalendarsModule, AppointmentsModule],
  controllers: [WebhooksController, WebhookEventsController],
  providers: [
    ApplySpansService,
    QuickWebhookMiddleware,
    ContactEventsService,
    WebhookReceivingService,
    WebhookInboxService,
    WebhookInboxRepository,
    WebhookEventRepository,
    WebhookLogService,
    WebhookReplayService,
    WebhookCounts,
    WebhookCountRepository,
    WebhookFieldsService,
    WebhookHeldCron,
    WebhookRetentionCron,
    WebhookDeadJob,
    WebhookMetrics,
    ReceivedEventsService,
    ReceivedEventsRepository,
    WebhookApplyingService,
    WebhookApplyJob,
    WebhookCheckService,
    WebhookDecisionsRepository,
    HospitalListService,
    DryRunService,
    DryRunLimitGuard,
  ],
  exports: [ContactEventsService, DryRunService, WebhookCounts, WebhookFieldsService, WebhookLogService, WebhookReplayService],
})
export class WebhooksModule {}
