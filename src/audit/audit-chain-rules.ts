import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What is bound into the chain of an entry: all of its row. Times in ISO 8601 with milliseconds. */
export interface ChainedEntry {
  id: string;
  facilityId: string;
  at: string;
  actorId: string;
  action: string;
  phase: string;
  status: number | null;
  subjectId: string | null;
  contactIds: readonly string[];
  requestId: string;
  reasonSealed: string | null;
}

/** Before the first entry of a chain. */
export const CHAIN_START = '';

/** The hash that binds an entry to all before it in its facility. Without the key nobody can make one that fits. */
export function linkHash(key: KeyObject, before: string, position: number, entry: ChainedEntry): string {
  const { id, facilityId, at, actorId, action, phase, status, subjectId, contactIds, requestId, reasonSealed } = entry;
  const text = JSON.stringify([
    before,
    position,
    ...[id, facilityId, at, actorId, action, phase, status, subjectId, contactIds, requestId, reasonSealed],
  ]);
  return createHmac('sha256', key).update(`audit-chain|${text}`, 'utf8').digest('base64url');
}

/** A link as it is stored, with its entry; null: the entry is gone. */
export interface StoredLink {
  position: number;
  entryId: string;
  hash: string;
  entry: ChainedEntry | null;
}

/** What is wrong with a chain, by the position where it shows. */
export interface ChainFault {
  position: number;
  entryId: string | null;
  fault: 'entry-missing' | 'entry-altered' | 'link-missing';
}

/**
 * Walks a part of a chain, in the order of positions.
 *
 * @param from what is known to be right before it: position and hash of the last link, or 0 and `CHAIN_START`.
 * @returns the faults found, and the last link's position and hash. After a fault the walk goes on from the hash that is stored, so that one
 *   altered entry is one fault.
 */
export function walkChain(
  key: KeyObject,
  from: { position: number; hash: string },
  links: readonly StoredLink[],
): { faults: ChainFault[]; position: number; hash: string } {
  const faults: ChainFault[] = [];
  let { position, hash } = from;
  for (const link of links) {
    if (link.position !== position + 1) faults.push({ position: position + 1, entryId: null, fault: 'link-missing' });
    else if (!link.entry) faults.push({ position: link.position, entryId: link.entryId, fault: 'entry-missing' });
    else if (linkHash(key, hash, link.position, link.entry) !== link.hash)
      faults.push({ position: link.position, entryId: link.entryId, fault: 'entry-altered' });
    ({ position, hash } = link);
  }
  return { faults, position, hash };
}

/** Of its own for the chain, so that no other use of the blind index's key can stand in for a link. */
export function chainKey(blindIndexKey: KeyObject): KeyObject {
  return createSecretKey(createHmac('sha256', blindIndexKey).update('audit-chain-key', 'utf8').digest());
}
