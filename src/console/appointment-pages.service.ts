import { Injectable } from '@nestjs/common';
import type { AppointmentDto } from '../appointments/appointment.dto.js';
import { AppointmentsService } from '../appointments/appointments.service.js';
import type { Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import type { CalendarDto } from '../calendars/calendar.dto.js';
import { ContactAccessService } from '../contacts/contact-access.service.js';
import type { ContactDto } from '../contacts/contact.dto.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { ExplanationDto } from '../operations/explanation.dto.js';
import { AppointmentRecords, type AppointmentRecord } from './appointment-records.service.js';

/** All that is known of an appointment, for one page. */
export interface AppointmentPage extends AppointmentRecord {
  facility: { id: string; name: string };
  appointment: AppointmentDto;
  calendar: CalendarDto | null;
  contact: ContactDto;
}

@Injectable()
export class AppointmentPages {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly contacts: ContactAccessService,
    private readonly records: AppointmentRecords,
  ) {}

  /** Throws `AppointmentNotFoundError`. */
  async explanation(caller: Caller, id: string): Promise<ExplanationDto> {
    return this.records.explanation(caller, id);
  }

  /** Throws `AppointmentNotFoundError`, also for one that is not this caller's. */
  async of(caller: Caller, id: string): Promise<AppointmentPage> {
    const appointment = await this.appointments.get(caller, id);
    const { facilityId, calendarId, contactId } = appointment;
    const { name } = await this.facilities.get(caller, facilityId);
    const [calendar, contact, records] = await Promise.all([
      calendarId === null ? null : this.calendars.get(caller, facilityId, calendarId),
      this.contacts.getDto(caller, contactId),
      this.records.of(caller, facilityId, id),
    ]);
    return { facility: { id: facilityId, name }, appointment, calendar, contact, ...records };
  }
}
