import type { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import type { RowUnit } from '../database/row-unit.js';
import { DETAIL_FIELDS } from './contact-details.js';
import { filledFrom } from './contact-fill-rules.js';
import { ContactIdentity, type IdentityKind } from './contact-identity.entity.js';
import { contradicts, type GivenPerson } from './contact-match.js';
import { keptOf, mergeObstacle, type MergeObstacle } from './contact-merge-rules.js';
import { ContactMerge } from './contact-merge.entity.js';
import { mergeContacts } from './contact-merging.js';
import type { ContactWriter, ReviewReason } from './contact-writer.service.js';
import { Contact } from './contact.entity.js';
import type { KnownContacts } from './known-contacts.js';
import type { ReadPatient } from './reported-patient-parser.js';

/** One event: what it tells of the patient, and what has come of it so far. */
export interface EventStep {
  given: ReadPatient;
  person: GivenPerson;
  /** The event's id. */
  reference: string;
  merge: ContactMerge | null;
  /** By their names in the API. */
  changed: Set<string>;
}

/** Writes what an event tells of a patient to the contact that is meant. */
export class EventContactWriting {
  constructor(
    private readonly rows: RowUnit,
    private readonly facilityId: string,
    private readonly known: KnownContacts,
    private readonly writer: ContactWriter,
    private readonly clock: Clock,
  ) {}

  /** Merges the two, or says why a person must decide; leaves them as they are where one is not the patient, or a person has parted them. */
  unite(one: Contact, other: Contact, step: EventStep): MergeObstacle | null {
    const [ofOne, ofOther] = [this.known.candidateOf(one), this.known.candidateOf(other)];
    const obstacle = mergeObstacle(ofOne, ofOther);
    if (obstacle) return obstacle;
    const isOfAnother = [ofOne, ofOther].some(candidate => contradicts(step.given.patientId, candidate.patientId));
    if (isOfAnother || this.known.areParted(one, other)) return null;
    const { kept, merged } = keptOf(ofOne, ofOther);
    const contacts = { kept: this.known.get(kept.contactId), merged: this.known.get(merged.contactId) };
    step.merge = this.rows.add(ContactMerge, mergeContacts(this.known, contacts, step.reference, this.clock.now()));
    for (const field of step.merge.moved.filledFields) step.changed.add(field);
    if (merged.patientId !== null) step.changed.add('patientId');
    if (merged.temporaryPatientIds.length > 0) step.changed.add('temporaryPatientId');
    return null;
  }

  /** A contact nobody knew. */
  create(step: EventStep): Contact {
    const { details } = step.given;
    const contact = this.rows.add(Contact, this.writer.newContact(this.facilityId, details));
    this.known.add(contact, details);
    for (const field of DETAIL_FIELDS.filter(each => details[each] !== null)) step.changed.add(field);
    this.putIds(contact, step);
    return contact;
  }

  /** The ids are put on the contact; the rest is filled in, unless something of it differs: then a person looks at it. */
  settle(contact: Contact, step: EventStep, difference: ReviewReason | null): void {
    if (difference) this.mark(contact, difference, step);
    else {
      const { details, filled } = filledFrom(this.known.detailsOf(contact), step.given.details);
      if (filled.length > 0) this.known.write(contact, details);
      for (const field of filled) step.changed.add(field);
    }
    this.putIds(contact, step);
    if (step.changed.size > 0) contact.updatedAt = this.clock.now();
  }

  private putIds(contact: Contact, step: EventStep): void {
    this.putId(contact, 'patient', step.given.patientId, step);
    this.putId(contact, 'temporary', step.given.temporaryPatientId, step);
  }

  private putId(contact: Contact, kind: IdentityKind, value: string | null, step: EventStep): void {
    if (value === null) return;
    const holder = this.known.holderOf(kind, value);
    if (holder === contact) return;
    const hasAnother = kind === 'patient' && this.known.candidateOf(contact).patientId !== null;
    if (holder || hasAnother) {
      this.mark(contact, holder ? 'identity-belongs-to-another-contact' : 'patient-id-differs', step);
      return;
    }
    const now = this.clock.now();
    const identity = { id: newId(now), facilityId: this.facilityId, contactId: contact.id, kind, value, createdAt: now };
    this.known.addIdentity(this.rows.add(ContactIdentity, identity));
    step.changed.add(kind === 'patient' ? 'patientId' : 'temporaryPatientId');
  }

  /** Puts the contact into a person's queue. */
  mark(contact: Contact, reason: ReviewReason, step: EventStep): void {
    if (!contact.needsReview) step.changed.add('needsReview');
    this.writer.flag(contact, reason);
  }
}
