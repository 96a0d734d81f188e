import type { Clock } from '../common/clock.js';
import type { RowUnit } from '../database/row-unit.js';
import { personOf } from './contact-candidate.js';
import { contradicts, differenceOf, matchContact, type ContactMatch } from './contact-match.js';
import { areTied, isEmpty, isPermanentIdOfAnother, type MergeObstacle } from './contact-merge-rules.js';
import type { ContactMerge } from './contact-merge.entity.js';
import type { ContactWriter, ReviewReason } from './contact-writer.service.js';
import type { Contact } from './contact.entity.js';
import { EventContactWriting, type EventStep } from './event-contact-writing.js';
import type { KnownContacts } from './known-contacts.js';
import type { ReadPatient } from './reported-patient-parser.js';
import type { ReportedPatient } from './reported-patient.js';

/**
 * Whose an event is. `changedFields`: by their names in the API. `merge`: its `mergedContactId` is the kept contact now; the caller moves
 * the appointments and writes their ids into `merge.moved.appointmentIds`. `held`: nothing was changed, a person must decide.
 */
export type ContactResolution =
  | { kind: 'contact'; contactId: string; isNew: boolean; changedFields: string[]; merge: ContactMerge | null }
  | { kind: 'held'; contactId: string; reason: MergeObstacle };

/** `unsure`: nothing known contradicts it, and nothing shows it. */
export type Likeness = 'same' | 'unsure' | 'other';

/**
 * The contacts of a batch of one facility's events, in memory. What becomes of them stands in the rows, which the caller writes. Takes the very
 * patient objects, and the contact ids, that it was opened with, and contacts it has made since.
 */
export class EventContacts {
  private readonly writing: EventContactWriting;

  constructor(
    rows: RowUnit,
    private readonly facilityId: string,
    private readonly readings: ReadonlyMap<ReportedPatient, ReadPatient>,
    private readonly known: KnownContacts,
    private readonly writer: ContactWriter,
    clock: Clock,
  ) {
    this.writing = new EventContactWriting(rows, facilityId, known, writer, clock);
  }

  /** Of all contacts that may be meant. */
  ids(): string[] {
    return this.known.ids();
  }

  /** The contact of an appointment or patient that was never seen: the one that is meant, else a new one. `reference`: the event's id. */
  resolve(patient: ReportedPatient, reference: string): ContactResolution {
    const step = this.stepOf(patient, reference);
    const byPatient = this.known.holderOf('patient', step.given.patientId);
    const byTemporary = this.known.holderOf('temporary', step.given.temporaryPatientId);
    if (byPatient && byTemporary && byPatient !== byTemporary) {
      const obstacle = this.writing.unite(byPatient, byTemporary, step);
      if (obstacle) return { kind: 'held', contactId: byPatient.id, reason: obstacle };
    }
    return this.meant(step);
  }

  /**
   * The contact of an event about an appointment whose contact is `contactId` (or was, before a merge). Where the event tells of somebody
   * else, that is who is answered, and `contactId` is left as it is: the hospital has given the appointment to another patient.
   */
  link(contactId: string, patient: ReportedPatient, reference: string): ContactResolution {
    const contact = this.known.get(contactId);
    const step = this.stepOf(patient, reference);
    const holder = this.otherHolder(contact, step);
    if (this.isOfAnother(contact, holder, step)) return this.meant(step);
    if (this.bearsOwnNewId(contact, step)) {
      this.writing.mark(contact, 'patient-id-differs', step);
      return this.answer(contact, step, false);
    }
    const other = holder ?? this.alike(contact, step);
    const obstacle = other && this.writing.unite(contact, other, step);
    if (obstacle) return { kind: 'held', contactId: contact.id, reason: obstacle };
    const present = this.known.get(contact.id);
    this.writing.settle(present, step, differenceOf(step.person, this.known.candidateOf(present)));
    return this.answer(present, step, false);
  }

  /** Whether the patient is this contact: shown by a rule of the matching, contradicted by what is known, or neither. Changes nothing. */
  likeness(contactId: string, patient: ReportedPatient): Likeness {
    const contact = this.known.get(contactId);
    const candidate = this.known.candidateOf(contact);
    const step = this.stepOf(patient, '');
    if (matchContact(step.person, [candidate]).kind === 'match') return 'same';
    const isOther =
      contradicts(step.person.patientId, candidate.patientId) ||
      differenceOf(step.person, candidate) !== null ||
      this.otherHolder(contact, step) !== null;
    return isOther ? 'other' : 'unsure';
  }

  /** Whether the patient was forgotten: nothing is to be told of them any more. */
  isErased(contactId: string): boolean {
    return this.known.get(contactId).erasedAt !== null;
  }

  /** Puts the contact into a person's queue: what was held of it did not hold up the rest. */
  review(contactId: string, reason: ReviewReason): void {
    this.writer.flag(this.known.get(contactId), reason);
  }

  /** The permanent id under which the hospital knows the contact. */
  patientIdOf(contactId: string): string | null {
    return this.known.candidateOf(this.known.get(contactId)).patientId;
  }

  private stepOf(patient: ReportedPatient, reference: string): EventStep {
    const given = this.readings.get(patient);
    if (!given) throw new Error('The patient was not opened with the events: hand in the same object');
    return { given, person: personOf(given.details, given), reference, merge: null, changed: new Set() };
  }

  /** Whoever is meant by a rule of the matching, else a new contact. */
  private meant(step: EventStep): ContactResolution {
    const match = this.match(step);
    if (match.kind === 'new') return this.answer(this.writing.create(step), step, true);
    const contact = this.known.get(match.contactId);
    this.writing.settle(contact, step, match.reviewReason);
    return this.answer(contact, step, false);
  }

  private match({ person, given }: EventStep): ContactMatch {
    return matchContact(person, this.known.candidates(this.facilityId, given));
  }

  /** Whoever besides the contact bears one of the patient's ids; the permanent one first. */
  private otherHolder(contact: Contact, { given }: EventStep): Contact | null {
    const holders = [this.known.holderOf('patient', given.patientId), this.known.holderOf('temporary', given.temporaryPatientId)];
    return holders.find(holder => holder !== null && holder !== contact) ?? null;
  }

  /** Whether the patient is not the contact. `holder`: who bears an id that is told; with another permanent id than told, nobody can tell. */
  private isOfAnother(contact: Contact, holder: Contact | null, { person }: EventStep): boolean {
    const own = this.known.candidateOf(contact);
    const others = holder && this.known.candidateOf(holder);
    if (others && !contradicts(person.patientId, others.patientId)) return !areTied(person, own, others);
    return this.known.holderOf('patient', person.patientId) === null && isPermanentIdOfAnother(person, own);
  }

  /** A permanent id that nobody has, though the contact has another: nobody can tell what it means. */
  private bearsOwnNewId(contact: Contact, { given }: EventStep): boolean {
    const { patientId } = this.known.candidateOf(contact);
    return contradicts(given.patientId, patientId) && this.known.holderOf('patient', given.patientId) === null;
  }

  /** For a contact of whom nothing is known: whoever the patient is by any rule. */
  private alike(contact: Contact, step: EventStep): Contact | null {
    if (!isEmpty(this.known.candidateOf(contact))) return null;
    const match = this.match(step);
    return match.kind === 'match' ? this.known.get(match.contactId) : null;
  }

  private answer(contact: Contact, { merge, changed }: EventStep, isNew: boolean): ContactResolution {
    return { kind: 'contact', contactId: contact.id, isNew, changedFields: [...changed], merge };
  }
}
