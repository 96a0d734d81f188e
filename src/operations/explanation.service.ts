import { Injectable } from '@nestjs/common';
import { AppointmentsService } from '../appointments/appointments.service.js';
import type { Caller } from '../auth/scope.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { VERDICTS } from '../notifications/verdict.js';
import { explain } from './explanation-rules.js';
import { stepsOf } from './explanation-steps.js';
import type { ExplanationDto } from './explanation.dto.js';

/** Why did this patient get no confirmation? */
@Injectable()
export class ExplanationService {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly contacts: ContactsService,
    private readonly notifications: NotificationsService,
  ) {}

  /** Throws `AppointmentNotFoundError`, also for one that is not this caller's. */
  async of(caller: Caller, appointmentId: string): Promise<ExplanationDto> {
    const { appointment, facility } = await this.appointments.getWithFacility(caller, appointmentId);
    const { data: timeline } = await this.appointments.timeline(caller, appointmentId);
    const contact = await this.contacts.getFor(caller, appointment.contactId);
    const { rows: messages, attempts } = await this.notifications.ofAppointment(facility.id, appointmentId);
    const zone = await this.appointments.zoneOf(facility, appointment);
    const said = messages.map(({ kind, revision, status, verdict }) => {
      return { kind, revision, status, verdict: VERDICTS.find(known => known === verdict) ?? null };
    });
    return {
      ...explain({ status: appointment.status, hasPendingChange: appointment.pendingChange !== null }, said),
      steps: stepsOf({ timeline, contact, messages, attempts }, zone),
    };
  }
}
