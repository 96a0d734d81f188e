import { Injectable } from '@nestjs/common';
import { mayTouch, type Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf, type PageQuery } from '../common/paging.js';
import { instantOf } from '../common/validators.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { AppointmentAnswer } from './answer.js';
import type { AppointmentDto, AppointmentPageDto, AppointmentQuery, TimelineDto } from './appointment.dto.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentNotFoundError } from './appointment.errors.js';
import { toAppointmentDto, toTimelineEntryDto } from './appointment.mapper.js';
import { AppointmentRepository, type AppointmentFilter } from './appointment.repository.js';
import type { EarlierAnswer } from './idempotency-rules.js';

const NO_FILTER: AppointmentFilter = {
  contactId: undefined,
  patient: undefined,
  externalId: undefined,
  status: undefined,
  from: undefined,
  to: undefined,
  needsReview: undefined,
};

/** Reads appointments from the hub's own store. The hospital is never asked. */
@Injectable()
export class AppointmentsService {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly contacts: ContactsService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async get(caller: Caller, id: string): Promise<AppointmentDto> {
    const { appointment, facility } = await this.getWithFacility(caller, id);
    return this.present(appointment, facility, await this.zoneOf(facility, appointment));
  }

  async list(caller: Caller, facilityId: string, query: AppointmentQuery): Promise<AppointmentPageDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const { patientId, temporaryPatientId } = query;
    const hasPatient = patientId !== undefined || temporaryPatientId !== undefined;
    const contactIds = hasPatient ? await this.contacts.findIdsByIdentity(facilityId, { patientId, temporaryPatientId }) : [];
    return this.page(facility, query, {
      contactId: query.contactId === undefined ? undefined : await this.contacts.keptIdOf(facilityId, query.contactId),
      patient: hasPatient ? { patientId, temporaryPatientId, contactIds } : undefined,
      externalId: query.appointmentId,
      status: query.status,
      from: query.from === undefined ? undefined : instantOf(query.from, 'from'),
      to: query.to === undefined ? undefined : instantOf(query.to, 'to'),
      needsReview: query.needsReview,
    });
  }

  async listOfContact(caller: Caller, contactId: string, query: PageQuery): Promise<AppointmentPageDto> {
    // Of a contact that was merged it is the kept one.
    const { facilityId, id } = await this.contacts.getFor(caller, contactId);
    return this.page(await this.facilities.get(caller, facilityId), query, { ...NO_FILTER, contactId: id });
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

  private async page(facility: Facility, query: PageQuery, filter: AppointmentFilter): Promise<AppointmentPageDto> {
    const rows = await this.repository.page(facility.id, filter, cursorId(query), query.limit);
    const zones = await this.calendars.timezonesOf(facility);
    return pageOf(rows, query.limit, row => this.present(row, facility, zones.get(row.calendarId ?? '') ?? facility.timezone));
  }
}
