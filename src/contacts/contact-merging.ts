import { newId } from '../common/ids.js';
import type { ContactDetails } from './contact-details.js';
import { filledFrom } from './contact-fill-rules.js';
import type { ContactMerge } from './contact-merge.entity.js';
import type { Contact } from './contact.entity.js';
import type { KnownContacts } from './known-contacts.js';
import { namesAgree } from './person-name.js';

/** Why a contact was put into a person's queue, where the merge itself is what was asked for. */
const SETTLED_BY_MERGE = 'identity-belongs-to-another-contact';

/**
 * Makes two contacts one: ids and channel links move to the kept one, what is empty there is filled. The merged row stays as it is, marked,
 * so that the record (ids only), which is answered, is enough to part them again. The caller writes it, moves the appointments, and
 * notes them in the record.
 */
export function mergeContacts(
  known: KnownContacts,
  { kept, merged }: { kept: Contact; merged: Contact },
  reference: string,
  now: Date,
): ContactMerge {
  const links = linksToMove(known, kept, merged);
  const hasPrimary = known.linksOf(kept).some(link => link.isPrimary);
  const demoted = links.filter(link => link.isPrimary && hasPrimary);
  const moved = {
    identityIds: known.identitiesOf(merged).map(identity => identity.id),
    channelLinkIds: links.map(link => link.id),
    appointmentIds: [],
    filledFields: fill(known, kept, merged),
    demotedLinkIds: demoted.map(link => link.id),
  };
  for (const link of demoted) link.isPrimary = false;
  known.move(merged, kept, links);
  merged.mergedIntoId = kept.id;
  kept.updatedAt = merged.updatedAt = now;
  return {
    id: newId(now),
    facilityId: kept.facilityId,
    keptContactId: kept.id,
    mergedContactId: merged.id,
    reference,
    moved,
    mergedAt: now,
    undoneAt: null,
  };
}

/** A link to an address that the kept one has already stays with the merged one. */
function linksToMove(known: KnownContacts, kept: Contact, merged: Contact): ReturnType<KnownContacts['linksOf']> {
  const addresses = new Set(known.linksOf(kept).map(link => link.channelAddressId));
  return known.linksOf(merged).filter(link => !addresses.has(link.channelAddressId));
}

/** Names that do not agree are for a person to look at, and nothing is filled: who is right is not known. */
function fill(known: KnownContacts, kept: Contact, merged: Contact): string[] {
  const [own, others] = [known.detailsOf(kept), known.detailsOf(merged)];
  if (kept.reviewReason === SETTLED_BY_MERGE) Object.assign(kept, { needsReview: false, reviewReason: null });
  if (haveOtherNames(own, others)) {
    if (!kept.needsReview) Object.assign(kept, { needsReview: true, reviewReason: 'name-differs' });
    return [];
  }
  const { details, filled } = filledFrom(own, others);
  known.write(kept, details);
  const takesLocale = kept.locale === null && merged.locale !== null;
  if (takesLocale) kept.locale = merged.locale;
  const takesReview = !kept.needsReview && merged.needsReview && merged.reviewReason !== SETTLED_BY_MERGE;
  if (takesReview) Object.assign(kept, { needsReview: true, reviewReason: merged.reviewReason });
  return [...filled, ...(takesLocale ? ['locale'] : []), ...(takesReview ? ['needsReview'] : [])];
}

function haveOtherNames(one: ContactDetails, other: ContactDetails): boolean {
  return one.name !== null && other.name !== null && !namesAgree(one.name, other.name);
}
