import { Injectable } from '@nestjs/common';
import { mayTouch, type Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf, type PageQuery } from '../common/paging.js';
import { instantOf } from '../common/validators.js';
import { ContactNotFoundError } from '../contacts/contact.errors.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentAnswer } from './answer.js';
import type { AppointmentDto, AppointmentPageDto, AppointmentQuery, TimelineDto } from './appointment.dto.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentNotFoundError } from './appointment.errors.js';
import { toAppointmentDto, toTimelineEntryDto } from './appointment.mapper.js';
import type { AppointmentFilter } from './appointment-page-text.js';
import { AppointmentPagesRepository } from './appointment-pages.repository.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { EarlierAnswer } from './idempotency-rules.js';

/** Reads appointments from the hub's own store. The hospital is never asked. */
@Injectable()
export class AppointmentsService {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly pages: AppointmentPagesRepository,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async get(caller: Caller, id: string): Promise<AppointmentDto> {
    const { appointment, facility } = await this.getWithFacility(caller, id);
    return this.present(appointment, facility, await this.zoneOf(facility, appointment));
  }

  async list(caller: Caller, facilityId: string, query: AppointmentQuery): Promise<AppointmentPageDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const rows = await this.pages.page(facilityId, filterOf(query), cursorId(query), query.limit);
    return this.toPage(facility, query, rows);
  }

  /** Of a contact that was merged it is the kept one. Throws `ContactNotFoundError`. */
  async listOfContact(caller: Caller, contactId: string, query: PageQuery): Promise<AppointmentPageDto> {
    const found = await this.pages.pageOfContact(caller.facilityIds, contactId, cursorId(query), query.limit);
    if (!found) throw new ContactNotFoundError(contactId);
    return this.toPage(await this.facilities.get(caller, found.facilityId), query, found.rows);
  }

  async timeline(caller: Caller, id: string): Promise<TimelineDto> {
    const { appointment, facility } = await this.getWithFacility(caller, id);
    const zone = await this.zoneOf(facility, appointment);
    return { data: (await this.repository.timeline(facility.id, id)).map(event => toTimelineEntryDto(event, zone, this.cipher)) };
  }

  /** Throws `AppointmentNotFoundError`, also for one that is not this caller's. */
  async getWithFacility(caller: Caller, id: string): Promise<{ appointment: Appointment; facility: Facility }> {
    const appointment = await this.repository.find(id);
    if (!appointment || !mayTouch(caller, appointment.facilityId)) throw new AppointmentNotFoundError(id);
    return { appointment, facility: await this.facilities.get(caller, appointment.facilityId) };
  }

  /** The answer to a repeated request: the same status, the appointment as it is now. */
  async replay(facility: Facility, { status, appointmentId }: EarlierAnswer): Promise<AppointmentAnswer> {
    const appointment = await this.repository.getFresh(facility.id, appointmentId);
    return { status, isReplay: true, appointment: this.present(appointment, facility, await this.zoneOf(facility, appointment)) };
  }

  present(appointment: Appointment, facility: Facility, zone: string): AppointmentDto {
    return toAppointmentDto(appointment, facility, zone, this.cipher, this.clock.now());
  }

  /** The calendar's zone, or the facility's. */
  async zoneOf(facility: Facility, appointment: Appointment): Promise<string> {
    return appointment.calendarId === null
      ? facility.timezone
      : ((await this.calendars.timezonesOf(facility)).get(appointment.calendarId) ?? facility.timezone);
  }

  private async toPage(facility: Facility, query: PageQuery, rows: Appointment[]): Promise<AppointmentPageDto> {
    const zones = await this.calendars.timezonesOf(facility);
    return pageOf(rows, query.limit, row => this.present(row, facility, zones.get(row.calendarId ?? '') ?? facility.timezone));
  }
}

function filterOf(query: AppointmentQuery): AppointmentFilter {
  const { contactId, patientId, temporaryPatientId, appointmentId, status, needsReview, from, to } = query;
  return {
    contactId,
    patientId,
    temporaryPatientId,
    externalId: appointmentId,
    status,
    from: from === undefined ? undefined : instantOf(from, 'from'),
    to: to === undefined ? undefined : instantOf(to, 'to'),
    needsReview,
  };
}
