import { isoInZone } from '../common/zoned-time.js';
import type { WebhookEventDto } from './webhook-event.dto.js';
import type { WebhookEvent } from './webhook-event.entity.js';

/** All of an event but its body, which nothing shows. */
export type LoggedEvent = Omit<WebhookEvent, 'bodySealed'>;

export function toWebhookEventDto(event: LoggedEvent, timezone: string): WebhookEventDto {
  const iso = (time: Date | null): string | null => (time === null ? null : isoInZone(time, timezone));
  const { id, facilityId, type, outcome, reason, flags, deliveries, appointmentId, contactId, changes } = event;
  return {
    id,
    facilityId,
    type,
    outcome,
    reason,
    flags,
    deliveries,
    occurredAt: iso(event.occurredAt),
    receivedAt: isoInZone(event.receivedAt, timezone),
    appliedAt: iso(event.appliedAt),
    heldUntil: iso(event.heldUntil),
    appointmentId,
    contactId,
    changes,
  };
}
