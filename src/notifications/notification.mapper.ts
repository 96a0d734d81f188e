import { isoInZone } from '../common/zoned-time.js';
import type { NotificationAttempt } from './notification-attempt.entity.js';
import type { NotificationAttemptDto, NotificationDto } from './notification.dto.js';
import type { Notification } from './notification.entity.js';
import { VERDICTS } from './verdict.js';

/** `open`: unseals the reason of a resend. */
export function toNotificationDto(
  row: Notification,
  attempts: readonly NotificationAttempt[],
  timezone: string,
  open: (sealed: string | null) => string | null,
): NotificationDto {
  const { id, facilityId, appointmentId, contactId, kind, source, channel, status, verdict, resends } = row;
  return {
    id,
    facilityId,
    appointmentId,
    contactId,
    kind,
    source,
    channel,
    status,
    verdict: VERDICTS.find(known => known === verdict) ?? null,
    sendAfter: isoInZone(row.sendAfter, timezone),
    deadline: isoInZone(row.deadlineAt, timezone),
    attempts: attempts.filter(attempt => attempt.notificationId === id).map(attempt => toAttemptDto(attempt, timezone)),
    resends: resends.map(({ at, keyId, reasonSealed }) => ({ at: isoInZone(new Date(at), timezone), keyId, reason: open(reasonSealed) })),
    createdAt: isoInZone(row.createdAt, timezone),
  };
}

function toAttemptDto(attempt: NotificationAttempt, timezone: string): NotificationAttemptDto {
  const iso = (time: Date | null): string | null => (time === null ? null : isoInZone(time, timezone));
  const { id, channel, outcome, providerMessageId, code, providerCode, segments } = attempt;
  return {
    id,
    at: isoInZone(attempt.at, timezone),
    channel,
    outcome,
    providerMessageId,
    error: code,
    providerError: providerCode,
    segments,
    deliveredAt: iso(attempt.deliveredAt),
    readAt: iso(attempt.readAt),
    failedAt: iso(attempt.failedAt),
  };
}
