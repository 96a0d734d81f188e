import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { NotificationDto } from '../notifications/notification.dto.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import type { ExplanationDto } from '../operations/explanation.dto.js';
import { ExplanationService } from '../operations/explanation.service.js';
import type { WebhookEventDto } from '../webhooks/webhook-event.dto.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';

/** More than a patient's appointment has; a page of more is no page to read. */
const PAGE = { limit: 20 };

/** What came of an appointment. The lists are newest first, and may have no end here. */
export interface AppointmentRecord {
  explanation: ExplanationDto;
  messages: readonly NotificationDto[];
  events: readonly WebhookEventDto[];
  hasMore: { messages: boolean; events: boolean };
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
    const hasMore = { messages: messages.nextCursor !== null, events: events.nextCursor !== null };
    return { explanation, messages: messages.data, events: events.data, hasMore };
  }
}
