import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/ids.js';
import { isDatabaseAway } from '../../common/problem.filter.js';
import { unexpectedFailure } from '../../common/unexpected-failure.js';
import { BlindIndex } from '../../crypto/blind-index.js';
import type { Channel } from '../../facilities/facility.settings.js';
import { NotificationMetrics } from '../notification-metrics.js';
import type { Receipt } from './receipt.js';
import { applyReports, type ReportedStanding } from './receipt-rules.js';
import { ReceiptRepository, type LookedUpReceipt, type StoredReceipt } from './receipt.repository.js';

const BATCH = 400;
/** Batches of one round: providers may report a rush of messages at once. */
const MOST_BATCHES = 5;
/** How long a report waits for its message to be known here: then it is none of ours, such as the chat platform's own. */
const WAIT_MS = 10 * 60_000;

/** What providers report of messages: stored at once, and applied to their tries, whichever comes first. */
@Injectable()
export class ReceiptsService {
  private readonly logger = new Logger(ReceiptsService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly repository: ReceiptRepository,
    private readonly blindIndex: BlindIndex,
    private readonly clock: Clock,
    private readonly metrics: NotificationMetrics,
  ) {}

  /** Stores what a provider has reported; committed when this returns. */
  async store(facilityId: string, channel: Channel, receipts: readonly Receipt[]): Promise<void> {
    const now = this.clock.now();
    const rows = new Map<string, StoredReceipt>();
    for (const receipt of receipts) {
      const row = this.rowOf(facilityId, channel, receipt, now);
      if (!rows.has(row.identity)) rows.set(row.identity, row);
    }
    const all = [...rows.values()];
    for (let stored = 0; stored < all.length; stored += BATCH) await this.repository.insert(all.slice(stored, stored + BATCH));
  }

  /** Applies what is stored and whose message is known, many at once. One that fails harms no other, and is tried again. */
  async applyOpen(): Promise<void> {
    for (let batches = 1; batches <= MOST_BATCHES && (await this.applyBatch()) === BATCH; batches++);
  }

  /** How many reports were looked up. */
  private async applyBatch(): Promise<number> {
    const now = this.clock.now();
    const lookedUp = await this.repository.lookUp(now, BATCH);
    const byReceipt = Map.groupBy(lookedUp, ({ id }) => id);
    const ready = [...byReceipt.values()].filter(([first]) => first !== undefined && !isEarly(first, now));
    try {
      await this.applyTogether(ready);
    } catch (error) {
      // With the database away none need be tried: they come again.
      if (isDatabaseAway(error)) throw error;
      // One by one it shows which of them it was.
      for (const receipt of ready) await this.applyAlone(receipt);
    }
    return byReceipt.size;
  }

  private async applyAlone(receipt: readonly LookedUpReceipt[]): Promise<void> {
    try {
      await this.applyTogether([receipt]);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.logger.error({ msg: 'A receipt could not be applied', receiptId: receipt[0]?.id, ...unexpectedFailure(error) });
    }
  }

  /** Each of `receipts` with all the tries it is about; one of which another has in hand stays open. */
  private async applyTogether(receipts: readonly (readonly LookedUpReceipt[])[]): Promise<void> {
    if (receipts.length === 0) return;
    const standings = await this.em.transactional(em => this.apply(em, receipts), { clear: true });
    for (const { channel, verdict } of standings) this.metrics.countVerdict(channel, verdict);
  }

  /** Where messages stand after each report that moved one on. */
  private async apply(em: EntityManager, receipts: readonly (readonly LookedUpReceipt[])[]): Promise<ReportedStanding[]> {
    const now = this.clock.now();
    const attemptIds = new Set(receipts.flat().flatMap(({ attemptId }) => attemptId ?? []));
    const tries = new Map((await this.repository.lockTries(em, [...attemptIds])).map(attempt => [attempt.id, attempt]));
    const notificationIds = new Set([...tries.values()].map(({ notificationId }) => notificationId));
    const last = await this.repository.lastTries(em, [...notificationIds]);
    const standings = applyReports(receipts.flat(), tries, last, now);
    const messages = new Map(standings.map(standing => [standing.id, standing]));
    const applied = receipts.filter(about => about.every(({ attemptId }) => attemptId === null || tries.has(attemptId)));
    const ids = applied.flatMap(about => about[0]?.id ?? []);
    await this.repository.write(em, { tries: [...tries.values()], messages: [...messages.values()], applied: ids }, now);
    return standings;
  }

  private rowOf(facilityId: string, channel: Channel, { target, state, at, code }: Receipt, now: Date): StoredReceipt {
    const base = { id: newId(now), facilityId, channel, state, code, at: at ?? now, receivedAt: now };
    const none = { attemptId: null, providerMessageId: null, addressIndex: null, until: null };
    switch (target.by) {
      case 'attempt': {
        const { attemptId, providerMessageId } = target;
        return { ...base, ...none, attemptId, providerMessageId, identity: `${channel}|attempt|${attemptId}|${state}` };
      }
      case 'provider-id': {
        const { providerMessageId } = target;
        return { ...base, ...none, providerMessageId, identity: `${channel}|id|${providerMessageId}|${state}` };
      }
      case 'watermark': {
        const addressIndex = this.blindIndex.ofAddress(facilityId, channel, target.address);
        const until = target.until;
        return { ...base, ...none, addressIndex, until, identity: `${channel}|until|${addressIndex}|${until.toISOString()}|${state}` };
      }
    }
  }
}

/** Its message may still become known here. */
function isEarly({ attemptId, receivedAt }: LookedUpReceipt, now: Date): boolean {
  return attemptId === null && now.getTime() - receivedAt.getTime() < WAIT_MS;
}
