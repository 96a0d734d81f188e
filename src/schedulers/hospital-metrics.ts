import { Injectable } from '@nestjs/common';
import type { MetricFamily } from '../common/metrics-text.js';
import { callOutcome, type HospitalCall } from './hospital-call-rules.js';
import type { BreakerState, HeldBackCode } from './hospital-gate.js';
import type { UpstreamReply } from './upstream-reply.js';

/** What there is to watch of the calls to hospitals, all of this process only; no ids. */
@Injectable()
export class HospitalMetrics {
  private readonly calls = new Map<string, { labels: { call: HospitalCall; outcome: string }; value: number }>();
  private readonly heldBack = new Map<HeldBackCode, number>();
  private retries = 0;

  /** Each try counts. */
  countCall(call: HospitalCall, reply: UpstreamReply): void {
    const outcome = callOutcome(reply);
    const key = `${call} ${outcome}`;
    const counted = this.calls.get(key);
    if (counted) counted.value++;
    else this.calls.set(key, { labels: { call, outcome }, value: 1 });
  }

  countHeldBack(code: HeldBackCode): void {
    this.heldBack.set(code, (this.heldBack.get(code) ?? 0) + 1);
  }

  countRetry(): void {
    this.retries++;
  }

  read(breakers: Record<BreakerState, number>): MetricFamily[] {
    return [
      {
        name: 'hub_hospital_calls_total',
        help: 'Calls to hospitals by this process, each try of a read counted: answered, refused (4xx), or the code of the failure',
        type: 'counter',
        samples: [...this.calls.values()],
      },
      {
        name: 'hub_hospital_calls_held_back_total',
        help: 'Calls to hospitals that this process did not make: its breaker open, too many on their way, or asked by the hospital',
        type: 'counter',
        samples: [...this.heldBack].map(([code, value]) => ({ labels: { code }, value })),
      },
      {
        name: 'hub_hospital_read_retries_total',
        help: 'Reads that this process tried once more',
        type: 'counter',
        samples: [{ labels: {}, value: this.retries }],
      },
      {
        name: 'hub_hospital_breakers',
        help: 'Hospitals called of late by this process, by the state of their breaker in it',
        type: 'gauge',
        samples: Object.entries(breakers).map(([state, value]) => ({ labels: { state }, value })),
      },
    ];
  }
}
