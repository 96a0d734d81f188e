import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ClinicDirectory, type ListedCalendar } from '../clinic/clinic-directory.js';
import type { ClinicAppointmentType } from '../clinic/clinic.js';
import { pageOf, type Page, type PageDto } from '../http/page.js';
import { SandboxSettings } from '../sandbox-settings.js';

/** `timezone` is left out where the calendar has none of its own: then the hub has to use the facility's. */
export interface CalendarView {
  id: string;
  name: string;
  description: string | null;
  timezone?: string;
  appointmentTypes: ClinicAppointmentType[];
}

@Injectable()
export class CalendarsService {
  constructor(
    private readonly directory: ClinicDirectory,
    private readonly settings: SandboxSettings,
  ) {}

  list(dto: PageDto): Page<CalendarView> {
    return pageOf(this.views(), dto.page, this.limitOf(dto));
  }

  /** Of the whole list, whichever page is asked for: who keeps only the first page's tag still learns of a change on the last. */
  etag(dto: PageDto): string {
    const content = JSON.stringify([this.views(), this.settings.dialect, dto.page, this.limitOf(dto)]);
    return `"${createHash('sha256').update(content).digest('base64url')}"`;
  }

  private views(): CalendarView[] {
    return this.directory.calendars().map(calendarView);
  }

  private limitOf(dto: PageDto): number {
    return dto.limit ?? this.settings.calendarsPerPage;
  }
}

function calendarView({ id, name, description, timezone, appointmentTypes }: ListedCalendar): CalendarView {
  const view = { id, name, description, appointmentTypes };
  return timezone === null ? view : { ...view, timezone };
}
