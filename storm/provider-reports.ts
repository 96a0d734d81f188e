import { setTimeout as delay } from 'node:timers/promises';
import type { FakeTwilio } from '../test/support/fake-twilio.js';
import type { Copies } from './copies.js';
import type { Random } from './random.js';

const LOOK_EVERY_MS = 50;
const RETRY_MS = 200;
/** Some come before the hub has noted what it sent, some after its lease of the message is over. */
const LATEST_MS = 16_000;

/** The SMS provider tells of what became of its messages, to any copy of the hub, again and again until it is heard. */
export class ProviderReports {
  private readonly twilio: FakeTwilio;
  private readonly copies: Copies;
  private readonly share: number;
  private readonly random: Random;
  private readonly signal: AbortSignal;
  private readonly open = new Set<Promise<void>>();
  private readonly waiting = new AbortController();
  private seen = 0;

  /** `share`: of how many it tells. Of the others the hub hears nothing, and where it does not know whether they were taken it has to look. */
  constructor(twilio: FakeTwilio, copies: Copies, share: number, random: Random, signal: AbortSignal) {
    this.twilio = twilio;
    this.copies = copies;
    this.share = share;
    this.random = random;
    this.signal = signal;
  }

  /** From now on each comes at once. */
  hurry(): void {
    this.waiting.abort();
  }

  get isIdle(): boolean {
    return this.open.size === 0 && this.seen === this.twilio.sent.length;
  }

  /** Until the storm is over. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      for (const sms of this.twilio.sent.slice(this.seen)) {
        if (!this.random.chance(this.share)) continue;
        const reporting: Promise<void> = this.report(sms, this.random.below(LATEST_MS)).finally(() => this.open.delete(reporting));
        this.open.add(reporting);
      }
      this.seen = this.twilio.sent.length;
      await this.pause(LOOK_EVERY_MS);
    }
    await Promise.all(this.open);
  }

  private async report(sms: FakeTwilio['sent'][number], afterMs: number): Promise<void> {
    await this.pause(afterMs, AbortSignal.any([this.signal, this.waiting.signal]));
    for (const status of ['sent', 'delivered']) {
      while (!this.signal.aborted && !(await this.isHeard(sms, status))) await this.pause(RETRY_MS);
    }
  }

  private async pause(ms: number, signal = this.signal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }

  private async isHeard(sms: FakeTwilio['sent'][number], status: string): Promise<boolean> {
    return this.twilio.report(sms, status, { via: this.copies.any().url }).then(
      answered => answered < 300,
      () => false,
    );
  }
}
