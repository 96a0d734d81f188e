import { Injectable } from '@nestjs/common';
import type { AppointmentDto } from '../appointments/appointment.dto.js';
import { AppointmentsService } from '../appointments/appointments.service.js';
import type { Caller } from '../auth/scope.js';
import { DomainError } from '../common/domain-error.js';
import { isId } from '../common/ids.js';
import { ContactAccessService } from '../contacts/contact-access.service.js';
import type { ContactDto } from '../contacts/contact.dto.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { ExplanationService } from '../operations/explanation.service.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';

/** More than a person reads; who has more is looked for by something else. */
const MOST_FOUND = 20;
const PAGE = { limit: MOST_FOUND };

/** One appointment that fits, with whose it is and whether they were told. */
export interface FoundAppointment {
  appointment: AppointmentDto;
  contact: ContactDto;
  verdict: string;
}

/** Finds appointments by whatever the person at the phone has at hand. */
@Injectable()
export class ConsoleSearch {
  constructor(
    private readonly appointments: AppointmentsService,
    private readonly contacts: ContactAccessService,
    private readonly explanations: ExplanationService,
    private readonly notifications: NotificationsService,
    private readonly events: WebhookLogService,
  ) {}

  /** Where an id of the hub's leads: an appointment's, a message's or a webhook event's; null: nowhere that the caller may go. */
  async pathOf(caller: Caller, id: string): Promise<string | null> {
    if (!isId(id)) return null;
    if (await orNull(this.appointments.get(caller, id))) return `/console/appointments/${id}`;
    const message = await orNull(this.notifications.get(caller, id));
    if (message) return `/console/appointments/${message.appointmentId}`;
    return (await orNull(this.events.get(caller, id))) && `/console/webhooks/${id}`;
  }

  /** By the patient's phone or id, or the hospital's id of the appointment; newest first. Throws `FacilityNotFoundError`. */
  async find(caller: Caller, facilityId: string, q: string): Promise<FoundAppointment[]> {
    const filters = [{ appointmentId: q }, { patientId: q }, { temporaryPatientId: q }];
    const [byPhone, ...lists] = await Promise.all([
      this.byPhone(caller, facilityId, q),
      ...filters.map(async filter => (await this.appointments.list(caller, facilityId, { ...PAGE, ...filter })).data),
    ]);
    const found = new Map([...byPhone, ...lists.flat()].map(appointment => [appointment.id, appointment]));
    const newest = [...found.values()].sort((one, other) => (one.id > other.id ? -1 : 1)).slice(0, MOST_FOUND);
    return this.describe(caller, facilityId, newest);
  }

  /** Each patient is read once, and all verdicts at once: many of these appointments may be one patient's. */
  private async describe(caller: Caller, facilityId: string, found: readonly AppointmentDto[]): Promise<FoundAppointment[]> {
    const contactIds = [...new Set(found.map(({ contactId }) => contactId))];
    const [verdicts, contacts] = await Promise.all([
      this.explanations.verdicts(facilityId, found),
      Promise.all(contactIds.map(id => this.contacts.getDto(caller, id))),
    ]);
    const byId = new Map(contacts.map(contact => [contact.id, contact]));
    return found.flatMap(appointment => {
      const [contact, verdict] = [byId.get(appointment.contactId), verdicts.get(appointment.id)];
      return contact && verdict ? [{ appointment, contact, verdict }] : [];
    });
  }

  /** Nothing where it is no phone number. */
  private async byPhone(caller: Caller, facilityId: string, phone: string): Promise<AppointmentDto[]> {
    const found = phone.length > 50 ? null : await orNull(this.contacts.search(caller, facilityId, { phone }, PAGE), 'invalid');
    const pages = await Promise.all((found?.data ?? []).map(({ id }) => this.appointments.listOfContact(caller, id, PAGE)));
    return pages.flatMap(({ data }) => data);
  }
}

/** null where there is none, or none that the caller may see. */
async function orNull<T>(answer: Promise<T>, kind: DomainError['kind'] = 'not-found'): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DomainError && error.kind === kind) return null;
    throw error;
  }
}
