import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { acrossFacilities } from '../database/facility-scope.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { ChainedEntry, StoredLink } from './audit-chain-rules.js';

const INSERT = new PreparedStatement(
  'insert-audit-entries',
  `insert into audit_entry (id, facility_id, at, actor_id, action, phase, status, subject_id, contact_ids, request_id, reason_sealed)
   select id, "facilityId", at, "actorId", action, phase, status, "subjectId",
     array(select value::uuid from jsonb_array_elements_text("contactIds") with ordinality order by ordinality), "requestId", "reasonSealed"
   from jsonb_to_recordset($1::jsonb) as given (id uuid, "facilityId" uuid, at timestamptz, "actorId" text, action text, phase text, status int,
     "subjectId" uuid, "contactIds" jsonb, "requestId" text, "reasonSealed" text)`,
);

const ENTRY = `e.id, e.facility_id as "facilityId", e.at, e.actor_id as "actorId", e.action, e.phase, e.status, e.subject_id as "subjectId",
  e.contact_ids as "contactIds", e.request_id as "requestId", e.reason_sealed as "reasonSealed"`;

const UNCHAINED = new PreparedStatement<{ facilityId: string }>(
  'unchained-audit-facilities',
  `select distinct e.facility_id as "facilityId" from audit_entry e
   where e.id >= $1 and not exists (select from audit_link l where l.entry_id = e.id) limit 1000`,
);

/** One process at a time for each chain; another skips it. */
const LOCK = new PreparedStatement<{ locked: boolean }>(
  'lock-audit-chain',
  `select pg_try_advisory_xact_lock(hashtextextended('audit-chain|' || $1::text, 0)) as locked`,
);

const HEAD = new PreparedStatement<{ position: string; hash: string }>(
  'audit-chain-head',
  'select position, hash from audit_link where facility_id = $1 order by position desc limit 1',
);

const WAITING = new PreparedStatement<EntryRow>(
  'audit-entries-to-chain',
  `select ${ENTRY} from audit_entry e
   where e.facility_id = $1 and e.id >= $2 and not exists (select from audit_link l where l.entry_id = e.id) order by e.id limit $3`,
);

const LINK = new PreparedStatement(
  'insert-audit-links',
  `insert into audit_link (facility_id, position, entry_id, hash)
   select $1, position, "entryId", hash from jsonb_to_recordset($2::jsonb) as given (position bigint, "entryId" uuid, hash text)`,
);

const PART = new PreparedStatement<EntryRow & { position: string; entryId: string; hash: string; isThere: boolean }>(
  'audit-chain-part',
  `select l.position, l.entry_id as "entryId", l.hash, e.id is not null as "isThere", ${ENTRY}
   from audit_link l left join audit_entry e on e.id = l.entry_id and e.facility_id = l.facility_id
   where l.facility_id = $1 and l.position > $2 order by l.position limit $3`,
);

const HASH_AT = new PreparedStatement<{ hash: string }>(
  'audit-link-hash',
  'select hash from audit_link where facility_id = $1 and position = $2',
);

const CHAINS = new PreparedStatement<{ facilityId: string }>(
  'audit-chains',
  'select distinct facility_id as "facilityId" from audit_entry order by 1',
);

const LATE = new PreparedStatement<{ count: string }>(
  'late-audit-entries',
  `select count(*) as count from audit_entry e
   where e.facility_id = $1 and e.at < $2 and not exists (select from audit_link l where l.entry_id = e.id)`,
);

interface EntryRow extends Omit<ChainedEntry, 'at'> {
  at: Date | string;
}

/** The log and its chains, whose rows the hub can add and read, and no more. Of all facilities: the log knows no tenant but by its rows. */
@Injectable()
export class AuditRepository {
  constructor(private readonly em: EntityManager) {}

  async insert(entries: readonly ChainedEntry[]): Promise<void> {
    await acrossFacilities(() => INSERT.run(this.em.fork(), [JSON.stringify(entries)]));
  }

  /** Facilities with entries from `fromId` on that have no place in their chain yet. */
  async findUnchained(fromId: string): Promise<string[]> {
    return (await UNCHAINED.run(this.em, [fromId])).map(({ facilityId }) => facilityId);
  }

  /** In the transaction of `em`: whether this chain is ours until its end. */
  async lockChain(em: EntityManager, facilityId: string): Promise<boolean> {
    return (await LOCK.run(em, [facilityId]))[0]?.locked === true;
  }

  async findHead(em: EntityManager, facilityId: string): Promise<{ position: number; hash: string } | null> {
    const [head] = await HEAD.run(em, [facilityId]);
    return head ? { position: Number(head.position), hash: head.hash } : null;
  }

  async findWaiting(em: EntityManager, facilityId: string, fromId: string, limit: number): Promise<ChainedEntry[]> {
    return (await WAITING.run(em, [facilityId, fromId, limit])).map(entryOf);
  }

  async link(em: EntityManager, facilityId: string, links: readonly { position: number; entryId: string; hash: string }[]): Promise<void> {
    await LINK.run(em, [facilityId, JSON.stringify(links)]);
  }

  async findChains(): Promise<string[]> {
    return (await CHAINS.run(this.em, [])).map(({ facilityId }) => facilityId);
  }

  async findPart(facilityId: string, after: number, limit: number): Promise<StoredLink[]> {
    const rows = await PART.run(this.em, [facilityId, after, limit]);
    return rows.map(({ position, entryId, hash, isThere, ...row }) => ({
      position: Number(position),
      entryId,
      hash,
      entry: isThere ? entryOf(row) : null,
    }));
  }

  /** Of the link that stands there; null: there is none. */
  async findHash(facilityId: string, position: number): Promise<string | null> {
    return (await HASH_AT.run(this.em, [facilityId, position]))[0]?.hash ?? null;
  }

  /** Entries of before `before` that have no place in their chain: something keeps the job from its work, or took links away. */
  async countLate(facilityId: string, before: Date): Promise<number> {
    return Number((await LATE.run(this.em, [facilityId, before]))[0]?.count ?? 0);
  }
}

function entryOf({ at, ...row }: EntryRow): ChainedEntry {
  return { ...row, at: new Date(at).toISOString() };
}
