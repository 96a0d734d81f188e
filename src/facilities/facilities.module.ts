import { Module } from '@nestjs/common';
import { FacilitiesController } from './facilities.controller.js';
import { FacilitiesService } from './facilities.service.js';
import { FacilityRepository } from './facility.repository.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhookTokens } from './webhook-tokens.js';

@Module({
  controllers: [FacilitiesController],
  providers: [FacilitiesService, FacilitySecretsService, WebhookSecretsService, WebhookTokens, FacilityRepository],
  exports: [FacilitiesService, WebhookSecretsService, WebhookTokens],
})
export class FacilitiesModule {}
