import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { Metrics } from '../common/metrics.js';
import { callOutcome, type HospitalCall } from './hospital-call-rules.js';
import type { HeldBackCode } from './hospital-gate.js';
import { TroubledHospitals } from './troubled-hospitals.js';
import type { UpstreamReply } from './upstream-reply.js';

/** Seconds. The deadlines are 1.5 s for what a chat waits for, 3.5 s for writes, 10 s for lists. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 3.5, 10];

/** What there is to watch of the calls to hospitals, all of this process only. */
@Injectable()
export class HospitalMetrics {
  private readonly calls: Counter<'call' | 'outcome'>;
  private readonly durations: Histogram<'call'>;
  private readonly heldBack: Counter<'code'>;
  private readonly retries: Counter<never>;
  private readonly hospitals = new TroubledHospitals();

  constructor(metrics: Metrics) {
    this.calls = metrics.counter(
      'hub_hospital_calls_total',
      'Calls to hospitals by this process, each try of a read counted: answered, refused (4xx), or the code of the failure',
      ['call', 'outcome'],
    );
    this.durations = metrics.histogram('hub_hospital_call_duration_seconds', 'How long those calls took', ['call'], BUCKETS);
    this.heldBack = metrics.counter(
      'hub_hospital_calls_held_back_total',
      'Calls to hospitals that this process did not make: its breaker open, too many on their way, or asked by the hospital',
      ['code'],
    );
    this.retries = metrics.counter('hub_hospital_read_retries_total', 'Reads that this process tried once more');
    metrics.counter(
      'hub_hospital_calls_by_facility_total',
      'The same calls, by the facility: the 200 that have failed of late by their id, all others together',
      ['facility', 'outcome'],
      () => this.hospitals.samples(),
    );
  }

  /** Each try counts. */
  countCall(facilityId: string, call: HospitalCall, reply: UpstreamReply, tookMs: number): void {
    const outcome = callOutcome(reply);
    this.calls.inc({ call, outcome });
    this.durations.observe({ call }, tookMs / 1_000);
    this.hospitals.count(facilityId, outcome === 'answered' || outcome === 'refused' ? outcome : 'failed');
  }

  countHeldBack(facilityId: string, code: HeldBackCode): void {
    this.heldBack.inc({ code });
    this.hospitals.count(facilityId, 'held-back');
  }

  countRetry(): void {
    this.retries.inc();
  }
}
