import { createSecretKey } from 'node:crypto';
import { CHAIN_START, linkHash, walkChain, type ChainedEntry, type StoredLink } from './audit-chain-rules.js';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const START = { position: 0, hash: CHAIN_START };

const anEntry = (n: number): ChainedEntry => ({
  id: `00000000-0000-7000-8000-00000000000${n}`,
  facilityId: '00000000-0000-7000-8000-0000000000ff',
  at: '2026-03-09T01:00:00.000Z',
  actorId: 'key-1',
  action: 'getContact',
  phase: 'answered',
  status: 200,
  subjectId: null,
  contactIds: ['contact-1'],
  requestId: `request-${n}`,
  reasonSealed: null,
});

function aChain(length: number): StoredLink[] {
  const links: StoredLink[] = [];
  for (let position = 1; position <= length; position++) {
    const entry = anEntry(position);
    links.push({ position, entryId: entry.id, entry, hash: linkHash(KEY, links.at(-1)?.hash ?? CHAIN_START, position, entry) });
  }
  return links;
}

const changed = (links: StoredLink[], at: number, change: (link: StoredLink) => Partial<StoredLink>): StoredLink[] =>
  links.map((link, i) => (i === at ? { ...link, ...change(link) } : link));

describe('The chain of the audit log', () => {
  it('holds as it was written, from its start or from any link that is known', () => {
    const links = aChain(5);

    expect(walkChain(KEY, START, links)).toEqual({ faults: [], position: 5, hash: links[4]?.hash });
    expect(walkChain(KEY, { position: 3, hash: links[2]?.hash ?? '' }, links.slice(3)).faults).toEqual([]);
  });

  it.each<[string, (entry: ChainedEntry) => Partial<ChainedEntry>]>([
    ['the time', () => ({ at: '2026-03-09T01:00:00.001Z' })],
    ['the caller', () => ({ actorId: 'key-2' })],
    ['the act', () => ({ action: 'searchContacts' })],
    ['the phase', () => ({ phase: 'begun' })],
    ['the status', () => ({ status: 404 })],
    ['the status, away', () => ({ status: null })],
    ['the subject', () => ({ subjectId: 'x' })],
    ['a patient more', entry => ({ contactIds: [...entry.contactIds, 'contact-2'] })],
    ['a patient less', () => ({ contactIds: [] })],
    ['the request', () => ({ requestId: 'another' })],
    ['the reason', () => ({ reasonSealed: 'v1.k.x' })],
    ['the facility', () => ({ facilityId: 'another' })],
  ])('shows that an entry was altered: %s', (_what, change) => {
    const links = changed(aChain(4), 1, ({ entry }) => ({ entry: entry && { ...entry, ...change(entry) } }));

    expect(walkChain(KEY, START, links).faults).toEqual([{ position: 2, entryId: links[1]?.entryId, fault: 'entry-altered' }]);
  });

  it('shows an entry that was removed, and a link', () => {
    const links = aChain(4);

    expect(
      walkChain(
        KEY,
        START,
        changed(links, 2, () => ({ entry: null })),
      ).faults,
    ).toMatchObject([{ position: 3, fault: 'entry-missing' }]);
    expect(walkChain(KEY, START, [...links.slice(0, 1), ...links.slice(2)]).faults).toMatchObject([{ position: 2, fault: 'link-missing' }]);
  });

  it('shows two entries that changed places', () => {
    const [first, second, third] = aChain(3) as [StoredLink, StoredLink, StoredLink];
    const swapped = [first, { ...second, entry: third.entry }, { ...third, entry: second.entry }];

    expect(walkChain(KEY, START, swapped).faults.map(({ position }) => position)).toEqual([2, 3]);
  });

  it('cannot be made anew without the key', () => {
    const forged = aChain(2).map(link => ({
      ...link,
      hash: linkHash(createSecretKey(Buffer.alloc(32, 8)), CHAIN_START, link.position, anEntry(1)),
    }));

    expect(walkChain(KEY, START, forged).faults).toHaveLength(2);
  });
});
