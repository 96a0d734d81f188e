import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { Clock } from '../common/clock.js';
import { callFailure, judgeReply, pauseSeconds, type CallFailure, type CallVerdict, type HospitalCall } from './hospital-call-rules.js';
import { HospitalPlaces } from './hospital-places.js';
import { ProbeSchedule } from './probe-schedule.js';
import type { HospitalLimits } from './scheduler.options.js';
import type { UpstreamFailure, UpstreamReply } from './upstream-reply.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What a gate tells whoever keeps books. */
export interface GateListener {
  /** The breaker is another, or the hospital is up, which this copy did not know before. */
  stateChanged: (state: BreakerState) => void;
  failed: (call: HospitalCall, failure: CallFailure) => void;
  /** The hospital asks not to be called. */
  paused: (until: Date) => void;
  /** A call was not made, by this code. */
  heldBack: (code: HeldBackCode) => void;
  ended: (call: HospitalCall, reply: UpstreamReply, tookMs: number) => void;
}

export type HeldBackCode = 'upstream-circuit-open' | 'upstream-busy' | 'upstream-rate-limited';

/** A gate as it stands in this copy. */
export interface GateView {
  state: BreakerState;
  /** null: since this copy first called. */
  since: Date | null;
  /** While it is open: from then on one call is let through. */
  nextProbeAt: Date | null;
  pausedUntil: Date | null;
  lastSuccessAt: Date | null;
  readsInFlight: number;
  writesInFlight: number;
  waiting: number;
}

interface Judged {
  reply: UpstreamReply;
  verdict: CallVerdict;
}

/** Carries a reply past the breaker, which is to learn nothing of it. */
class Undecided extends Error {
  constructor(readonly reply: UpstreamReply) {
    super('Says nothing of the hospital');
  }
}

const BUSY_RETRY_SECONDS = 2;
/** With less of its deadline left after it has waited for a place, a call is not begun. */
const SHORTEST_CALL_MS = 300;

/**
 * The way to one hospital from this copy of the hub: its circuit breaker, its places, its wish not to be called. What it holds back
 * was surely not sent.
 */
