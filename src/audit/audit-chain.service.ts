import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { HubConfig } from '../config/config.js';
import { chainKey, CHAIN_START, linkHash, walkChain, type ChainedEntry, type ChainFault } from './audit-chain-rules.js';
import { lostHeads, type KnownHead } from './audit-head-rules.js';
import { AuditRepository } from './audit.repository.js';

const BATCH = 500;

/** What a chain's verification found. `head`: to be noted elsewhere, so that a chain cut short at its end shows, too. */
export interface ChainReport {
  facilityId: string;
  entries: number;
  faults: ChainFault[];
  /** Entries without a place, though there was time enough. */
  late: number;
  head: { position: number; hash: string };
}

/** Gives entries their places in their facilities' chains, and verifies those. */
@Injectable()
export class AuditChains {
  private readonly key;

  constructor(
    config: HubConfig,
    private readonly em: EntityManager,
    private readonly repository: AuditRepository,
  ) {
    this.key = chainKey(config.blindIndexKey);
  }

  /** For a command, which has no application. */
  static outsideOf(config: HubConfig, em: EntityManager): AuditChains {
    return new AuditChains(config, em, new AuditRepository(em));
  }

  /** The facilities that have entries. */
  findFacilities(): Promise<string[]> {
    return this.repository.findChains();
  }

  /** Those heads of the last time that are gone, or are others now. */
  findLost(known: readonly KnownHead[]): Promise<KnownHead[]> {
    return lostHeads(known, (facilityId, position) => this.repository.findHash(facilityId, position));
  }

  /** Chains what is there from `fromId` on, facility by facility; a chain that another process has in hand is its. */
  async chain(fromId: string): Promise<void> {
    for (const facilityId of await this.repository.findUnchained(fromId)) {
      let added = BATCH;
      while (added === BATCH) added = await this.chainSome(facilityId, fromId);
    }
  }

  /** Reads a whole chain, part by part. `until`: entries of before must have a place. */
  async verify(facilityId: string, until: Date): Promise<ChainReport> {
    const report: ChainReport = { facilityId, entries: 0, faults: [], late: 0, head: { position: 0, hash: CHAIN_START } };
    for (let read = BATCH; read === BATCH;) {
      const links = await this.repository.findPart(facilityId, report.head.position, BATCH);
      const { faults, ...head } = walkChain(this.key, report.head, links);
      report.faults.push(...faults);
      report.entries += links.length;
      report.head = head;
      read = links.length;
    }
    report.late = await this.repository.countLate(facilityId, until);
    return report;
  }

  private chainSome(facilityId: string, fromId: string): Promise<number> {
    return this.em.transactional(
      async em => {
        if (!(await this.repository.lockChain(em, facilityId))) return 0;
        const head = (await this.repository.findHead(em, facilityId)) ?? { position: 0, hash: CHAIN_START };
        const entries = await this.repository.findWaiting(em, facilityId, fromId, BATCH);
        await this.repository.link(em, facilityId, this.linksOf(head, entries));
        return entries.length;
      },
      { clear: true },
    );
  }

  private linksOf(
    head: { position: number; hash: string },
    entries: readonly ChainedEntry[],
  ): { position: number; entryId: string; hash: string }[] {
    let { position, hash } = head;
    return entries.map(entry => {
      position++;
      hash = linkHash(this.key, hash, position, entry);
      return { position, entryId: entry.id, hash };
    });
  }
}
