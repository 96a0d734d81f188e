import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../common/clock.js';
import type { Keeper } from '../records/hospital-records.js';
import { DeliveryLog, type Delivery, type DeliveryStatus } from './delivery-log.js';
import type { WebhookOutbox } from './webhook-outbox.js';
import type { OutboxEntry } from './webhook-state.js';
import { WebhookClient } from './webhook.client.js';

/** One try at a time and what follows from it. Nothing is sent before it is kept: a crash may repeat a webhook, but never lose or invent one. */
export class DeliveryAttempts {
  private readonly client = new WebhookClient();
  private readonly deliveryLog = new DeliveryLog();
  private readonly tries = new EventEmitter().setMaxListeners(0);
  private readonly cutter = new AbortController();

  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly keeper: Keeper,
    private readonly clock: Clock,
    private readonly log: (line: string) => void,
  ) {
    outbox.all().forEach(entry => {
      this.expect(entry);
    });
  }

  expect(entry: OutboxEntry): void {
    this.deliveryLog.expect(entry);
  }

  /** Takes the event out of the outbox where it has arrived. Returns how often it has been tried by now. */
  async attempt(entry: OutboxEntry): Promise<number> {
    const isKept = await this.isKept();
    const { target } = this.outbox;
    if (!isKept || target === null) return 1;
    const timestamp = Math.floor(this.clock.now().getTime() / 1_000);
    const post = (): Promise<number | null> => this.client.post(target, { id: entry.id, timestamp, body: entry.body }, this.cutter.signal);
    const [status = null] = (await Promise.all(entry.isTwice ? [post(), post()] : [post()])).sort(byArrival);
    const attempts = this.deliveryLog.tried(entry.id, status);
    const hasArrived = isTaken(status);
    // "The endpoint is gone" (Standard Webhooks): it wants no event any more, unless another has been connected meanwhile.
    const isGone = status === 410 && target === this.outbox.target;
    if (hasArrived) this.end([entry], 'delivered');
    if (isGone) this.disable();
    this.tries.emit(entry.id);
    return attempts;
  }

  /** Resolves when each event of that appointment has been tried once, answered or not, or when the time is over. */
  async firstTry(appointmentId: string, atMostMs: number): Promise<void> {
    const untried = this.outbox.inLane(appointmentId).filter(({ id }) => this.deliveryLog.isUntried(id));
    await Promise.race([Promise.all(untried.map(({ id }) => once(this.tries, id))), delay(atMostMs, undefined, { ref: false })]);
  }

  giveUpAll(): void {
    this.end(this.outbox.all(), 'given-up');
  }

  /** Marks the outbox as changed, and has it written. */
  keep(): void {
    this.keeper.markChanged();
    void this.isKept();
  }

  /** Ends the tries under way; what they sent stays in the outbox. */
  cutOff(): void {
    this.cutter.abort();
  }

  deliveries(): Delivery[] {
    return this.deliveryLog.all();
  }

  private disable(): void {
    this.outbox.isGone = true;
    this.giveUpAll();
  }

  private end(entries: readonly OutboxEntry[], status: DeliveryStatus): void {
    for (const entry of entries) {
      this.outbox.remove(entry);
      this.deliveryLog.end(entry.id, status);
      this.tries.emit(entry.id);
    }
    this.keep();
  }

  private async isKept(): Promise<boolean> {
    try {
      await this.keeper.settled();
      return true;
    } catch (error) {
      this.log(`sandbox: the outbox could not be kept: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}

function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Of two, the one that was taken first. */
function byArrival(one: number | null, other: number | null): number {
  return Number(isTaken(other)) - Number(isTaken(one));
}
