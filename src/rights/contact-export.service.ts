import { Injectable } from '@nestjs/common';
import { ContactAppointmentsService } from '../appointments/contact-appointments.service.js';
import { ContactMergesService } from '../appointments/contact-merges.service.js';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { ContactErasure } from '../contacts/contact-erasure.service.js';
import { ContactNotFoundError } from '../contacts/contact.errors.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { ContactMessagesService } from '../notifications/contact-messages.service.js';
import { AuditLogsService } from '../operations/audit-logs.service.js';
import { ContactEventsService } from '../webhooks/contact-events.service.js';
import type { ContactExportDto } from './contact-export.dto.js';
import { cutLists } from './export-cut-rules.js';

const MOST = 1_000;
/** Each has a body of up to 256 KiB. */
const MOST_EVENTS = 200;

/** Gathers what is kept of a patient. */
@Injectable()
export class ContactExportService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly contacts: ContactsService,
    private readonly families: ContactErasure,
    private readonly merges: ContactMergesService,
    private readonly appointments: ContactAppointmentsService,
    private readonly messages: ContactMessagesService,
    private readonly events: ContactEventsService,
    private readonly audit: AuditLogsService,
    private readonly clock: Clock,
  ) {}

  /** Throws `ContactNotFoundError`. */
  async export(caller: Caller, contactId: string): Promise<ContactExportDto> {
    const { id, facilityId } = await this.contacts.getFor(caller, contactId);
    const facility = await this.facilities.get(caller, facilityId);
    const [contact, ...merged] = await this.families.records(facility, id);
    if (!contact) throw new ContactNotFoundError(contactId);
    const contactIds = [contact, ...merged].map(each => each.id);
    // One more than is shown says that there are more.
    const appointments = await this.appointments.records(facility, contactIds, MOST + 1);
    const appointmentIds = appointments.map(({ appointment }) => appointment.id);
    const lists = {
      appointments,
      messages: await this.messages.records(facility, appointmentIds, MOST + 1),
      webhookEvents: await this.events.records(facility, { appointmentIds, contactIds }, MOST_EVENTS + 1),
      audit: await this.audit.ofContacts(facilityId, contactIds, MOST + 1),
    };
    return {
      facilityId,
      contactId: id,
      exportedAt: isoInZone(this.clock.now(), facility.timezone),
      contact,
      merged,
      merges: (await this.merges.list(caller, id)).data,
      appointments: appointments.slice(0, MOST),
      messages: lists.messages.slice(0, MOST),
      webhookEvents: lists.webhookEvents.slice(0, MOST_EVENTS),
      audit: lists.audit.slice(0, MOST),
      cut: cutLists(lists, { appointments: MOST, messages: MOST, webhookEvents: MOST_EVENTS, audit: MOST }),
    };
  }
}
