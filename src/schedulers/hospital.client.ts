import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { callOutcome, type HospitalCall } from './hospital-call-rules.js';
import { Tracing } from '../tracing/tracing.js';
import { HospitalGates, type HospitalAddress } from './hospital-gates.js';
import { HospitalMetrics } from './hospital-metrics.js';
import { tryRead } from './read-tries.js';
import type { UpstreamLine } from './upstream-line.js';
import { UpstreamClient, type UpstreamRequest } from './upstream.client.js';
import type { UpstreamReply } from './upstream-reply.js';

/** The calls of all connectors: each through its hospital's gate, so that one that is ill costs the others nothing. Never throws. */
@Injectable()
export class HospitalClient {
  constructor(
    private readonly upstream: UpstreamClient,
    private readonly gates: HospitalGates,
    private readonly metrics: HospitalMetrics,
    private readonly clock: Clock,
    private readonly tracing: Tracing,
  ) {}

  /** A GET, tried again by the one policy for that; `timeoutMs` is of all tries, their pauses and the wait for a place. */
  async read(hospital: HospitalAddress, call: HospitalCall, request: UpstreamRequest): Promise<UpstreamReply> {
    const refusal = this.upstream.refusal(request.url);
    if (refusal) return refusal;
    const gate = this.gates.of(hospital);
    return this.traced(hospital, call, request, () =>
      tryRead(
        this.clock,
        request.timeoutMs,
        leftMs => gate.run('read', call, leftMs, timeoutMs => this.upstream.read({ ...request, timeoutMs })),
        () => {
          this.metrics.countRetry();
        },
      ),
    );
  }

  /** A GET that an operator asks for, to see the hospital as it is: in one try, whatever is known of it. */
  probe(request: UpstreamRequest): Promise<UpstreamReply> {
    return this.upstream.read(request);
  }

  /** A way for one write; null where none may be made at present. */
  lineTo(hospital: HospitalAddress, url: URL): UpstreamLine | null {
    return this.gates.of(hospital).refusal() ? null : this.upstream.lineTo(url);
  }

  /** Once, as `UpstreamClient.write`; what is held back was surely not sent. */
  async write(hospital: HospitalAddress, call: HospitalCall, request: UpstreamRequest, line: UpstreamLine | null): Promise<UpstreamReply> {
    const refusal = this.upstream.refusal(request.url);
    if (refusal) return refusal;
    const gate = this.gates.of(hospital);
    return this.traced(hospital, call, request, () =>
      gate.run('write', call, request.timeoutMs, timeoutMs => this.upstream.write({ ...request, timeoutMs }, line)),
    );
  }

  /** With all its tries. Its context is not sent along: the contract with the hospitals knows of none. */
  private async traced(
    { facilityId }: HospitalAddress,
    call: HospitalCall,
    { method }: UpstreamRequest,
    send: () => Promise<UpstreamReply>,
  ): Promise<UpstreamReply> {
    const attributes = { 'hub.facility_id': facilityId, 'hub.hospital.call': call, 'http.request.method': method };
    const span = this.tracing.start(`hospital ${call}`, { kind: 'client', attributes });
    const reply = await send();
    const outcome = callOutcome(reply);
    span.note({ 'hub.hospital.outcome': outcome, 'http.response.status_code': reply.status });
    if (outcome !== 'answered') span.fail(outcome);
    span.end();
    return reply;
  }
}
