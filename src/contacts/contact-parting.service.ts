import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { ContactChannel } from './channel-address.entity.js';
import { ContactSeal } from './contact-details.js';
import { emptiedAgain } from './contact-fill-rules.js';
import { ContactIdentity } from './contact-identity.entity.js';
import { ContactMerge } from './contact-merge.entity.js';
import { ContactWriter } from './contact-writer.service.js';
import { Contact } from './contact.entity.js';
import { ContactMergeNotFoundError, MergeAlreadyUndoneError, MergeCannotBeUndoneError } from './contact.errors.js';
import { ContactRepository } from './contact.repository.js';

/**
 * Two contacts that are two again. `appointmentIds`: those that the merge had moved to the kept one; `patientIdSetOn`: of them those that
 * got its permanent id, which is `keptPatientId` (null: it has none any more).
 */
export interface PartedContacts {
  keptContactId: string;
  mergedContactId: string;
  appointmentIds: string[];
  patientIdSetOn: string[];
  keptPatientId: string | null;
}

/** What a merge has moved, as it stands now. */
interface Moved {
  merge: ContactMerge;
  kept: Contact;
  merged: Contact;
  identities: ContactIdentity[];
  links: ContactChannel[];
}

const LOCKED = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;

/** Undoes merges, as far as nothing has happened since to what they moved. */
@Injectable()
export class ContactPartingService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly seal: ContactSeal,
    private readonly writer: ContactWriter,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async mergesOf(facilityId: string, contactIds: readonly string[]): Promise<ContactMerge[]> {
    const among = { $in: [...contactIds] };
    const where = { facilityId, $or: [{ keptContactId: among }, { mergedContactId: among }] };
    return this.em.find(ContactMerge, where, { orderBy: { id: 'desc' } });
  }

  /** See `ContactsService.undoMerge`. */
  async undo(em: EntityManager, facilityId: string, mergeId: string): Promise<PartedContacts> {
    const { merge, kept, merged, identities, links } = await this.load(em, facilityId, mergeId);
    const now = this.clock.now();
    for (const identity of identities) identity.contactId = merged.id;
    for (const link of links) {
      link.contactId = merged.id;
      link.isPrimary ||= merge.moved.demotedLinkIds.includes(link.id);
    }
    this.emptyAgain(kept, merged, merge.moved.filledFields);
    merged.mergedIntoId = null;
    kept.updatedAt = merged.updatedAt = merge.undoneAt = now;
    await em.flush();
    const { appointmentIds, patientIdSetOn = [] } = merge.moved;
    const left = await this.repository.identitiesOf(facilityId, [kept.id]);
    const keptPatientId = left.findLast(({ kind }) => kind === 'patient')?.value ?? null;
    return { keptContactId: kept.id, mergedContactId: merged.id, appointmentIds, patientIdSetOn, keptPatientId };
  }

  private async load(em: EntityManager, facilityId: string, mergeId: string): Promise<Moved> {
    const recorded = await em.findOne(ContactMerge, { id: mergeId, facilityId });
    if (!recorded) throw new ContactMergeNotFoundError(mergeId);
    await this.repository.lock(await this.lockKeys(em, recorded));
    const ids = [recorded.keptContactId, recorded.mergedContactId];
    const contacts = await em.find(Contact, { facilityId, id: { $in: ids } }, { orderBy: { id: 'asc' }, ...LOCKED });
    const merge = await em.findOneOrFail(ContactMerge, { id: mergeId, facilityId }, LOCKED);
    if (merge.undoneAt !== null) throw new MergeAlreadyUndoneError(mergeId);
    const kept = contacts.find(contact => contact.id === merge.keptContactId);
    const merged = contacts.find(contact => contact.id === merge.mergedContactId);
    if (!kept || merged?.mergedIntoId !== kept.id) throw new MergeCannotBeUndoneError(mergeId, 'a contact of it is gone');
    if (kept.mergedIntoId !== null)
      throw new MergeCannotBeUndoneError(mergeId, 'the kept contact was itself merged into another one: undo that first');
    const at = { facilityId, contactId: kept.id };
    const identities = await em.find(ContactIdentity, { ...at, id: { $in: merge.moved.identityIds } }, { refresh: true });
    const links = await em.find(ContactChannel, { ...at, id: { $in: merge.moved.channelLinkIds } }, { refresh: true });
    if (identities.length < merge.moved.identityIds.length)
      throw new MergeCannotBeUndoneError(mergeId, "an id of the hospital that it moved is not the kept contact's any more");
    if (links.length < merge.moved.channelLinkIds.length)
      throw new MergeCannotBeUndoneError(mergeId, "a channel that it moved is not the kept contact's any more");
    return { merge, kept, merged, identities, links };
  }

  /** What events and requests lock that look for either contact. */
  private async lockKeys(em: EntityManager, { facilityId, keptContactId, mergedContactId }: ContactMerge): Promise<string[]> {
    const ids = [keptContactId, mergedContactId];
    const contacts = await em.find(Contact, { facilityId, id: { $in: ids } });
    const identities = await this.repository.identitiesOf(facilityId, ids);
    const unchanged = { details: {}, locale: undefined, channels: undefined };
    return [
      ...contacts.map(contact => ({ ...unchanged, details: this.seal.open(contact) })),
      ...identities.map(({ kind, value }) => ({ ...unchanged, [kind === 'patient' ? 'patientId' : 'temporaryPatientId']: value })),
    ].flatMap(change => this.writer.lockKeys(facilityId, change));
  }

  /** The merged row stands as it was: what the kept one has from it, and has not changed since, is its own no more. */
  private emptyAgain(kept: Contact, merged: Contact, filledFields: readonly string[]): void {
    const known = this.seal.open(kept);
    this.seal.seal(kept, emptiedAgain(known, this.seal.open(merged), filledFields), known);
    if (filledFields.includes('locale') && kept.locale === merged.locale) kept.locale = null;
    if (filledFields.includes('needsReview') && kept.reviewReason === merged.reviewReason)
      Object.assign(kept, { needsReview: false, reviewReason: null });
  }
}
