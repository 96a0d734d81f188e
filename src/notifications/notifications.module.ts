import { Module } from '@nestjs/common';
import { HubConfig } from '../config/config.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { FacilitiesModule } from '../facilities/facilities.module.js';
import { DEFAULT_SCHEDULER_LIMITS, type SchedulerOptions } from '../schedulers/scheduler.options.js';
import { UpstreamModule } from '../schedulers/upstream.module.js';
import { CHANNEL_PROVIDERS } from './channel-clients.js';
import { ContactMessagesService } from './contact-messages.service.js';
import { DeliveryService } from './delivery.service.js';
import { DispatchService } from './dispatch.service.js';
import { DoubtService } from './doubt.service.js';
import { LedgerService } from './ledger.service.js';
import { MessageSubjects } from './message-subject.js';
import { NotificationCountRepository } from './notification-count.repository.js';
import { NotificationCounts } from './notification-counts.service.js';
import { NotificationMetrics } from './notification-metrics.js';
import { NotificationRepository } from './notification.repository.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsService } from './notifications.service.js';
import { OutboxRepository } from './outbox.repository.js';
import { OutgoingMessagesService } from './outgoing-messages.service.js';
import { ProviderSlots } from './provider-slots.js';
import { ProviderCallbacksController } from './receipts/provider-callbacks.controller.js';
import { ProviderCallbacksService } from './receipts/provider-callbacks.service.js';
import { NotificationCleanupCron } from './notification-cleanup.cron.js';
import { OutcomeRecordingService } from './outcome-recording.service.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { SendingFactsRepository } from './sending-facts.repository.js';
import { SendingFactsService } from './sending-facts.service.js';
import { SendingService } from './sending.service.js';
import { TextsModule } from './texts/texts.module.js';

/** Providers are called by the same client as hospitals, under the same limits; each call brings its own deadline. */
const providers = UpstreamModule.registerAsync({
  inject: [HubConfig],
  useFactory: (config: HubConfig): SchedulerOptions => ({ ...DEFAULT_SCHEDULER_LIMITS, allowedHosts: config.upstreamAllowedHosts }),
});

@Module({
  imports: [FacilitiesModule, ContactsModule, providers, TextsModule],
  controllers: [NotificationsController, ProviderCallbacksController],
  providers: [
    ...CHANNEL_PROVIDERS,
    LedgerService,
    OutboxRepository,
    DispatchService,
    SendingService,
    SendingFactsService,
    SendingFactsRepository,
    OutgoingMessagesService,
    DeliveryService,
    OutcomeRecordingService,
    DoubtService,
    ProviderSlots,
    MessageSubjects,
    NotificationsService,
    ContactMessagesService,
    NotificationRepository,
    NotificationCountRepository,
    NotificationCounts,
    NotificationMetrics,
    ReceiptsService,
    ReceiptRepository,
    NotificationCleanupCron,
    ProviderCallbacksService,
  ],
  exports: [ContactMessagesService, LedgerService, MessageSubjects, NotificationCounts, NotificationsService, TextsModule],
})
export class NotificationsModule {}
