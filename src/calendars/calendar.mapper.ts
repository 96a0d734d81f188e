import { isoInZone } from '../common/zoned-time.js';
import type { CalendarDto } from './calendar.dto.js';
import type { Calendar } from './calendar.entity.js';
import type { OfferedType } from './calendar.repository.js';

/** `timezone`: the facility's, which holds where the calendar has none. */
export function toCalendarDto(
  calendar: Calendar,
  offered: readonly OfferedType[],
  lastSyncedAt: Date | null,
  timezone: string,
): CalendarDto {
  const zone = calendar.timezone ?? timezone;
  return {
    id: calendar.id,
    externalId: calendar.externalId,
    name: calendar.name,
    description: calendar.description,
    timezone: calendar.timezone,
    enabled: calendar.enabled,
    removedAt: calendar.removedAt && isoInZone(calendar.removedAt, zone),
    lastSyncedAt: lastSyncedAt && isoInZone(lastSyncedAt, zone),
    appointmentTypes: offered.map(({ appointmentTypeId, externalId, name, durationMinutes, isDefault }) => ({
      id: appointmentTypeId,
      externalId,
      name,
      durationMinutes,
      isDefault,
    })),
  };
}
