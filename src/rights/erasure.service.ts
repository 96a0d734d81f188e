import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { ContactAppointmentsService } from '../appointments/contact-appointments.service.js';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { ContactErasure } from '../contacts/contact-erasure.service.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { ContactMessagesService } from '../notifications/contact-messages.service.js';
import { ContactEventsService } from '../webhooks/contact-events.service.js';

export interface ErasedContact {
  facilityId: string;
  contactId: string;
}

/** Forgets a patient, whole or not at all. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly em: EntityManager,
    private readonly contacts: ContactsService,
    private readonly erasure: ContactErasure,
    private readonly appointments: ContactAppointmentsService,
    private readonly messages: ContactMessagesService,
    private readonly events: ContactEventsService,
    private readonly clock: Clock,
  ) {}

  /** Once more changes nothing. Throws `ContactNotFoundError`, `ContactHasOpenAppointmentsError`. */
  async erase(caller: Caller, contactId: string): Promise<ErasedContact> {
    // Of one that was merged it is the kept one, with all that were merged into it.
    const { id, facilityId } = await this.contacts.getFor(caller, contactId);
    await this.em.transactional(async em => {
      const family = await this.erasure.lock(em, facilityId, id);
      if (family.every(({ erasedAt }) => erasedAt !== null)) return;
      const contactIds = family.map(contact => contact.id);
      const appointmentIds = await this.appointments.lockClosed(em, facilityId, contactIds);
      const now = this.clock.now();
      await this.events.empty(em, facilityId, appointmentIds, contactIds);
      await this.messages.empty(em, facilityId, appointmentIds, now);
      // The addresses are looked for while the appointments still say where they are answered.
      await this.erasure.erase(em, facilityId, family, now);
      await this.appointments.empty(em, facilityId, appointmentIds, now);
    });
    return { facilityId, contactId: id };
  }
}
