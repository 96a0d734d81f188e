import { isoInZone } from '../common/zoned-time.js';
import type { FacilityDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';

/** `webhookSecret`: at its making alone. */
export function toFacilityDto(facility: Facility, webhookUrl: string, webhookSecret: string | null): FacilityDto {
  const { connector, baseUrl, auth, idempotentCreate } = facility.scheduler;
  return {
    id: facility.id,
    name: facility.name,
    timezone: facility.timezone,
    country: facility.country,
    locale: facility.locale,
    status: facility.status,
    scheduler: {
      connector,
      baseUrl,
      auth: { scheme: auth.scheme, userId: auth.userId, headerName: auth.headerName, expiresAt: auth.expiresAt },
      idempotentCreate,
    },
    policies: facility.policies,
    defaultAppointmentType: facility.defaultAppointmentType,
    calendarSync: { intervalMinutes: facility.calendarSyncIntervalMinutes },
    webhook: { scheme: facility.webhook.scheme, headerName: facility.webhook.headerName, url: webhookUrl, secret: webhookSecret },
    createdAt: isoInZone(facility.createdAt, facility.timezone),
    updatedAt: isoInZone(facility.updatedAt, facility.timezone),
  };
}
