import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { EventSubscriber } from '@mikro-orm/core';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { QuietHours } from '../facilities/facility.settings.js';
import { presentTraceparent } from '../tracing/present-trace.js';
import { occasionOf, timesOf, type ExpectedMessage } from './ledger-rules.js';
import { OutboxRepository, type NewNotification } from './outbox.repository.js';

/** What of a facility decides when its patients are written to. */
type MessagingFacility = Pick<Facility, 'id' | 'timezone' | 'notifications'>;

interface ExpectedOf {
  facility: MessagingFacility;
  messages: readonly ExpectedMessage[];
}

/** `zone`: IANA. */
interface Hours {
  quietHours: QuietHours | null;
  zone: string;
}

const NO_QUIET_HOURS: Hours = { quietHours: null, zone: 'UTC' };

/** Writes down what patients are to be told, in the transaction of the change itself. */
@Injectable()
export class LedgerService implements EventSubscriber {
  private readonly written = new WeakSet();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly clock: Clock,
    em: EntityManager,
  ) {
    em.getEventManager().registerSubscriber(this);
  }

  /** Each occasion of an appointment once: what is written already stays as it is. In the transaction of `em`. */
  async expect(em: EntityManager, facility: MessagingFacility, messages: readonly ExpectedMessage[]): Promise<void> {
    await this.expectAll(em, [{ facility, messages }]);
  }

  /** Likewise of some facilities, in one statement. */
  async expectAll(em: EntityManager, expected: readonly ExpectedOf[]): Promise<void> {
    const now = this.clock.now();
    const rows = expected.flatMap(({ facility, messages }) => {
      const hours = { quietHours: facility.notifications.quietHours, zone: facility.timezone };
      return messages.map(message => rowOf(message, facility.id, hours, now));
    });
    await this.write(em, rows);
  }

  /** Likewise, what the patient has just done by chat: quiet hours do not count. */
  async expectReply(em: EntityManager, facilityId: string, message: Omit<ExpectedMessage, 'source'>): Promise<void> {
    await this.write(em, [rowOf({ ...message, source: 'chat' }, facilityId, NO_QUIET_HOURS, this.clock.now())]);
  }

  /** Tells `listener` when a transaction of this process that wrote messages is committed. */
  onWritten(listener: () => void): void {
    this.listeners.push(listener);
  }

  afterTransactionCommit({ transaction }: { transaction?: object }): void {
    if (transaction === undefined || !this.written.has(transaction)) return;
    for (const listener of this.listeners) listener();
  }

  private async write(em: EntityManager, rows: readonly NewNotification[]): Promise<void> {
    if (rows.length === 0) return;
    const transaction = em.getTransactionContext<object>();
    if (transaction) this.written.add(transaction);
    await this.outbox.insert(em, rows);
  }
}

function rowOf(message: ExpectedMessage, facilityId: string, hours: Hours, now: Date): NewNotification {
  return {
    id: newId(now),
    facilityId,
    appointmentId: message.appointmentId,
    contactId: message.contactId,
    occasion: occasionOf(message),
    kind: message.kind,
    source: message.source,
    revision: message.revision,
    ...timesOf(message, hours, now),
    traceparent: message.traceparent ?? presentTraceparent(),
    now,
  };
}
