import { Injectable } from '@nestjs/common';
import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { UpstreamAppointmentFilter, UpstreamListedAppointment } from '../schedulers/scheduler.js';
import { ListCutShortError, UpstreamError } from '../schedulers/upstream.errors.js';
import type { DriftSide, DriftWindow, UntrustedCode } from './drift-state.js';
import { dayOf } from './drift-window-rules.js';
import type { ListSize } from './list-trust-rules.js';
import { listedRow, type ListedRow } from './listed-row.js';

/** Of one calendar, all pages. */
const CALENDAR_MS = 10_000;
/** Of all calendars: the job that reads them ends within 10 min. */
const ALL_MS = 5 * 60_000;
const ONE_MS = 3_000;
const MINUTE_MS = 60_000;

/** What the hospital lists of all its calendars, each appointment once; or why that cannot be had, or not relied on. */
export type Listing =
  | { kind: 'listed'; rows: ListedRow[]; size: ListSize }
  | { kind: 'not-supported' }
  | { kind: 'partial'; code: UntrustedCode; message: string; listed: number }
  | { kind: 'failed'; code: string; message: string };

/** Asks a hospital's list of appointments for a comparison. */
@Injectable()
export class HospitalListing {
  constructor(
    private readonly connections: SchedulerConnections,
    private readonly clock: Clock,
  ) {}

  /** The window of every calendar, one after the other: a hospital is not to be flooded. Never throws for what a hospital does. */
  async readAll(facility: Facility, references: CalendarReferences, window: DriftWindow, signal: AbortSignal): Promise<Listing> {
    const rows = new Map<string, ListedRow>();
    const size: ListSize = {};
    const endMs = this.clock.monotonicMs() + ALL_MS;
    try {
      for (const { externalId: calendarExternalId } of references.present()) {
        signal.throwIfAborted();
        const leftMs = Math.max(1, Math.min(CALENDAR_MS, endMs - this.clock.monotonicMs()));
        const told = await this.list(facility, references, { calendarExternalId, ...window }, leftMs);
        if (told === 'not-supported')
          return Object.keys(size).length === 0 ? { kind: 'not-supported' } : ignoring(calendarExternalId, rows.size);
        for (const each of told) rows.set(each.appointmentId, listedRow(each, references, calendarExternalId));
        size[calendarExternalId] = daysOf(told);
      }
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const isPartial = error instanceof ListCutShortError || Object.keys(size).length > 0;
      if (!isPartial) return { kind: 'failed', code: error.code, message: error.message };
      return { kind: 'partial', code: 'list-partial', message: error.message, listed: rows.size };
    }
    return { kind: 'listed', rows: [...rows.values()], size };
  }

  /** One of ours, as the hospital has it now, whenever that is; null: its list does not show it. Throws `UpstreamError`. */
  async findOurs(facility: Facility, references: CalendarReferences, ours: ComparedAppointment): Promise<ListedRow | null> {
    const found = await this.find(facility, references, ours.externalId, patientFilter(ours));
    return found ?? this.findAt(facility, references, ours.externalId, slotOf(ours, references));
  }

  /** One that it listed so. Throws `UpstreamError`. */
  async findListed(
    facility: Facility,
    references: CalendarReferences,
    externalId: string,
    theirs: DriftSide,
    window: DriftWindow,
  ): Promise<ListedRow | null> {
    const { calendarExternalId, start } = theirs;
    const slot = calendarExternalId === null ? null : { calendarExternalId, start: start === null ? null : new Date(start) };
    return this.findAt(facility, references, externalId, slot, window);
  }

  /** Where a time is told, its minute; else the whole window. */
  private async findAt(
    facility: Facility,
    references: CalendarReferences,
    externalId: string | null,
    slot: { calendarExternalId: string; start: Date | null } | null,
    window: DriftWindow | null = null,
  ): Promise<ListedRow | null> {
    if (slot === null) return null;
    const { calendarExternalId, start } = slot;
    const range = start ? { from: start, to: new Date(start.getTime() + MINUTE_MS) } : window;
    return range && this.find(facility, references, externalId, { calendarExternalId, ...range });
  }

  private async find(
    facility: Facility,
    references: CalendarReferences,
    externalId: string | null,
    filter: UpstreamAppointmentFilter,
  ): Promise<ListedRow | null> {
    const told = await this.list(facility, references, filter, ONE_MS);
    if (told === 'not-supported') return null;
    const found = told.find(each => each.appointmentId === externalId);
    return found ? listedRow(found, references, 'calendarExternalId' in filter ? filter.calendarExternalId : null) : null;
  }

  private async list(
    facility: Facility,
    references: CalendarReferences,
    filter: UpstreamAppointmentFilter,
    timeoutMs: number,
  ): Promise<UpstreamListedAppointment[] | 'not-supported'> {
    const { scheduler, connection } = await this.connections.of(facility);
    const zoneOfCalendar = (externalId: string | null): string => references.timezoneOf(externalId);
    return scheduler.listAppointments(connection, { ...filter, zoneOfCalendar }, timeoutMs);
  }
}

function ignoring(calendarExternalId: string, listed: number): Listing {
  const message = `GET appointments: asked for the calendar ${calendarExternalId}, the hospital listed appointments of others only.`;
  return { kind: 'partial', code: 'list-filter-ignored', message, listed };
}

function daysOf(told: readonly UpstreamListedAppointment[]): Record<string, number> {
  const days: Record<string, number> = {};
  for (const { start } of told) if (start) days[dayOf(start)] = (days[dayOf(start)] ?? 0) + 1;
  return days;
}

/** By what the hospital surely knows it. */
function patientFilter({ id, patientId, temporaryPatientId }: ComparedAppointment): UpstreamAppointmentFilter {
  if (patientId !== null) return { patientId };
  return temporaryPatientId === null ? { externalReference: id } : { temporaryPatientId };
}

function slotOf(
  { calendarId, startAt }: ComparedAppointment,
  references: CalendarReferences,
): { calendarExternalId: string; start: Date | null } | null {
  const calendarExternalId = references.externalIdOf(calendarId);
  return calendarExternalId === null ? null : { calendarExternalId, start: startAt };
}
