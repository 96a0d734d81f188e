import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { MessageSubjects, type MessageSubject, type SubjectNow } from '../notifications/message-subject.js';
import { AppointmentRepository } from './appointment.repository.js';
import { changeableOf } from './appointment.mapper.js';
import { changeWayOf, startToTell, subjectStateOf } from './message-subject-rules.js';
import { changePermission } from './change-policy.js';

/** What messages are about: an appointment as it is at the moment of sending. */
@Injectable()
export class AppointmentSubject implements MessageSubject, OnModuleInit {
  constructor(
    private readonly repository: AppointmentRepository,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly subjects: MessageSubjects,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subjects.register(this);
  }

  async readNow(facilityId: string, appointmentIds: readonly string[]): Promise<SubjectNow[]> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return [];
    const references = await this.calendars.references(facility);
    const { reschedule, cancel } = facility.policies;
    const now = this.clock.now();
    return (await this.repository.findMany(facilityId, appointmentIds)).map(appointment => {
      const { id, contactId, calendarId, appointmentTypeId, replyToId } = appointment;
      return {
        appointmentId: id,
        contactId,
        state: subjectStateOf(appointment.status),
        start: startToTell(appointment),
        zone: references.timezoneOfId(calendarId),
        calendar: references.calendarNameOf(calendarId),
        appointmentType: references.appointmentTypeNameOf(calendarId, appointmentTypeId),
        change: changeWayOf(changePermission('reschedule', changeableOf(appointment), reschedule, now)),
        phone: reschedule.phone ?? cancel.phone,
        replyToId,
      };
    });
  }
}
