import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import type { ContactMerge } from '../contacts/contact-merge.entity.js';
import type { PartedContacts } from '../contacts/contact-parting.service.js';
import { ContactMergeNotFoundError } from '../contacts/contact.errors.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { Appointment } from './appointment.entity.js';
import type { ContactMergeDto, ContactMergesDto } from './contact-merges.dto.js';

/** Shows which contacts turned out to be one, and parts them again with their appointments. */
@Injectable()
export class ContactMergesService {
  constructor(
    private readonly em: EntityManager,
    private readonly contacts: ContactsService,
    private readonly facilities: FacilitiesService,
    private readonly clock: Clock,
  ) {}

  /** Throws `ContactNotFoundError`. */
  async list(caller: Caller, contactId: string): Promise<ContactMergesDto> {
    const { facilityId } = await this.contacts.getFor(caller, contactId);
    const { timezone } = await this.facilities.get(caller, facilityId);
    return { data: (await this.contacts.mergesOf(facilityId, contactId)).map(merge => toDto(merge, timezone)) };
  }

  /** Throws `ContactNotFoundError`, `ContactMergeNotFoundError`, `MergeAlreadyUndoneError`, `MergeCannotBeUndoneError`. */
  async undo(caller: Caller, contactId: string, mergeId: string): Promise<ContactMergeDto> {
    const { facilityId } = await this.contacts.getFor(caller, contactId);
    const { timezone } = await this.facilities.get(caller, facilityId);
    return this.em.transactional(async em => {
      const merge = (await this.contacts.mergesOf(facilityId, contactId)).find(({ id }) => id === mergeId);
      if (!merge) throw new ContactMergeNotFoundError(mergeId);
      const parted = await this.contacts.undoMerge(em, facilityId, mergeId);
      for (const appointment of await movedAppointments(em, facilityId, parted)) moveBack(appointment, parted, this.clock.now());
      return toDto(merge, timezone);
    });
  }
}

/** Those that the merge moved and that are still where it moved them; locked after the contacts, as events do. */
async function movedAppointments(em: EntityManager, facilityId: string, parted: PartedContacts): Promise<Appointment[]> {
  const where = { facilityId, contactId: parted.keptContactId, id: { $in: parted.appointmentIds } };
  return em.find(Appointment, where, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}

/** The permanent id that it had from the kept contact is no more its own. */
function moveBack(appointment: Appointment, { mergedContactId, patientIdSetOn, keptPatientId }: PartedContacts, now: Date): void {
  appointment.contactId = mergedContactId;
  appointment.updatedAt = now;
  if (patientIdSetOn.includes(appointment.id) && appointment.patientId === keptPatientId) appointment.patientId = null;
}

function toDto(merge: ContactMerge, timezone: string): ContactMergeDto {
  const { id, keptContactId, mergedContactId, mergedAt, undoneAt, reference } = merge;
  return {
    id,
    keptContactId,
    mergedContactId,
    mergedAt: isoInZone(mergedAt, timezone),
    undoneAt: undoneAt && isoInZone(undoneAt, timezone),
    reference,
  };
}
