import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/ids.js';
import { unexpectedFailure } from '../../common/unexpected-failure.js';
import { BlindIndex } from '../../crypto/blind-index.js';
import type { Channel } from '../../facilities/facility.settings.js';
import { NotificationAttempt } from '../notification-attempt.entity.js';
import { NotificationMetrics } from '../notification-metrics.js';
import type { MessageChannel } from '../notification-state.js';
import { NotificationRepository } from '../notification.repository.js';
import type { Verdict } from '../verdict.js';
import type { Receipt } from './receipt.js';
import { afterReceipt } from './receipt-rules.js';
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
    private readonly notifications: NotificationRepository,
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

  /** Applies what is stored and whose message is known. One that fails harms no other, and is tried again. */
  async applyOpen(): Promise<void> {
    for (let batches = 1; batches <= MOST_BATCHES && (await this.applyBatch()) === BATCH; batches++);
  }

  /** How many reports were looked up. */
  private async applyBatch(): Promise<number> {
    const now = this.clock.now();
    const receipts = await this.repository.lookUp(now, BATCH);
    const ids = new Set(receipts.map(({ id }) => id));
    const open = new Set<string>();
    for (const receipt of receipts) {
      if (receipt.attemptId === null && now.getTime() - receipt.receivedAt.getTime() < WAIT_MS) open.add(receipt.id);
      if (receipt.attemptId === null) continue;
      try {
        const moved = await this.em.transactional(em => this.apply(em, receipt), { clear: true });
        if (moved) this.metrics.countVerdict(moved.channel, moved.verdict);
      } catch (error) {
        open.add(receipt.id);
        this.logger.error({ msg: 'A receipt could not be applied', receiptId: receipt.id, ...unexpectedFailure(error) });
      }
    }
    await this.repository.close(
      [...ids].filter(id => !open.has(id)),
      now,
    );
    return ids.size;
  }

  /** Where the message stands now; null: it stays where it was. */
  private async apply(em: EntityManager, receipt: LookedUpReceipt): Promise<{ channel: MessageChannel; verdict: Verdict } | null> {
    if (receipt.notificationId === null) return null;
    const notification = await this.notifications.findLocked(em, receipt.facilityId, receipt.notificationId);
    const attempt = await em.findOne(NotificationAttempt, { id: receipt.attemptId }, { refresh: true });
    if (!notification || !attempt) return null;
    const [last] = await em.find(
      NotificationAttempt,
      { facilityId: receipt.facilityId, notificationId: notification.id },
      { orderBy: { id: 'desc' }, limit: 1, fields: ['id'] },
    );
    const reported = afterReceipt(
      attempt,
      { status: notification.status, isLastAttempt: last?.id === attempt.id, isSinceAsked: attempt.at >= notification.triedSince },
      receipt,
    );
    Object.assign(attempt, reported.attempt);
    attempt.providerMessageId ??= receipt.providerMessageId;
    attempt.finishedAt ??= receipt.at;
    const { message } = reported;
    if (message === null) return null;
    const now = this.clock.now();
    const to = message === 'retry-elsewhere' ? ({ status: 'expected', verdict: 'waiting', sendAfter: now } as const) : message;
    Object.assign(notification, to, { leaseUntil: null, updatedAt: now });
    return { channel: attempt.channel, verdict: to.verdict };
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
