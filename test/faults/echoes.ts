import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../storm/random.js';
import { signed } from '../support/webhooks.js';
import type { HospitalBooking } from './hospital-books.js';

export interface EchoTarget {
  url: string;
  secret: string;
}

const LATEST_MS = 1_500;
const RETRY_MS = 200;
const TWICE = 0.2;

/** A hospital's sender: tells of each booking soon after it was made, some twice, each until the hub has taken it. */
export class Echoes {
  private readonly now: () => Date;
  private readonly random: Random;
  private readonly underWay = new Set<Promise<void>>();
  private target: EchoTarget | undefined;
  private isOver = false;
  told = 0;

  /** `now`: the hub's. */
  constructor(now: () => Date, random: Random) {
    this.now = now;
    this.random = random;
  }

  sendTo(target: EchoTarget): void {
    this.target = target;
  }

  tell(booking: HospitalBooking): void {
    const occurredAt = this.now().toISOString();
    const body = JSON.stringify({
      event: 'appointmentCreated',
      event_id: `echo-${booking.id}`,
      appointment_id: booking.id,
      ...(booking.patientId === null ? {} : { patient_id: booking.patientId }),
      temporary_patient_id: booking.temporaryPatientId,
      datetime: booking.start,
      calendar_id: 'c1',
      appointment_type_id: 't1',
      external_reference: booking.reference,
      occurred_at: occurredAt,
    });
    for (let times = this.random.chance(TWICE) ? 2 : 1; times > 0; times -= 1) {
      const sending = this.send(`msg_${booking.id}_${booking.reference}`, body).finally(() => this.underWay.delete(sending));
      this.underWay.add(sending);
    }
  }

  /** Resolves when all that was to be told was taken. */
  async untilTold(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  stop(): void {
    this.isOver = true;
  }

  private async send(id: string, body: string): Promise<void> {
    await delay(this.random.below(LATEST_MS));
    while (!this.isOver && !(await this.post(id, body))) await delay(RETRY_MS);
    this.told += 1;
  }

  private async post(id: string, body: string): Promise<boolean> {
    if (!this.target) return false;
    const { url, secret } = this.target;
    try {
      const response = await fetch(url, { method: 'POST', headers: signed(secret, id, this.now(), body), body });
      await response.arrayBuffer();
      return response.status === 202;
    } catch {
      return false;
    }
  }
}
