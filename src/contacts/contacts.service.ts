import { Injectable } from '@nestjs/common';
import { TransactionPropagation } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { ContactDetails } from './contact-details.js';
import type { ContactChange, ContactInput, ContactPatch } from './contact-input.js';
import type { ContactMerge } from './contact-merge.entity.js';
import { ContactPartingService, type PartedContacts } from './contact-parting.service.js';
import { ContactReader, type ContactAsPatient } from './contact-reader.service.js';
import { ContactUpsertService, type UpsertedContact, type WantedContact } from './contact-upsert.service.js';
import { ContactWriter } from './contact-writer.service.js';
import type { ContactDto } from './contact.dto.js';
import type { Contact } from './contact.entity.js';
import { ContactErasedError, ContactNotFoundError, IdentityTakenError } from './contact.errors.js';
import { ContactRepository } from './contact.repository.js';

/** Under which the hospital knows a patient. */
interface HospitalIds {
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** Contacts, for the other modules. What writes joins the caller's transaction if there is one. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly reader: ContactReader,
    private readonly upserts: ContactUpsertService,
    private readonly writer: ContactWriter,
    private readonly parting: ContactPartingService,
    private readonly clock: Clock,
  ) {}

  /**
   * The contact that is meant, updated, or a new one. `at` stands before the names of fields in errors (`contact.` where the input is
   * nested). Takes locks that are held until the transaction ends: call it before locking rows. Throws `ValidationFailedError`.
   */
  async upsert(facility: Facility, input: ContactInput, at = ''): Promise<UpsertedContact> {
    return this.upserts.upsert(facility, input, at);
  }

  /** The first half of `upsert`, for whoever has more to send at that moment: it locks and looks. Only within a transaction. */
  async look(facility: Facility, input: ContactInput, at = ''): Promise<WantedContact> {
    return this.upserts.look(facility, input, at);
  }

  /** The second half, in the same transaction. */
  async write(facility: Facility, wanted: WantedContact): Promise<UpsertedContact> {
    return this.upserts.write(facility, wanted);
  }

  /** One that is not erased before the transaction ends. Throws `ContactErasedError`, and `ContactNotFoundError`, also for a contact of another facility. */
  async getKept(facilityId: string, contactId: string): Promise<{ contact: Contact; details: ContactDetails }> {
    // At once: whoever erases a contact takes those that were merged into it, too, so that the id as it was given will do.
    const [kept, found] = await Promise.all([this.repository.keep(facilityId, contactId), this.reader.get(facilityId, contactId)]);
    if (kept?.erased || found.contact.erasedAt !== null) throw new ContactErasedError(found.contact.id);
    return found;
  }

  async isKnown(facilityId: string, contactId: string): Promise<boolean> {
    return (await this.repository.find(facilityId, contactId)) !== null;
  }

  /** The contact, if the caller may touch its facility. Throws `ContactNotFoundError`. */
  async getFor(caller: Caller, contactId: string): Promise<Contact> {
    const contact = await this.repository.findAmong(caller.facilityIds, contactId);
    if (!contact) throw new ContactNotFoundError(contactId);
    return contact;
  }

  /** The contact as the hospital is told of it. Throws `ContactNotFoundError`. */
  async patientOf(facilityId: string, contactId: string): Promise<ContactAsPatient> {
    return this.reader.patientOf(facilityId, contactId);
  }

  async toDto(contact: Contact, timezone: string): Promise<ContactDto> {
    const [dto] = await this.reader.toDtos([contact], timezone);
    if (!dto) throw new ContactNotFoundError(contact.id);
    return dto;
  }

  /**
   * Puts the ids that the hospital answered on the contact; null is none, and takes nothing off. An id of another contact, or a permanent
   * one that differs from the contact's own, stays where it is and marks the contact for review. Locks as `upsert` does.
   */
  async linkIdentities(facilityId: string, contactId: string, ids: HospitalIds): Promise<void> {
    const change = identityChange(ids);
    await this.inTransaction(async () => {
      await this.repository.lock(this.writer.lockKeys(facilityId, change));
      const contact = await this.getForUpdate(facilityId, contactId);
      const { problem } = await this.writer.apply(contact, change, false);
      if (problem) this.writer.flag(contact, problem.reason);
      await this.em.flush();
    });
  }

  /**
   * The same for ids that are new to everybody, or the contact's already, in one statement that is sent: what it cannot do fails the
   * transaction (`isUnmet`).
   */
  async linkNewIdentities(facilityId: string, contactId: string, ids: HospitalIds): Promise<void> {
    const keys = this.writer.lockKeys(facilityId, identityChange(ids));
    const wanted = [
      ...(ids.patientId === null ? [] : [{ kind: 'patient' as const, value: ids.patientId }]),
      ...(ids.temporaryPatientId === null ? [] : [{ kind: 'temporary' as const, value: ids.temporaryPatientId }]),
    ];
    await this.repository.addIdentities(facilityId, contactId, wanted, keys, this.clock.now());
  }

  /** Changes exactly what is given. Throws `ContactNotFoundError`, `ContactErasedError`, `IdentityTakenError`, `ValidationFailedError`. */
  async patch(facility: Facility, contactId: string, input: ContactPatch): Promise<Contact> {
    const change = this.writer.read(facility, input, '');
    return this.inTransaction(async () => {
      await this.repository.lock(this.writer.lockKeys(facility.id, change));
      const contact = await this.getForUpdate(facility.id, contactId);
      const { problem } = await this.writer.apply(contact, change, true);
      if (problem) throw new IdentityTakenError(problem.field);
      return contact;
    });
  }

  /** Those that the contact, or the one it was merged into, had part in; newest first. */
  async mergesOf(facilityId: string, contactId: string): Promise<ContactMerge[]> {
    const kept = await this.repository.find(facilityId, contactId);
    return this.parting.mergesOf(facilityId, kept ? [contactId, kept.id] : [contactId]);
  }

  /**
   * Parts two contacts again, exactly as recorded, in the transaction of `em`; the caller moves the appointments back. Locks as `upsert`
   * does. Throws `ContactMergeNotFoundError`, `MergeAlreadyUndoneError`, `MergeCannotBeUndoneError`.
   */
  async undoMerge(em: EntityManager, facilityId: string, mergeId: string): Promise<PartedContacts> {
    return this.parting.undo(em, facilityId, mergeId);
  }

  private async getForUpdate(facilityId: string, contactId: string): Promise<Contact> {
    const contact = await this.repository.findForUpdate(facilityId, contactId);
    if (!contact) throw new ContactNotFoundError(contactId);
    if (contact.erasedAt !== null) throw new ContactErasedError(contactId);
    return contact;
  }

  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    return this.em.transactional(work, { propagation: TransactionPropagation.REQUIRED });
  }
}

function identityChange({ patientId, temporaryPatientId }: HospitalIds): ContactChange {
  return {
    details: {},
    locale: undefined,
    channels: undefined,
    patientId: patientId ?? undefined,
    temporaryPatientId: temporaryPatientId ?? undefined,
  };
}
