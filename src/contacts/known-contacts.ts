import { candidateOf } from './contact-candidate.js';
import type { ContactChannel } from './channel-address.entity.js';
import type { ContactDetails, ContactSeal } from './contact-details.js';
import type { ContactIdentity, IdentityKind } from './contact-identity.entity.js';
import type { Candidate } from './contact-match.js';
import type { Contact } from './contact.entity.js';
import type { ReadPatient } from './reported-patient-parser.js';

/** What was loaded of a facility's contacts for some events: managed, locked, as it stands. */
export interface LoadedContacts {
  contacts: Contact[];
  /** Oldest first. */
  identities: ContactIdentity[];
  links: ContactChannel[];
  /** Pairs that were merged and that a person has parted again. */
  parted: { keptContactId: string; mergedContactId: string }[];
}

/** Contacts in memory, found by what identifies them. Later events of a batch find what earlier ones have made of them. */
export class KnownContacts {
  private readonly contacts: Map<string, Contact>;
  private readonly identities = new Map<string, ContactIdentity>();
  private readonly identitiesBy = new Map<string, ContactIdentity[]>();
  private readonly linksBy: Map<string, ContactChannel[]>;
  private readonly idsByPhone = new Map<string, Set<string>>();
  private readonly idsByNationalId = new Map<string, Set<string>>();
  private readonly opened = new Map<string, ContactDetails>();
  private readonly parted: Set<string>;

  constructor(
    private readonly seal: ContactSeal,
    loaded: LoadedContacts,
  ) {
    this.contacts = new Map(loaded.contacts.map(contact => [contact.id, contact]));
    this.linksBy = Map.groupBy(loaded.links, link => link.contactId);
    this.parted = new Set(loaded.parted.map(pair => pairKey(pair.keptContactId, pair.mergedContactId)));
    for (const contact of loaded.contacts) this.index(contact);
    for (const identity of loaded.identities) this.addIdentity(identity);
  }

  /** The contact; of a merged one the one that was kept. */
  get(contactId: string): Contact {
    const contact = this.contacts.get(contactId);
    if (!contact) throw new Error(`The contact ${contactId} was not opened with the events: name it in contactIds`);
    return contact.mergedIntoId === null ? contact : this.get(contact.mergedIntoId);
  }

  ids(): string[] {
    return [...this.contacts.keys()];
  }

  add(contact: Contact, details: ContactDetails): void {
    this.contacts.set(contact.id, contact);
    this.opened.set(contact.id, details);
    this.index(contact);
  }

  detailsOf(contact: Contact): ContactDetails {
    const details = this.opened.get(contact.id) ?? this.seal.open(contact);
    this.opened.set(contact.id, details);
    return details;
  }

  /** Seals what has changed. */
  write(contact: Contact, details: ContactDetails): void {
    this.seal.seal(contact, details, this.detailsOf(contact));
    this.opened.set(contact.id, details);
    this.index(contact);
  }

  holderOf(kind: IdentityKind, value: string | null): Contact | null {
    const identity = value === null ? undefined : this.identities.get(`${kind}|${value}`);
    return identity ? this.get(identity.contactId) : null;
  }

  identitiesOf(contact: Contact): readonly ContactIdentity[] {
    return this.identitiesBy.get(contact.id) ?? [];
  }

  linksOf(contact: Contact): readonly ContactChannel[] {
    return this.linksBy.get(contact.id) ?? [];
  }

  addIdentity(identity: ContactIdentity): void {
    this.identities.set(`${identity.kind}|${identity.value}`, identity);
    this.identitiesBy.set(identity.contactId, [...(this.identitiesBy.get(identity.contactId) ?? []), identity]);
  }

  /** Puts all identities, and those of the links that are given, on `to`. */
  move(from: Contact, to: Contact, links: readonly ContactChannel[]): void {
    for (const identity of this.identitiesOf(from)) identity.contactId = to.id;
    for (const link of links) link.contactId = to.id;
    this.identitiesBy.set(to.id, [...this.identitiesOf(to), ...this.identitiesOf(from)].sort(byAge));
    this.identitiesBy.delete(from.id);
    this.linksBy.set(
      from.id,
      this.linksOf(from).filter(link => !links.includes(link)),
    );
    this.linksBy.set(to.id, [...this.linksOf(to), ...links]);
  }

  candidateOf(contact: Contact): Candidate {
    return candidateOf(contact.id, this.detailsOf(contact), this.identitiesOf(contact));
  }

  /** Whoever shares an id, the phone or the national id with the patient. */
  candidates(facilityId: string, { patientId, temporaryPatientId, details }: ReadPatient): Candidate[] {
    const ids = new Set([
      ...(this.idsByPhone.get(this.seal.phoneIndex(facilityId, details.phone) ?? '') ?? []),
      ...(this.idsByNationalId.get(this.seal.nationalIdIndex(facilityId, details.nationalId) ?? '') ?? []),
    ]);
    const holders = [this.holderOf('patient', patientId), this.holderOf('temporary', temporaryPatientId)];
    const found = new Set([...holders, ...[...ids].map(id => this.contacts.get(id) ?? null)]);
    return [...found].flatMap(contact => (contact?.mergedIntoId === null ? [this.candidateOf(contact)] : []));
  }

  /** Whether a person has said that the two are not one. */
  areParted(one: Contact, other: Contact): boolean {
    return this.parted.has(pairKey(one.id, other.id));
  }

  private index({ id, phoneIndex, nationalIdIndex }: Contact): void {
    if (phoneIndex !== null) this.idsByPhone.set(phoneIndex, (this.idsByPhone.get(phoneIndex) ?? new Set()).add(id));
    if (nationalIdIndex !== null)
      this.idsByNationalId.set(nationalIdIndex, (this.idsByNationalId.get(nationalIdIndex) ?? new Set()).add(id));
  }
}

function byAge(one: ContactIdentity, other: ContactIdentity): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1);
}

function pairKey(one: string, other: string): string {
  return one < other ? `${one}|${other}` : `${other}|${one}`;
}
