import { Module } from '@nestjs/common';
import { ChannelSecretsService } from './channel-secrets.service.js';
import { FacilitiesController } from './facilities.controller.js';
import { FacilitiesService } from './facilities.service.js';
import { FacilityPresenter } from './facility-presenter.js';
import { FacilityRepository } from './facility.repository.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FacilitySettingsService } from './facility-settings.service.js';
import { FacilityStatusService } from './facility-status.service.js';
import { NotificationSettingsService } from './notification-settings.service.js';
import { ProviderCallbackTokens } from './provider-callback-tokens.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhookTokens } from './webhook-tokens.js';

@Module({
  controllers: [FacilitiesController],
  providers: [
    ChannelSecretsService,
    FacilitiesService,
    FacilityPresenter,
    FacilityRepository,
    FacilitySecretsService,
    FacilitySettingsService,
    FacilityStatusService,
    NotificationSettingsService,
    ProviderCallbackTokens,
    WebhookSecretsService,
    WebhookTokens,
  ],
  exports: [
    ChannelSecretsService,
    FacilitiesService,
    FacilitySettingsService,
    FacilityStatusService,
    ProviderCallbackTokens,
    WebhookSecretsService,
    WebhookTokens,
  ],
})
export class FacilitiesModule {}
