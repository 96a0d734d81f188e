import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { AppointmentType } from './appointment-type.entity.js';
import type { CalendarDiff, StoredCalendars } from './calendar-diff.js';
import { CalendarOffering } from './calendar-offering.entity.js';
import { Calendar } from './calendar.entity.js';
import type { Catalogue, CatalogueCalendar, CatalogueOffering } from './bookable-rules.js';

/** An offering and the hospital's id of its type. */
export interface OfferedType {
  calendarId: string;
  appointmentTypeId: string;
  /** null: a default type. */
  externalId: string | null;
  name: string;
  durationMinutes: number;
  isDefault: boolean;
}

@Injectable()
export class CalendarRepository {
  constructor(private readonly em: EntityManager) {}

  async find(facilityId: string, id: string): Promise<Calendar | null> {
    return this.em.findOne(Calendar, { facilityId, id });
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, before: string | null, limit: number): Promise<Calendar[]> {
    const where = before === null ? { facilityId } : { facilityId, id: { $lt: before } };
    return this.em.find(Calendar, where, { orderBy: { id: 'desc' }, limit: limit + 1 });
  }

  /** What the calendars offer now; of each the default first, then by name. */
  async offeredTypes(facilityId: string, calendarIds: readonly string[]): Promise<OfferedType[]> {
    return this.em.execute<OfferedType[]>(
      `select o.calendar_id as "calendarId", o.appointment_type_id as "appointmentTypeId", t.external_id as "externalId",
              o.name, o.duration_minutes as "durationMinutes", o.is_default as "isDefault"
       from calendar_offering o join appointment_type t on t.facility_id = o.facility_id and t.id = o.appointment_type_id
       where o.facility_id = ? and o.calendar_id = any(?::uuid[]) and o.removed_at is null
       order by o.is_default desc, o.name, o.id`,
      [facilityId, `{${calendarIds.join(',')}}`],
    );
  }

  async readCatalogue(facilityId: string): Promise<Catalogue> {
    const calendars = await this.em.execute<Omit<CatalogueCalendar, 'offerings'>[]>(
      `select id, external_id as "externalId", name, timezone, enabled, removed_at is not null as "isRemoved"
       from calendar where facility_id = ? order by id`,
      [facilityId],
    );
    const offerings = await this.em.execute<(CatalogueOffering & { calendarId: string })[]>(
      `select o.calendar_id as "calendarId", o.appointment_type_id as "appointmentTypeId", t.external_id as "appointmentTypeExternalId",
              o.name, o.duration_minutes as "durationMinutes", o.is_default as "isDefault", o.removed_at is not null as "isRemoved"
       from calendar_offering o join appointment_type t on t.facility_id = o.facility_id and t.id = o.appointment_type_id
       where o.facility_id = ? order by o.is_default desc, o.name, o.id`,
      [facilityId],
    );
    const byCalendar = Map.groupBy(offerings, offering => offering.calendarId);
    return new Map(calendars.map(calendar => [calendar.id, { ...calendar, offerings: byCalendar.get(calendar.id) ?? [] }]));
  }

  /** All rows of the facility, removed ones included. */
  async readStored(facilityId: string): Promise<StoredCalendars> {
    return {
      calendars: await this.em.find(Calendar, { facilityId }),
      types: await this.em.find(AppointmentType, { facilityId }),
      offerings: await this.em.find(CalendarOffering, { facilityId }),
    };
  }

  /** Writes what differs from the rows that `readStored` gave in this same transaction. New calendars are enabled. */
  async write(facilityId: string, diff: CalendarDiff, now: Date): Promise<void> {
    for (const row of diff.types.add) this.em.create(AppointmentType, { ...row, facilityId, createdAt: now });
    for (const row of diff.calendars.add) this.em.create(Calendar, { ...row, facilityId, enabled: true, createdAt: now, updatedAt: now });
    for (const row of diff.offerings.add) this.em.create(CalendarOffering, { ...row, facilityId });
    for (const { id, set } of diff.calendars.change) Object.assign(this.em.getReference(Calendar, id), set, { updatedAt: now });
    for (const { id, set } of diff.offerings.change) Object.assign(this.em.getReference(CalendarOffering, id), set);
    await this.em.flush();
  }
}
