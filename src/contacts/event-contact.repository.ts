import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { RowTable, type StoredRow } from '../database/row-table.js';
import type { RowUnit } from '../database/row-unit.js';
import { SharedStatement } from '../database/shared-statement.js';
import { ContactChannel } from './channel-address.entity.js';
import { ContactIdentity } from './contact-identity.entity.js';
import { Contact } from './contact.entity.js';
import { LOCK_KEYS } from './contact.repository.js';
import type { LoadedContacts } from './known-contacts.js';

/** By what the contacts of many events are found: whoever has any of it. */
export interface EventContactKeys {
  contactIds: readonly string[];
  patientIds: readonly string[];
  temporaryPatientIds: readonly string[];
  phoneIndexes: readonly string[];
  nationalIdIndexes: readonly string[];
}

/** Loads the contacts of many events at once: as many statements for one as for thousands, of one facility or of many at once. */
@Injectable()
export class EventContactRepository {
  private readonly tables;
  private readonly statements;

  constructor(em: EntityManager) {
    this.tables = {
      contact: RowTable.of(em, Contact),
      identity: RowTable.of(em, ContactIdentity),
      link: RowTable.of(em, ContactChannel),
    };
    this.statements = statementsOver(this.tables);
  }

  /**
   * Until the transaction ends nobody else holds any of `keys`: those that `ContactRepository.lock` takes, in the same order. It is asked also
   * where there are none: else another facility's look, which is shared, would go out before its lock.
   */
  async lock(em: EntityManager, keys: readonly string[]): Promise<void> {
    await LOCK.run(em, [keys]);
  }

  /** As they stand now, locked until the transaction ends, and kept in `rows`. The keys must be locked. */
  async load(em: EntityManager, rows: RowUnit, facilityId: string, keys: EventContactKeys): Promise<LoadedContacts> {
    const contacts = rows.keep(Contact, await this.contacts(em, facilityId, keys));
    if (contacts.length === 0) return { contacts, identities: [], links: [], parted: [] };
    const of = [facilityId, contacts.map(contact => contact.id)];
    const [identities, links, parted] = await Promise.all([
      this.statements.identities.run(em, of),
      this.statements.links.run(em, of),
      PARTED.run(em, of),
    ]);
    return {
      contacts,
      identities: rows.keep(
        ContactIdentity,
        identities.map(row => this.tables.identity.read(row)),
      ),
      links: rows.keep(
        ContactChannel,
        links.map(row => this.tables.link.read(row)),
      ),
      parted,
    };
  }

  /** With those that merged ones were merged into: one more statement for each link of the longest chain, so mostly none. */
  private async contacts(em: EntityManager, facilityId: string, keys: EventContactKeys): Promise<Contact[]> {
    const { contactIds, patientIds, temporaryPatientIds, phoneIndexes, nationalIdIndexes } = keys;
    const values = [facilityId, contactIds, patientIds, temporaryPatientIds, phoneIndexes, nationalIdIndexes];
    const found = this.read(await this.statements.meant.run(em, values));
    for (let missing = keptElsewhere(found); missing.length > 0; missing = keptElsewhere(found))
      found.push(...this.read(await this.statements.kept.run(em, [facilityId, missing])));
    return found;
  }

  private read(stored: readonly StoredRow[]): Contact[] {
    return stored.map(row => this.tables.contact.read(row));
  }
}

const LOCK = new SharedStatement('lock-contact-keys-of-events', LOCK_KEYS, ['text[]']);

const PARTED = new SharedStatement<{ keptContactId: string; mergedContactId: string }>(
  'parted-contacts',
  `select kept_contact_id as "keptContactId", merged_contact_id as "mergedContactId" from contact_merge
   where facility_id = $1 and kept_contact_id = any($2::uuid[]) and merged_contact_id = any($2::uuid[]) and undone_at is not null`,
  ['uuid', 'uuid[]'],
);

interface Tables {
  contact: RowTable<Contact>;
  identity: RowTable<ContactIdentity>;
  link: RowTable<ContactChannel>;
}

/** Contacts are locked in the order of their ids: two batches never wait for each other. */
function statementsOver({
  contact,
  identity,
  link,
}: Tables): Record<'meant' | 'kept' | 'identities' | 'links', SharedStatement<StoredRow>> {
  return {
    meant: new SharedStatement<StoredRow>(
      'contacts-of-events',
      `select ${contact.columns} from contact r where r.facility_id = $1 and r.id = any(array(
         select unnest($2::uuid[])
         union select contact_id from contact_identity where facility_id = $1 and kind = 'patient' and value = any($3::text[])
         union select contact_id from contact_identity where facility_id = $1 and kind = 'temporary' and value = any($4::text[])
         union select id from contact where facility_id = $1 and phone_index = any($5::text[]) and merged_into_id is null
         union select id from contact where facility_id = $1 and national_id_index = any($6::text[]) and merged_into_id is null
       )) order by r.id for update`,
      ['uuid', 'uuid[]', 'text[]', 'text[]', 'text[]', 'text[]'],
    ),
    kept: new SharedStatement<StoredRow>(
      'contacts-by-id',
      `select ${contact.columns} from contact r where r.facility_id = $1 and r.id = any($2::uuid[]) order by r.id for update`,
      ['uuid', 'uuid[]'],
    ),
    identities: new SharedStatement<StoredRow>(
      'identities-of-contacts',
      `select ${identity.columns} from contact_identity r where r.facility_id = $1 and r.contact_id = any($2::uuid[]) order by r.created_at, r.id`,
      ['uuid', 'uuid[]'],
    ),
    links: new SharedStatement<StoredRow>(
      'channels-of-contacts',
      `select ${link.columns} from contact_channel r where r.facility_id = $1 and r.contact_id = any($2::uuid[])`,
      ['uuid', 'uuid[]'],
    ),
  };
}

function keptElsewhere(contacts: readonly Contact[]): string[] {
  const present = new Set(contacts.map(contact => contact.id));
  return contacts.flatMap(({ mergedIntoId }) => (mergedIntoId === null || present.has(mergedIntoId) ? [] : [mergedIntoId]));
}
