import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { ContactChannel } from './channel-address.entity.js';
import { ContactIdentity } from './contact-identity.entity.js';
import { ContactMerge } from './contact-merge.entity.js';
import { Contact } from './contact.entity.js';
import type { LoadedContacts } from './known-contacts.js';

/** By what the contacts of many events are found: whoever has any of it. */
export interface EventContactKeys {
  contactIds: readonly string[];
  patientIds: readonly string[];
  temporaryPatientIds: readonly string[];
  phoneIndexes: readonly string[];
  nationalIdIndexes: readonly string[];
}

/** Of the facility `$1`: whoever has one of the permanent ids `$2`, or of the temporary ones `$3`. */
const HOLDERS = new PreparedStatement<{ id: string }>(
  'holders-of-patient-ids',
  `select contact_id as id from contact_identity where facility_id = $1 and kind = 'patient' and value = any($2::text[])
   union
   select contact_id from contact_identity where facility_id = $1 and kind = 'temporary' and value = any($3::text[])`,
);

/** Loads the contacts of many events at once: as many statements for one as for thousands. */
@Injectable()
export class EventContactRepository {
  /** As they stand now, locked until the transaction ends. The keys must be locked. */
  async load(em: EntityManager, facilityId: string, keys: EventContactKeys): Promise<LoadedContacts> {
    const contacts = await this.contacts(em, facilityId, keys);
    if (contacts.length === 0) return { contacts, identities: [], links: [], parted: [] };
    const contactId = { $in: contacts.map(contact => contact.id) };
    const orderBy = { createdAt: 'asc', id: 'asc' } as const;
    return {
      contacts,
      identities: await em.find(ContactIdentity, { facilityId, contactId }, { orderBy, refresh: true }),
      links: await em.find(ContactChannel, { facilityId, contactId }, { refresh: true }),
      parted: await em.find(ContactMerge, {
        facilityId,
        keptContactId: contactId,
        mergedContactId: contactId,
        undoneAt: { $ne: null },
      }),
    };
  }

  /** With those that merged ones were merged into: one more statement for each link of the longest chain, so mostly none. */
  private async contacts(em: EntityManager, facilityId: string, keys: EventContactKeys): Promise<Contact[]> {
    const ids = new Set([...keys.contactIds, ...(await this.holderIds(em, facilityId, keys))]);
    const any = [
      ...(ids.size === 0 ? [] : [{ id: { $in: [...ids] } }]),
      ...(keys.phoneIndexes.length === 0 ? [] : [{ mergedIntoId: null, phoneIndex: { $in: [...keys.phoneIndexes] } }]),
      ...(keys.nationalIdIndexes.length === 0 ? [] : [{ mergedIntoId: null, nationalIdIndex: { $in: [...keys.nationalIdIndexes] } }]),
    ];
    const found = any.length === 0 ? [] : await this.locked(em, { facilityId, $or: any });
    for (let missing = keptElsewhere(found); missing.length > 0; missing = keptElsewhere(found))
      found.push(...(await this.locked(em, { facilityId, id: { $in: missing } })));
    return found;
  }

  private async holderIds(em: EntityManager, facilityId: string, keys: EventContactKeys): Promise<string[]> {
    const rows = await HOLDERS.run(em, [facilityId, keys.patientIds, keys.temporaryPatientIds]);
    return rows.map(row => row.id);
  }

  /** In the order of their ids: two batches never wait for each other. */
  private async locked(em: EntityManager, where: Parameters<typeof em.find<Contact>>[1]): Promise<Contact[]> {
    return em.find(Contact, where, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }
}

function keptElsewhere(contacts: readonly Contact[]): string[] {
  const present = new Set(contacts.map(contact => contact.id));
  return contacts.flatMap(({ mergedIntoId }) => (mergedIntoId === null || present.has(mergedIntoId) ? [] : [mergedIntoId]));
}
