import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { JobsService } from '../jobs/jobs.service.js';
import { applyJobsOf } from './apply-job-rules.js';
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
/** Many deliveries in one transaction cost less than few in two: the second begins only beside a full one, or one that hangs. */
const LATE_MS = 100;
/** A sender is told to come again before its own patience, often 5 s, is over. */
const DEADLINE_MS = 4_000;
/** So many unacknowledged deliveries are a rush; on a normal day there are two or three at a time. */
const RUSH = 16;
/** For so long after: between two commits of a rush nobody waits for a moment. */
const RUSH_ECHO_MS = 50;
const LONGEST_RUSH_MS = 1_000;
const LOOK_EVERY_MS = 20;
/** Characters of bodies that wait in memory; past this a sender is sent away at once. */
const MAX_WAITING_SIZE = 64 * 1024 * 1024;

/**
 * Writes deliveries and their jobs, and tells of each only once it is committed. Those that arrive while a transaction is under
 * way are written together by the next one: the more arrive, the less each costs.
 */
@Injectable()
export class WebhookInboxService {
  private readonly logger = new Logger(WebhookInboxService.name);
  private readonly waiting = new Set<Waiting>();
  private waitingSize = 0;
  private underWay = 0;
  private late = 0;
  private hasFailed = false;
  /** Deliveries in transactions that are under way. */
  private beingWritten = 0;
  private rushedAtMs = -Infinity;
  private starting: NodeJS.Immediate | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly inbox: WebhookInboxRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /** For whoever applies what is stored: while many senders wait for their acknowledgement, that can wait, but not for ever. */
  async untilQuiet(): Promise<void> {
    for (let waitedMs = 0; waitedMs < LONGEST_RUSH_MS && this.isRush(); waitedMs += LOOK_EVERY_MS) await delay(LOOK_EVERY_MS);
  }

  /** Throws `InboxUnavailableError` when it is not known to be stored in time, whatever the cause. */
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
      if (this.waiting.size + this.beingWritten >= RUSH) this.rushedAtMs = this.clock.monotonicMs();
      this.startSoon();
    });
  }

  private isRush(): boolean {
    return this.clock.monotonicMs() < this.rushedAtMs + RUSH_ECHO_MS;
  }

  /** Once all that has arrived by now is read, which costs nobody a wait: else the first of many would go alone, and the others after it. */
  private startSoon(): void {
    this.starting ??= setImmediate(() => {
      this.starting = undefined;
      this.start();
    });
  }

  private start(): void {
    const isOneEnough = (): boolean => this.underWay > this.late && this.waiting.size < MAX_BATCH;
    while (this.waiting.size > 0 && this.underWay < MAX_TRANSACTIONS && !isOneEnough()) this.begin();
  }

  private begin(): void {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.late++;
      this.start();
    }, LATE_MS);
    this.underWay++;
    const batch = this.take(MAX_BATCH);
    this.beingWritten += batch.length;
    // Of whatever facilities they are.
    void acrossFacilities(() => this.writeTogether(batch)).finally(() => {
      this.beingWritten -= batch.length;
      clearTimeout(timer);
      this.underWay--;
      if (isLate) this.late--;
      this.start();
    });
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
    const { entries, storing } = await sendingTransaction(this.em.fork(), async em => {
      const fromBytes = batch.filter(row => row.isFromBytes);
      const earlier = fromBytes.length === 0 ? [] : await this.inbox.findEarlierBodies(em, fromBytes);
      const present = entriesOf(batch, new Map(earlier.map(body => [bodyKey(body), body])));
      // Rows, jobs and commit go out together. An event that is there already has its job: that of its other delivery finds no row.
      const written = this.inbox.write(em, present);
      written.catch(() => undefined);
      const keys = present.map(({ deliveries: [first] }) => ({ facilityId: first.facilityId, webhookEventId: first.id }));
      await this.jobs.sendMany(em, 'webhook-apply', applyJobsOf(keys));
      return { entries: present, storing: written };
    });
    const stored = await storing;
    this.hasFailed = false;
    for (const [at, { deliveries }] of entries.entries()) {
      const row = stored[at];
      for (const [i, delivery] of deliveries.entries()) {
        if (row) delivery.resolve({ id: row.id, status: row.isNew && i === 0 ? 'accepted' : 'duplicate' });
      }
    }
  }

  private giveUp(batch: readonly Waiting[], error: unknown): void {
    // Once, not for each delivery as long as it lasts.
    if (!this.hasFailed) this.logger.error({ msg: 'Webhook events could not be stored', ...unexpectedFailure(error) });
    this.hasFailed = true;
    for (const delivery of batch) delivery.reject(new InboxUnavailableError(error));
  }
}
