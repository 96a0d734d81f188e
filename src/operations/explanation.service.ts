import { Injectable } from '@nestjs/common';
import { AppointmentsService } from '../appointments/appointments.service.js';
import type { Caller } from '../auth/scope.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { VERDICTS } from '../notifications/verdict.js';
import { explain, type ExplainedAppointment, type ExplainedMessage, type ExplanationVerdict } from './explanation-rules.js';
import { stepsOf } from './explanation-steps.js';
import type { ExplanationDto } from './explanation.dto.js';

/** What of an appointment decides. */
interface JudgedAppointment {
  id: string;
  status: ExplainedAppointment['status'];
  pendingChange: object | null;
}

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
    return {
      ...explain(explained(appointment), messages.map(said)),
      steps: stepsOf({ timeline, contact, messages, attempts }, zone),
    };
  }

  /** The verdicts alone, of appointments of one facility that the caller has been shown. */
  async verdicts(facilityId: string, appointments: readonly JudgedAppointment[]): Promise<Map<string, ExplanationVerdict>> {
    const ids = appointments.map(({ id }) => id);
    const messages = Map.groupBy(await this.notifications.statesOf(facilityId, ids), ({ appointmentId }) => appointmentId);
    return new Map(
      appointments.map(appointment => [
        appointment.id,
        explain(explained(appointment), (messages.get(appointment.id) ?? []).map(said)).verdict,
      ]),
    );
  }
}

function explained({ status, pendingChange }: Omit<JudgedAppointment, 'id'>): ExplainedAppointment {
  return { status, hasPendingChange: pendingChange !== null };
}

function said({ kind, revision, status, verdict }: Omit<ExplainedMessage, 'verdict'> & { verdict: string | null }): ExplainedMessage {
  return { kind, revision, status, verdict: VERDICTS.find(known => known === verdict) ?? null };
}
