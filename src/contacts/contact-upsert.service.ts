import { Injectable } from '@nestjs/common';
import { TransactionPropagation } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Facility } from '../facilities/facility.entity.js';
import { candidateOf, personOf } from './contact-candidate.js';
import { ContactSeal, type ContactDetails } from './contact-details.js';
import type { ContactChange, ContactInput } from './contact-input.js';
import { ContactIdentitiesService } from './contact-identities.service.js';
import { matchContact, type Candidate, type ContactMatch, type MatchRule } from './contact-match.js';
import { ContactWriter } from './contact-writer.service.js';
import type { Contact } from './contact.entity.js';
import { ContactNotFoundError } from './contact.errors.js';
import { asPatient, type ContactAsPatient } from './contact-reader.service.js';
import { ContactRepository, type ContactKeys } from './contact.repository.js';
import { isAsFullAs } from './person-name.js';

export interface UpsertedContact {
  contact: Contact;
  details: ContactDetails;
  isNew: boolean;
  /** As the hospital is told of them, where that is known without another look: of a new contact that has no id yet. */
  patient: ContactAsPatient | null;
}

/** What was said of a contact, and whether anybody shares its keys; these are locked until the transaction ends. */
export interface WantedContact {
  name: string;
  change: ContactChange;
  keys: ContactKeys;
  hasCandidates: boolean;
}

/** Finds the contact that is meant, or makes one. */
@Injectable()
export class ContactUpsertService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly seal: ContactSeal,
    private readonly writer: ContactWriter,
    private readonly identities: ContactIdentitiesService,
  ) {}

  /** In the caller's transaction if there is one; its locks are held until that ends, so take no row locks before. */
  async upsert(facility: Facility, input: ContactInput, at: string): Promise<UpsertedContact> {
    const change = this.writer.read(facility, input, at);
    return this.em.transactional(async () => this.write(facility, await this.lookFor(facility.id, input.name, change)), {
      propagation: TransactionPropagation.REQUIRED,
    });
  }

  /** The first half of `upsert`, which writes nothing and goes out with what else the caller's transaction begins with. */
  async look(facility: Facility, input: ContactInput, at: string): Promise<WantedContact> {
    return this.lookFor(facility.id, input.name, this.writer.read(facility, input, at));
  }

  /** The second half, in the same transaction. */
  async write(facility: Facility, { name, change, keys, hasCandidates }: WantedContact): Promise<UpsertedContact> {
    const match = hasCandidates ? await this.match(facility.id, name, change, keys) : null;
    if (match === null || match.kind === 'new') return this.create(facility, name, change);
    const contact = await this.repository.findForUpdate(facility.id, match.contactId);
    if (!contact) throw new ContactNotFoundError(match.contactId);
    const details = match.needsReview
      ? await this.linkOnly(contact, change, match.reviewReason)
      : await this.update(contact, change, match.rule);
    await this.em.flush();
    return { contact, details, isNew: false, patient: null };
  }

  private async lookFor(facilityId: string, name: string, change: ContactChange): Promise<WantedContact> {
    const keys = this.keysOf(facilityId, change);
    // At once: the look begins when the locks are held.
    const [, hasCandidates] = await Promise.all([
      this.repository.lock(this.writer.lockKeys(facilityId, change)),
      this.repository.hasCandidates(facilityId, keys),
    ]);
    return { name, change, keys, hasCandidates };
  }

  private async create(facility: Facility, name: string, change: ContactChange): Promise<UpsertedContact> {
    const { contact, details } = await this.writer.create(facility.id, name, change);
    const hasIds = change.patientId != null || change.temporaryPatientId != null;
    return { contact, details, isNew: true, patient: hasIds ? null : asPatient(details, null, null) };
  }

  /** Found by an id, but other data differ: the other id is put on it, too, and nothing of theirs is overwritten. */
  private async linkOnly(contact: Contact, change: ContactChange, reason: Parameters<ContactWriter['flag']>[1]): Promise<ContactDetails> {
    const { patientId, temporaryPatientId } = change;
    await this.identities.assign(
      contact,
      { patientId: patientId ?? undefined, temporaryPatientId: temporaryPatientId ?? undefined },
      false,
    );
    this.writer.flag(contact, reason);
    return this.seal.open(contact);
  }

  private async update(contact: Contact, change: ContactChange, rule: MatchRule): Promise<ContactDetails> {
    const { details, problem } = await this.writer.apply(contact, this.withoutPoorerName(contact, change, rule), false);
    if (problem) this.writer.flag(contact, problem.reason);
    return details;
  }

  /** One found by phone keeps the fuller name: "Maria Santos" said of Maria Ana must not make room for her twin Maria Elena. */
  private withoutPoorerName(contact: Contact, change: ContactChange, rule: MatchRule): ContactChange {
    const { name, ...others } = change.details;
    const isByPhone = rule === 'phone-and-date-of-birth' || rule === 'phone-and-name';
    const known = this.seal.open(contact).name;
    if (name == null || known === null || !isByPhone || isAsFullAs(name, known)) return change;
    return { ...change, details: others };
  }

  private async match(facilityId: string, name: string, change: ContactChange, keys: ContactKeys): Promise<ContactMatch> {
    const { dateOfBirth = null, phone = null, nationalId = null } = change.details;
    const { patientId = null, temporaryPatientId = null } = change;
    const person = personOf({ name, dateOfBirth, phone, nationalId }, { patientId, temporaryPatientId });
    return matchContact(person, await this.candidates(facilityId, keys));
  }

  private keysOf(facilityId: string, change: ContactChange): ContactKeys {
    return {
      phoneIndex: this.seal.phoneIndex(facilityId, change.details.phone ?? null),
      nationalIdIndex: this.seal.nationalIdIndex(facilityId, change.details.nationalId ?? null),
      patientId: change.patientId ?? null,
      temporaryPatientId: change.temporaryPatientId ?? null,
    };
  }

  private async candidates(facilityId: string, keys: ContactKeys): Promise<Candidate[]> {
    const contacts = await this.repository.candidates(facilityId, keys);
    const identities =
      contacts.length === 0
        ? []
        : await this.repository.identitiesOf(
            facilityId,
            contacts.map(c => c.id),
          );
    return contacts.map(contact =>
      candidateOf(
        contact.id,
        this.seal.open(contact),
        identities.filter(identity => identity.contactId === contact.id),
      ),
    );
  }
}
