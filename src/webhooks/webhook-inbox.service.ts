import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { isDatabaseAway } from '../common/problem.filter.js';
import { JobsService } from '../jobs/jobs.service.js';
import { bodyKey, entriesOf, type InboxRow } from './inbox-batch-rules.js';
import { WebhookInboxRepository } from './webhook-inbox.repository.js';
import { InboxUnavailableError } from './webhook.errors.js';

/** `id`: of the event's row, the first delivery's. */
export interface InboxReceipt {
  id: string;
  status: 'accepted' | 'duplicate';
}

interface Waiting extends InboxRow {
  resolve: (receipt: InboxReceipt) => void;
  reject: (error: Error) => void;
}

const MAX_BATCH = 200;
const MAX_TRANSACTIONS = 2;
/** A sender is told to come again before its own patience, often 5 s, is over. */
const DEADLINE_MS = 4_000;
/** Characters of bodies that wait in memory; past this a sender is sent away at once. */
const MAX_WAITING_SIZE = 64 * 1024 * 1024;

/**
 * Writes deliveries and their jobs, and tells of each only once it is committed. Those that arrive while a transaction is under
 * way are written together by the next one: the more arrive, the less each costs.
 */
@Injectable()
export class WebhookInboxService {
  private readonly waiting = new Set<Waiting>();
  private waitingSize = 0;
  private underWay = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly inbox: WebhookInboxRepository,
    private readonly jobs: JobsService,
  ) {}

  /** Throws `InboxUnavailableError` when it is not known to be stored in time, else what the database throws. */
  async store(row: InboxRow): Promise<InboxReceipt> {
    if (this.waitingSize >= MAX_WAITING_SIZE) throw new InboxUnavailableError();
    return new Promise((resolve, reject) => {
      const delivery: Waiting = { ...row, resolve, reject };
      const timer = setTimeout(() => {
        this.remove([delivery]);
        reject(new InboxUnavailableError());
      }, DEADLINE_MS);
      delivery.resolve = receipt => {
        clearTimeout(timer);
        resolve(receipt);
      };
      delivery.reject = error => {
        clearTimeout(timer);
        reject(error);
      };
      this.waiting.add(delivery);
      this.waitingSize += row.bodySealed.length;
      this.start();
    });
  }

  private start(): void {
    while (this.underWay < MAX_TRANSACTIONS && this.waiting.size > 0) {
      this.underWay++;
      void this.writeTogether(this.take(MAX_BATCH)).finally(() => {
        this.underWay--;
        this.start();
      });
    }
  }

  private take(limit: number): Waiting[] {
    const batch: Waiting[] = [];
    for (const delivery of this.waiting) if (batch.push(delivery) >= limit) break;
    this.remove(batch);
    return batch;
  }

  private remove(deliveries: readonly Waiting[]): void {
    for (const delivery of deliveries) if (this.waiting.delete(delivery)) this.waitingSize -= delivery.bodySealed.length;
  }

  /** What one row does to a transaction is not the others' fault: they are tried one by one. Never throws. */
  private async writeTogether(batch: Waiting[]): Promise<void> {
    try {
      await this.write(batch);
    } catch (error) {
      if (isDatabaseAway(error)) this.giveUp([...batch, ...this.take(Infinity)], error);
      else if (batch.length === 1) this.giveUp(batch, error);
      else for (const delivery of batch) await this.writeTogether([delivery]);
    }
  }

  private async write(batch: Waiting[]): Promise<void> {
    const written = await this.em.fork().transactional(async em => {
      const fromBytes = batch.filter(row => row.isFromBytes);
      const earlier = fromBytes.length === 0 ? [] : await this.inbox.findEarlierBodies(em, fromBytes);
      const entries = entriesOf(batch, new Map(earlier.map(body => [bodyKey(body), body])));
      const stored = await this.inbox.write(em, entries);
      const fresh = entries.flatMap(({ deliveries: [first] }, i) => (stored[i]?.isNew === true ? [first] : []));
      const payloads = fresh.map(({ facilityId, id }) => ({ facilityId, webhookEventId: id }));
      await this.jobs.sendMany(em, 'webhook-apply', payloads);
      return entries.map((entry, i) => ({ entry, row: stored[i] }));
    });
    for (const { entry, row } of written) {
      for (const [i, delivery] of entry.deliveries.entries()) {
        if (row) delivery.resolve({ id: row.id, status: row.isNew && i === 0 ? 'accepted' : 'duplicate' });
      }
    }
  }

  private giveUp(batch: readonly Waiting[], error: unknown): void {
    const reason = error instanceof Error ? error : new Error('The inbox failed', { cause: error });
    for (const delivery of batch) delivery.reject(reason);
  }
}