export class HospitalGate {
  private readonly probes: ProbeSchedule;
  private readonly breaker;
  private readonly places: Record<'read' | 'write', HospitalPlaces>;
  private since: Date | null = null;
  private lastSuccessAt: Date | null = null;
  private pausedUntilMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: HospitalLimits,
    private readonly listener: GateListener,
  ) {
    this.probes = new ProbeSchedule(clock, limits.probeAfterMs);
    this.breaker = circuitBreaker(
      handleWhenResult(result => (result as Judged).verdict === 'failed'),
      { breaker: new ConsecutiveBreaker(limits.failuresToOpen), halfOpenAfter: this.probes },
    );
    this.breaker.onStateChange(state => {
      this.since = this.clock.now();
      listener.stateChanged(STATES[state]);
    });
    const { readPlaces, writePlaces, queuePlaces } = limits;
    this.places = { read: new HospitalPlaces(readPlaces, queuePlaces), write: new HospitalPlaces(writePlaces, queuePlaces) };
  }

  /** Calls, unless the hospital is left alone or has enough; `send` gets what is left of `timeoutMs`. `send` must not throw. */
  async run(
    way: 'read' | 'write',
    call: HospitalCall,
    timeoutMs: number,
    send: (leftMs: number) => Promise<UpstreamReply>,
  ): Promise<UpstreamReply> {
    const startedAtMs = this.clock.monotonicMs();
    const refusal = this.refusal();
    if (refusal) return this.heldBack(refusal);
    const waitMs = Math.min(this.limits.queueMs, timeoutMs - SHORTEST_CALL_MS);
    const reply = await this.places[way].run(waitMs, async () => {
      const leftMs = timeoutMs - (this.clock.monotonicMs() - startedAtMs);
      // Others may have found out meanwhile that it is away.
      const late = this.refusal();
      return late ? this.heldBack(late) : this.send(call, Math.max(leftMs, 1), send);
    });
    return reply ?? this.heldBack(notMade('upstream-busy', BUSY_RETRY_SECONDS));
  }

  /** Why no call is made at present; null: one may be. */
  refusal(): (UpstreamFailure & { code: HeldBackCode }) | null {
    const nowMs = this.clock.now().getTime();
    if (nowMs < this.pausedUntilMs) return notMade('upstream-rate-limited', (this.pausedUntilMs - nowMs) / 1_000);
    if (this.breaker.state === CircuitState.HalfOpen) return notMade('upstream-circuit-open', this.limits.probeAfterMs / 1_000);
    if (this.breaker.state !== CircuitState.Open || this.probes.isDue) return null;
    return notMade('upstream-circuit-open', ((this.probes.dueAtMs ?? nowMs) - nowMs) / 1_000);
  }

  /** The hospital has asked, here or another copy, not to be called until then. */
  pauseUntil(until: Date): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, until.getTime());
  }

  view(): GateView {
    const state = STATES[this.breaker.state];
    const { pausedUntilMs } = this;
    return {
      state,
      since: this.since,
      nextProbeAt: state === 'open' && this.probes.dueAtMs !== null ? new Date(this.probes.dueAtMs) : null,
      pausedUntil: this.clock.now().getTime() < pausedUntilMs ? new Date(pausedUntilMs) : null,
      lastSuccessAt: this.lastSuccessAt,
      readsInFlight: this.places.read.inFlight,
      writesInFlight: this.places.write.inFlight,
      waiting: this.places.read.waiting + this.places.write.waiting,
    };
  }

  private async send(call: HospitalCall, timeoutMs: number, send: (leftMs: number) => Promise<UpstreamReply>): Promise<UpstreamReply> {
    // Where the breaker is open and its time has come, this call is the probe.
    const isProbe = this.breaker.state === CircuitState.Open;
    try {
      const judged = await this.breaker.execute(async (): Promise<Judged> => {
        const sentAtMs = this.clock.monotonicMs();
        const reply = await send(timeoutMs);
        this.listener.ended(call, reply, this.clock.monotonicMs() - sentAtMs);
        const verdict = judgeReply(reply, { timeoutMs, isProbe });
        this.note(call, reply, verdict);
        if (verdict === 'undecided') throw new Undecided(reply);
        return { reply, verdict };
      });
      return judged.reply;
    } catch (error) {
      if (error instanceof Undecided) return error.reply;
      throw error;
    }
  }

  private note(call: HospitalCall, reply: UpstreamReply, verdict: CallVerdict): void {
    if (verdict === 'well') {
      const isNews = this.lastSuccessAt === null;
      this.lastSuccessAt = this.clock.now();
      if (isNews) this.listener.stateChanged(STATES[this.breaker.state]);
    }
    const failure = callFailure(reply);
    if (failure) this.listener.failed(call, failure);
    const seconds = pauseSeconds(reply);
    if (seconds === 0) return;
    const until = new Date(this.clock.now().getTime() + seconds * 1_000);
    this.pauseUntil(until);
    this.listener.paused(until);
  }

  private heldBack(refusal: UpstreamFailure & { code: HeldBackCode }): UpstreamFailure {
    this.listener.heldBack(refusal.code);
    return refusal;
  }
}

const STATES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  // Nobody holds it open by hand.
  [CircuitState.Isolated]: 'open',
};

const WHY: Record<HeldBackCode, string> = {
  'upstream-circuit-open': 'not called: the last calls failed, it is left alone for some seconds',
  'upstream-busy': 'not called: as many calls as may be are on their way',
  'upstream-rate-limited': 'not called: it asked not to be for some time',
};

function notMade(code: HeldBackCode, seconds: number): UpstreamFailure & { code: HeldBackCode } {
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return { kind: 'failed', code, isSurelyUnsent: true, status: null, detail: WHY[code], retryAfterSeconds };
}
