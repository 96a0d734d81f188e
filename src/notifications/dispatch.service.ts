import { AsyncResource } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DueLooks } from '../jobs/due-looks.service.js';
import { DeliveryService, type PreparedMessage } from './delivery.service.js';
import { DoubtService } from './doubt.service.js';
import { LedgerService } from './ledger.service.js';
import { IS_MESSAGE_DUE, IS_MESSAGE_LEFT, OutboxRepository, type ClaimedNotification } from './outbox.repository.js';
import { ProviderSlots } from './provider-slots.js';
import { IS_RECEIPT_OPEN } from './receipts/receipt.repository.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { SendingService } from './sending.service.js';

/** Messages that one copy has in hand at once: more than all providers together may hang with. */
const MOST_IN_HAND = 360;
/** Messages of unknown outcome that one copy looks at at once. */
const MOST_IN_DOUBT = 24;
const BATCH = 40;
/** After a provider has answered, or messages were written: what has room now is taken together, and whoever booked has their answer before. */
const GATHER_MS = 20;
/** How long a row may be in hand before its try is written down. */
const CLAIM_LEASE_MS = 10_000;
/** How long a stopping process waits for providers that have not answered. */
const LONGEST_END_MS = 5_000;

/**
 * Takes due messages out of the ledger, in every copy of the hub: each is in one process's hand at a time. What this copy has written it
 * takes up in a moment, all else when it is due (`DueLooks`).
 */
@Injectable()
export class DispatchService implements OnModuleDestroy {
  private readonly logger = new Logger(DispatchService.name);
  private readonly inHand = new Set<Promise<void>>();
  private present: Promise<void> | undefined;
  private isWoken = false;
  private soon: NodeJS.Timeout | undefined;
  private isStopping = false;
  private isSweeping = false;
  private inDoubt = 0;
  private hasFailed = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly outbox: OutboxRepository,
    private readonly sending: SendingService,
    private readonly delivery: DeliveryService,
    private readonly doubts: DoubtService,
    private readonly receipts: ReceiptsService,
    private readonly slots: ProviderSlots,
    private readonly clock: Clock,
    dueLooks: DueLooks,
    ledger: LedgerService,
  ) {
    // Outside of the transaction whose end it follows: MikroORM keeps that in the asynchronous context.
    ledger.onWritten(
      AsyncResource.bind(() => {
        this.wakeSoon();
      }),
    );
    dueLooks.add({
      condition: IS_MESSAGE_DUE,
      begin: () => {
        this.wake();
      },
    });
    dueLooks.add({ condition: `${IS_MESSAGE_LEFT} or ${IS_RECEIPT_OPEN}`, begin: () => void this.takeLeft() });
  }

  /** What is on its way is waited for, but not for long: its outcome is then unknown. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.soon);
    await this.present;
    const end = delay(LONGEST_END_MS, true, { ref: false });
    // What is being made ready adds what it sends.
    for (let isOver = false; !isOver && this.inHand.size > 0;)
      isOver = await Promise.race([Promise.all(this.inHand).then(() => false), end]);
  }

  /** Takes what is due in hand. While one round runs, another follows it. Never throws. */
  wake(): void {
    this.isWoken = true;
    this.present ??= this.rounds().finally(() => (this.present = undefined));
  }

  /** What was left by others, and what providers have reported. Never throws. */
  private async takeLeft(): Promise<void> {
    if (this.isSweeping || this.isStopping) return;
    this.isSweeping = true;
    try {
      await asWorker(this.orm.em, () => this.sweep());
    } catch (error) {
      this.failed(error);
    } finally {
      this.isSweeping = false;
    }
  }

  private async rounds(): Promise<void> {
    while (this.isWoken && !this.isStopping) {
      this.isWoken = false;
      try {
        await asWorker(this.orm.em, () => this.round());
        this.hasFailed = false;
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private async round(): Promise<void> {
    const room = Math.min(BATCH, MOST_IN_HAND - this.inHand.size);
    if (room <= 0) return;
    const due = await this.outbox.claimDue(this.em, ...this.claimTimes(), room, this.slots.busy());
    for (const [facilityId, rows] of byFacility(due)) this.hold(this.send(facilityId, rows));
    if (due.length === room) this.isWoken = true;
  }

  private async sweep(): Promise<void> {
    const left = await this.outbox.claimLeft(this.em, ...this.claimTimes(), MOST_IN_DOUBT - this.inDoubt);
    for (const [facilityId, rows] of byFacility(left)) {
      this.inDoubt += rows.length;
      this.hold(this.doubts.settle(facilityId, rows).finally(() => (this.inDoubt -= rows.length)));
    }
    await this.receipts.applyOpen();
  }

  /** Told once, not each time that the database is away. */
  private failed(error: unknown): void {
    if (!this.hasFailed) this.logger.error({ msg: 'Due messages could not be looked for', ...unexpectedFailure(error) });
    this.hasFailed = true;
  }

  private claimTimes(): [now: Date, leaseUntil: Date] {
    const now = this.clock.now();
    return [now, new Date(now.getTime() + CLAIM_LEASE_MS)];
  }

  /** Rows that could not be made ready stay in hand until their lease ends, and are taken up then. */
  private async send(facilityId: string, rows: readonly ClaimedNotification[]): Promise<void> {
    try {
      const callOff = (messages: readonly PreparedMessage[]): void => {
        for (const message of messages) this.hold(this.delivery.callOff(message));
      };
      for (const message of await this.sending.prepare(facilityId, rows, callOff)) this.hold(this.delivery.deliver(message));
    } catch (error) {
      this.logger.error({ msg: 'Due messages could not be made ready', facilityId, ...unexpectedFailure(error) });
    }
  }

  private wakeSoon(): void {
    if (this.isStopping) return;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.wake();
    }, GATHER_MS);
  }

  private hold(work: Promise<void>): void {
    const held: Promise<void> = work.finally(() => {
      this.inHand.delete(held);
      this.wakeSoon();
    });
    this.inHand.add(held);
  }
}

function byFacility(rows: readonly ClaimedNotification[]): Map<string, ClaimedNotification[]> {
  return Map.groupBy(rows, row => row.facilityId);
}
