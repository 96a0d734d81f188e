import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { Bookability, Bookable } from './bookable.js';
import { findOffering, listBookables, lookUp, type BookableFilter, type CatalogueFacility } from './bookable-rules.js';
import { CalendarReferences } from './calendar-references.js';
import { CalendarCatalogue } from './calendar-catalogue.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import type { CalendarDto, PatchCalendarDto } from './calendar.dto.js';
import type { Calendar } from './calendar.entity.js';
import { AppointmentTypeNotFoundError, CalendarNotFoundError, NotBookableError } from './calendar.errors.js';
import { toCalendarDto } from './calendar.mapper.js';
import { CalendarRepository } from './calendar.repository.js';

/** A facility's calendars, and what of them can be booked. */
@Injectable()
export class CalendarsService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarRepository,
    private readonly syncs: CalendarSyncRepository,
    private readonly catalogue: CalendarCatalogue,
    private readonly clock: Clock,
  ) {}

  /** Newest first, those that were removed too. Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: PageQuery): Promise<Page<CalendarDto>> {
    const facility = await this.facilities.get(caller, facilityId);
    const rows = await this.calendars.page(facilityId, cursorId(query), query.limit);
    return pageOf(rows, query.limit, await this.toDtoWith(facility, rows));
  }

  /** Throws `FacilityNotFoundError`, `CalendarNotFoundError`. */
  async get(caller: Caller, facilityId: string, calendarId: string): Promise<CalendarDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const calendar = await this.getCalendar(facilityId, calendarId);
    return (await this.toDtoWith(facility, [calendar]))(calendar);
  }

  /** Throws `FacilityNotFoundError`, `CalendarNotFoundError`. */
  async patch(caller: Caller, facilityId: string, calendarId: string, dto: PatchCalendarDto): Promise<CalendarDto> {
    return this.em.transactional(async em => {
      const facility = await this.facilities.get(caller, facilityId);
      const calendar = await this.getCalendar(facilityId, calendarId);
      if (dto.enabled !== undefined && dto.enabled !== calendar.enabled) {
        calendar.enabled = dto.enabled;
        calendar.updatedAt = this.clock.now();
        await em.flush();
        await this.catalogue.announceChange(em, facilityId);
      }
      return (await this.toDtoWith(facility, [calendar]))(calendar);
    });
  }

  /** By the hospital's own ids. Before a transaction, where it comes from memory. */
  async references(facility: Facility): Promise<CalendarReferences> {
    return new CalendarReferences(await this.catalogue.of(facility.id), facility);
  }

  /** Whether a calendar can be booked for a type. Throws `CalendarNotFoundError`, `AppointmentTypeNotFoundError`. */
  async getBookability(facility: CatalogueFacility, calendarId: string, appointmentTypeId: string): Promise<Bookability> {
    const found = lookUp(await this.catalogue.of(facility.id), facility, calendarId.toLowerCase(), appointmentTypeId.toLowerCase());
    if (found.bookable) return found;
    throw found.missing === 'calendar' ? new CalendarNotFoundError(calendarId) : new AppointmentTypeNotFoundError(appointmentTypeId);
  }

  /** Likewise; throws `NotBookableError` when it cannot. */
  async getBookable(facility: CatalogueFacility, calendarId: string, appointmentTypeId: string): Promise<Bookable> {
    const { bookable, reason } = await this.getBookability(facility, calendarId, appointmentTypeId);
    if (reason !== null) throw new NotBookableError(reason, bookable.calendarId, bookable.appointmentTypeId);
    return bookable;
  }

  /**
   * All that can be booked: of each enabled calendar the type asked for, else its default or first type; in the order of the
   * calendars' ids. Throws `CalendarNotFoundError`, `AppointmentTypeNotFoundError` for ids that are not of this facility.
   */
  async listBookables(facility: CatalogueFacility, filter: BookableFilter = {}): Promise<Bookable[]> {
    const catalogue = await this.catalogue.of(facility.id);
    const calendarId = filter.calendarId?.toLowerCase();
    const appointmentTypeId = filter.appointmentTypeId?.toLowerCase();
    if (calendarId !== undefined && !catalogue.has(calendarId)) throw new CalendarNotFoundError(calendarId);
    if (appointmentTypeId !== undefined && !findOffering(catalogue, appointmentTypeId))
      throw new AppointmentTypeNotFoundError(appointmentTypeId);
    return listBookables(catalogue, facility, { calendarId, appointmentTypeId });
  }

  /** The zone of each of the facility's calendars, removed ones too: its own, or the facility's. */
  async timezonesOf(facility: CatalogueFacility): Promise<ReadonlyMap<string, string>> {
    const catalogue = await this.catalogue.of(facility.id);
    return new Map([...catalogue.values()].map(calendar => [calendar.id, calendar.timezone ?? facility.timezone]));
  }

  private async getCalendar(facilityId: string, calendarId: string): Promise<Calendar> {
    const calendar = await this.calendars.find(facilityId, calendarId);
    if (!calendar) throw new CalendarNotFoundError(calendarId);
    return calendar;
  }

  /** Loads what the DTOs of these calendars need, and answers what makes them. */
  private async toDtoWith(facility: Facility, calendars: readonly Calendar[]): Promise<(calendar: Calendar) => CalendarDto> {
    const ids = calendars.map(calendar => calendar.id);
    const offered = Map.groupBy(await this.calendars.offeredTypes(facility.id, ids), type => type.calendarId);
    const lastSync = await this.syncs.findLastSucceeded(facility.id);
    return calendar => toCalendarDto(calendar, offered.get(calendar.id) ?? [], lastSync?.finishedAt ?? null, facility.timezone);
  }
}
