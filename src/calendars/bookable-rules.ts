import type { Bookable, NotBookableReason } from './bookable.js';

/** A facility's calendars and what they offer, removed ones included: enough to say what can be booked. Plain values. */
export type Catalogue = ReadonlyMap<string, CatalogueCalendar>;

export interface CatalogueCalendar {
  id: string;
  externalId: string;
  name: string;
  timezone: string | null;
  enabled: boolean;
  isRemoved: boolean;
  /** The default type first, then by name. */
  offerings: readonly CatalogueOffering[];
}

export interface CatalogueOffering {
  appointmentTypeId: string;
  /** null: a default type. */
  appointmentTypeExternalId: string | null;
  /** The type's, as this calendar has it. */
  name: string;
  durationMinutes: number;
  isDefault: boolean;
  isRemoved: boolean;
}

/** What of a facility the rules need. */
export interface CatalogueFacility {
  id: string;
  timezone: string;
}

/** Ids in lower case; what is left out does not narrow. */
export interface BookableFilter {
  appointmentTypeId?: string | undefined;
  calendarId?: string | undefined;
}

export type Lookup =
  { bookable: Bookable; reason: NotBookableReason | null } | { bookable: null; missing: 'calendar' | 'appointment-type' };

/** Whether a calendar can be booked for a type, and if not, why: removed comes before disabled, and that before not offered. */
export function lookUp(catalogue: Catalogue, facility: CatalogueFacility, calendarId: string, appointmentTypeId: string): Lookup {
  const calendar = catalogue.get(calendarId);
  if (!calendar) return { bookable: null, missing: 'calendar' };
  const own = calendar.offerings.find(offering => offering.appointmentTypeId === appointmentTypeId);
  // Of a type that only other calendars have ever offered, these know the rest.
  const offering = own ?? findOffering(catalogue, appointmentTypeId);
  if (!offering) return { bookable: null, missing: 'appointment-type' };
  const isOffered = own !== undefined && !own.isRemoved;
  return { bookable: bookableOf(facility, calendar, offering), reason: reasonOf(calendar, isOffered) };
}

/**
 * What can be booked now: of each enabled calendar that still exists the type asked for, or where none is, its default or first
 * type. In the order of the calendars' ids.
 */
export function listBookables(catalogue: Catalogue, facility: CatalogueFacility, filter: BookableFilter): Bookable[] {
  const { appointmentTypeId, calendarId } = filter;
  return [...catalogue.values()].flatMap(calendar => {
    if (reasonOf(calendar, true) !== null || (calendarId !== undefined && calendar.id !== calendarId)) return [];
    const offered = calendar.offerings.filter(offering => !offering.isRemoved);
    const offering = appointmentTypeId === undefined ? offered[0] : offered.find(o => o.appointmentTypeId === appointmentTypeId);
    return offering ? [bookableOf(facility, calendar, offering)] : [];
  });
}

export function findOffering(catalogue: Catalogue, appointmentTypeId: string): CatalogueOffering | undefined {
  for (const calendar of catalogue.values()) {
    const offering = calendar.offerings.find(o => o.appointmentTypeId === appointmentTypeId);
    if (offering) return offering;
  }
  return undefined;
}

function reasonOf(calendar: CatalogueCalendar, isOffered: boolean): NotBookableReason | null {
  if (calendar.isRemoved) return 'calendar-removed';
  if (!calendar.enabled) return 'calendar-disabled';
  return isOffered ? null : 'type-not-offered';
}

function bookableOf(facility: CatalogueFacility, calendar: CatalogueCalendar, offering: CatalogueOffering): Bookable {
  return {
    facilityId: facility.id,
    calendarId: calendar.id,
    calendarExternalId: calendar.externalId,
    appointmentTypeId: offering.appointmentTypeId,
    appointmentTypeExternalId: offering.appointmentTypeExternalId,
    durationMinutes: offering.durationMinutes,
    timezone: calendar.timezone ?? facility.timezone,
  };
}
