import type { OutboxEntry } from './webhook-state.js';

export type DeliveryStatus = 'waiting' | 'delivered' | 'given-up';

/** How far one webhook got. Ids only: nothing of the patient. */
export interface Delivery {
  id: string;
  type: OutboxEntry['type'];
  appointmentId: string | null;
  /** Since the last start. */
  attempts: number;
  status: DeliveryStatus;
  /** null: not tried yet, or nobody answered. */
  lastHttpStatus: number | null;
}

const KEPT = 200;

/** The webhooks that wait, and the last 200 that are done. In memory: a restart begins a new log with what still waits. */
export class DeliveryLog {
  private readonly waiting = new Map<string, Delivery>();
  private readonly done: Delivery[] = [];

  expect({ id, type, appointmentId }: OutboxEntry): void {
    this.waiting.set(id, { id, type, appointmentId, attempts: 0, status: 'waiting', lastHttpStatus: null });
  }

  /** Counts a try; returns how many there were. */
  tried(id: string, lastHttpStatus: number | null): number {
    const delivery = this.waiting.get(id);
    if (!delivery) return 0;
    this.waiting.set(id, { ...delivery, attempts: delivery.attempts + 1, lastHttpStatus });
    return delivery.attempts + 1;
  }

  end(id: string, status: DeliveryStatus): void {
    const delivery = this.waiting.get(id);
    if (!delivery) return;
    this.waiting.delete(id);
    this.done.push({ ...delivery, status });
    if (this.done.length > KEPT) this.done.shift();
  }

  isUntried(id: string): boolean {
    return this.waiting.get(id)?.attempts === 0;
  }

  /** Those that wait, then those that are done; the latest first. */
  all(): Delivery[] {
    return [...this.done, ...this.waiting.values()].reverse();
  }
}
