import { isoInZone } from '../common/zoned-time.js';
import type { FacilityDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';

export function toFacilityDto(facility: Facility): FacilityDto {
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
    createdAt: isoInZone(facility.createdAt, facility.timezone),
    updatedAt: isoInZone(facility.updatedAt, facility.timezone),
  };
}
