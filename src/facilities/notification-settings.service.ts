import { Injectable } from '@nestjs/common';
import type { FieldError } from '../common/domain-error.js';
import { ValidationFailedError } from '../common/validation.pipe.js';
import { HubConfig } from '../config/config.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { hintOf, readAddress, type Address } from './address-rules.js';
import type { NotificationsDto } from './facility-notifications.dto.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import type { Facility } from './facility.entity.js';
import type { TestAddress } from './facility.settings.js';
import { mergeNotifications } from './notification-settings-rules.js';

/** How a facility writes to its patients. */
@Injectable()
export class NotificationSettingsService {
  constructor(
    private readonly config: HubConfig,
    private readonly secrets: FacilitySecretsService,
    private readonly index: BlindIndex,
  ) {}

  /**
   * Merges `dto` into what the facility has; its id and country must stand. Settings and sealed credentials are written with the next
   * flush. Throws `ValidationFailedError` with every field that is wrong.
   */
  async change(facility: Facility, dto: NotificationsDto, now: Date): Promise<void> {
    const present = facility.notifications;
    const { settings, secrets, errors } = mergeNotifications(present, dto, this.config.upstreamAllowedHosts);
    const testAddresses = dto.testAddresses ? this.hidden(facility, dto.testAddresses, errors) : present.testAddresses;
    if (errors.length > 0) throw new ValidationFailedError(errors);
    facility.notifications = { ...settings, testAddresses };
    const given = secrets.map(({ channel, name, value }) => ({ kind: `channel:${channel}:${name}` as const, value }));
    await this.secrets.changeChannelSecrets(facility.id, settings.channels, given, now);
  }

  /** Each once, so that it can be recognised and not read. */
  private hidden(facility: Facility, addresses: readonly Address[], errors: FieldError[]): TestAddress[] {
    const hidden = addresses.map((given, i): [string, TestAddress] => {
      const address = readAddress(given, `notifications.testAddresses.${i}`, facility, errors);
      const index = this.index.ofAddress(facility.id, given.channel, address);
      return [index, { channel: given.channel, index, hint: hintOf(address) }];
    });
    return [...new Map(hidden).values()];
  }
}
