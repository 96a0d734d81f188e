import { Injectable } from '@nestjs/common';
import type { FacilityDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';
import { toFacilityDto } from './facility.mapper.js';
import { ProviderCallbackTokens } from './provider-callback-tokens.js';
import { WebhookTokens } from './webhook-tokens.js';

/** Shows a facility with the addresses at which its hospital and its providers reach the hub. */
@Injectable()
export class FacilityPresenter {
  constructor(
    private readonly webhooks: WebhookTokens,
    private readonly callbacks: ProviderCallbackTokens,
  ) {}

  /** `webhookSecret`: at its making alone. */
  toDto(facility: Facility, webhookSecret: string | null = null): FacilityDto {
    const { id } = facility;
    const urls = { webhook: this.webhooks.urlOf(id), callback: this.callbacks.urlOf.bind(this.callbacks, id) };
    return toFacilityDto(facility, urls, webhookSecret);
  }
}
