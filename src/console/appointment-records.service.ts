import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { NotificationDto } from '../notifications/notification.dto.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import type { ExplanationDto } from '../operations/explanation.dto.js';
import { ExplanationService } from '../operations/explanation.service.js';
import type { WebhookEventDto } from '../webhooks/webhook-event.dto.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';

const PAGE = { limit: 50 };

/** What came of an appointment. The lists are newest first. */
export interface AppointmentRecord {
  explanation: ExplanationDto;
  messages: readonly NotificationDto[];
  events: readonly WebhookEventDto[];
}

@Injectable()
export class AppointmentRecords {
  constructor(
    private readonly explanations: ExplanationService,
    private readonly notifications: NotificationsService,
    private readonly webhooks: WebhookLogService,
  ) {}

  /** Throws `AppointmentNotFoundError`. */
  async explanation(caller: Caller, appointmentId: string): Promise<ExplanationDto> {
    return this.explanations.of(caller, appointmentId);
  }

  /** Throws `AppointmentNotFoundError`. */
  async of(caller: Caller, facilityId: string, appointmentId: string): Promise<AppointmentRecord> {
    const [explanation, messages, events] = await Promise.all([
      this.explanations.of(caller, appointmentId),
      this.notifications.list(caller, facilityId, { ...PAGE, appointmentId }),
      this.webhooks.list(caller, facilityId, { ...PAGE, appointmentId }),
    ]);
    return { explanation, messages: messages.data, events: events.data };
  }
}
