import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Facility } from '../facilities/facility.entity.js';
import { ContactSeal, type ContactDetails } from './contact-details.js';
import { ContactErasureRepository } from './contact-erasure.repository.js';
import { ContactReader } from './contact-reader.service.js';
import { ContactWriter } from './contact-writer.service.js';
import type { ContactDto } from './contact.dto.js';
import type { Contact } from './contact.entity.js';
import { ContactRepository } from './contact.repository.js';

const NOTHING: ContactDetails = {
  name: null,
  dateOfBirth: null,
  phone: null,
  rawPhone: null,
  email: null,
  gender: null,
  nationalId: null,
};

/** Forgets patients. In the transaction of the `em` that is given. */
@Injectable()
export class ContactErasure {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactErasureRepository,
    private readonly contacts: ContactRepository,
    private readonly reader: ContactReader,
    private readonly seal: ContactSeal,
    private readonly writer: ContactWriter,
  ) {}

  /** The ids of the contact and of those that were merged into it. `contactId`: of one that is not merged. */
  async familyIds(em: EntityManager, facilityId: string, contactId: string): Promise<string[]> {
    return this.repository.familyIds(em, facilityId, contactId);
  }

  /** The contact, then those that were merged into it, as the API shows them. */
  async records(facility: Facility, contactId: string): Promise<ContactDto[]> {
    const ids = await this.familyIds(this.em, facility.id, contactId);
    const dtos = await this.reader.toDtos(await this.repository.find(this.em, facility.id, ids), facility.timezone);
    return dtos.sort((one, other) => Number(other.id === contactId) - Number(one.id === contactId));
  }

  /** The contact and those that were merged into it, locked: first, as whoever looks for one of them does, by what they are found by. */
  async lock(em: EntityManager, facilityId: string, contactId: string): Promise<Contact[]> {
    const ids = await this.familyIds(em, facilityId, contactId);
    await this.contacts.lock(await this.lockKeys(em, facilityId, ids));
    return this.repository.lock(em, facilityId, await this.familyIds(em, facilityId, contactId));
  }

  /** Nothing of the contacts' own is left but their rows. Their appointments must have lost their addresses to answer to. */
  async erase(em: EntityManager, facilityId: string, contacts: readonly Contact[], now: Date): Promise<void> {
    const ids = contacts.map(({ id }) => id);
    const phones = await this.phonesOf(em, facilityId, contacts);
    await this.repository.forget(em, facilityId, ids, phones.own, phones.others);
    for (const contact of contacts) {
      this.seal.seal(contact, NOTHING);
      Object.assign(contact, { locale: null, needsReview: false, reviewReason: null, erasedAt: now, updatedAt: now });
    }
    await em.flush();
  }

  /** As addresses for SMS. */
  private async phonesOf(
    em: EntityManager,
    facilityId: string,
    contacts: readonly Contact[],
  ): Promise<{ own: string[]; others: string[] }> {
    const phones = contacts.flatMap(contact => {
      const phone = this.seal.openPhone(contact);
      if (phone === null || contact.phoneIndex === null) return [];
      return [{ phoneIndex: contact.phoneIndex, addressIndex: this.seal.addressIndex(facilityId, 'sms', phone) }];
    });
    const indexes = phones.map(({ phoneIndex }) => phoneIndex);
    const ofOthers = await this.repository.phonesOfOthers(
      em,
      facilityId,
      indexes,
      contacts.map(({ id }) => id),
    );
    return {
      own: phones.map(({ addressIndex }) => addressIndex),
      others: phones.filter(({ phoneIndex }) => ofOthers.has(phoneIndex)).map(({ addressIndex }) => addressIndex),
    };
  }

  private async lockKeys(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<string[]> {
    const contacts = await Promise.all(ids.map(id => this.contacts.find(facilityId, id)));
    const identities = await this.contacts.identitiesOf(facilityId, ids);
    const channels = (await this.contacts.channelsOf(facilityId, ids)).map(({ address }) => ({
      channel: address.channel,
      address: this.seal.openAddress(address),
      primary: false,
    }));
    const unchanged = { details: {}, locale: undefined, channels: undefined };
    return [
      ...contacts.flatMap(contact => (contact ? [{ ...unchanged, details: this.seal.open(contact), channels }] : [])),
      ...identities.map(({ kind, value }) => ({ ...unchanged, [kind === 'patient' ? 'patientId' : 'temporaryPatientId']: value })),
    ].flatMap(change => this.writer.lockKeys(facilityId, change));
  }
}
