import type { Catalogue, CatalogueCalendar } from './bookable-rules.js';

/** A facility's calendars and types by the hospital's ids, removed ones too: what its events name. Plain values. */
export class CalendarReferences {
  private readonly byExternalId: ReadonlyMap<string, CatalogueCalendar>;
  private readonly typeIds: ReadonlyMap<string, string>;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly facility: { timezone: string; defaultAppointmentType: { durationMinutes: number } },
  ) {
    this.byExternalId = new Map([...catalogue.values()].map(calendar => [calendar.externalId, calendar]));
    const offerings = [...catalogue.values()].flatMap(calendar => calendar.offerings);
    this.typeIds = new Map(
      offerings.flatMap(o => (o.appointmentTypeExternalId === null ? [] : [[o.appointmentTypeExternalId, o.appointmentTypeId]])),
    );
  }

  /** Those that the hospital lists: what it may be asked about. */
  present(): { id: string; externalId: string }[] {
    return [...this.catalogue.values()].filter(calendar => !calendar.isRemoved).map(({ id, externalId }) => ({ id, externalId }));
  }

  /** By the hub's id; null: none is given, or the hub knows no such one. */
  externalIdOf(calendarId: string | null): string | null {
    return this.catalogue.get(calendarId ?? '')?.externalId ?? null;
  }

  /** null: the hub knows no such calendar. */
  calendarIdOf(externalId: string): string | null {
    return this.byExternalId.get(externalId)?.id ?? null;
  }

  appointmentTypeIdOf(externalId: string): string | null {
    return this.typeIds.get(externalId) ?? null;
  }

  /** The type of a calendar whose hospital keeps no types. */
  defaultTypeIdOf(calendarId: string): string | null {
    return this.catalogue.get(calendarId)?.offerings.find(o => o.isDefault && !o.isRemoved)?.appointmentTypeId ?? null;
  }

  durationMinutesOf(calendarId: string | null, appointmentTypeId: string | null): number {
    const offering = this.catalogue.get(calendarId ?? '')?.offerings.find(o => o.appointmentTypeId === appointmentTypeId);
    return offering?.durationMinutes ?? this.facility.defaultAppointmentType.durationMinutes;
  }

  /** IANA: of the calendar that the hospital calls so; the facility's where that is not known. */
  timezoneOf(externalId: string | null): string {
    return (externalId === null ? null : this.byExternalId.get(externalId)?.timezone) ?? this.facility.timezone;
  }

  /** Likewise, by the hub's id. */
  timezoneOfId(calendarId: string | null): string {
    return this.catalogue.get(calendarId ?? '')?.timezone ?? this.facility.timezone;
  }

  /** By the hub's id. null: none is given, or the hub knows no such one. */
  calendarNameOf(calendarId: string | null): string | null {
    return this.catalogue.get(calendarId ?? '')?.name ?? null;
  }

  /** Likewise; a hospital's default type has no name that says anything. */
  appointmentTypeNameOf(calendarId: string | null, appointmentTypeId: string | null): string | null {
    const offering = this.catalogue.get(calendarId ?? '')?.offerings.find(o => o.appointmentTypeId === appointmentTypeId);
    return offering && !offering.isDefault ? offering.name : null;
  }
}
