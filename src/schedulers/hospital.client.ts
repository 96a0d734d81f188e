import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { HospitalCall } from './hospital-call-rules.js';
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
  ) {}

  /** A GET, tried again by the one policy for that; `timeoutMs` is of all tries, their pauses and the wait for a place. */
  async read(hospital: HospitalAddress, call: HospitalCall, request: UpstreamRequest): Promise<UpstreamReply> {
    const refusal = this.upstream.refusal(request.url);
    if (refusal) return refusal;
    const gate = this.gates.of(hospital);
    return tryRead(
      this.clock,
      request.timeoutMs,
      leftMs => gate.run('read', call, leftMs, timeoutMs => this.upstream.read({ ...request, timeoutMs })),
      () => {
        this.metrics.countRetry();
      },
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
    return this.gates.of(hospital).run('write', call, request.timeoutMs, timeoutMs => this.upstream.write({ ...request, timeoutMs }, line));
  }
}
