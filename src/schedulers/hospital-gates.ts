import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../common/clock.js';
import { Metrics } from '../common/metrics.js';
import type { CallFailure, HospitalCall } from './hospital-call-rules.js';
import { HospitalGate, type BreakerState, type GateView } from './hospital-gate.js';
import { HospitalMetrics } from './hospital-metrics.js';
import { MOST_NAMED, OTHERS } from './troubled-hospitals.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';

/** Hospitals called of late, by this copy. */
const MOST_GATES = 5_000;
/** Longer than any pause. */
const IDLE_MS = 15 * 60_000;

/** What has become known of a hospital by a call, or several. */
export interface GateNews {
  /** The breaker's state may be another. */
  isStateNew: boolean;
  pausedUntil: Date | null;
  /** Oldest first. */
  failures: (CallFailure & { at: Date; call: HospitalCall })[];
}

/** `baseUrl`: other settings make another hospital of it, of which nothing is known yet. */
export interface HospitalAddress {
  facilityId: string;
  baseUrl: string;
}

interface Kept {
  /** null: not called yet from here. */
  baseUrl: string | null;
  gate: HospitalGate;
}

/** The gates of all hospitals, in this copy of the hub; forgotten when they are not used. */
@Injectable()
export class HospitalGates {
  private readonly logger = new Logger(HospitalGates.name);
  private readonly gates = new LRUCache<string, Kept>({ max: MOST_GATES, ttl: IDLE_MS, updateAgeOnGet: true });
  private listener: (facilityId: string, news: GateNews) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly metrics: HospitalMetrics,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
    watched: Metrics,
  ) {
    watched.gauge('hub_hospital_breakers', 'Hospitals called of late by this process, by the state of their breaker in it', ['state'], () =>
      Object.entries(this.count()).map(([state, count]) => [{ state }, count]),
    );
    watched.gauge(
      'hub_hospital_breaker_open',
      'Hospitals that this process leaves alone because they do not answer: 200 by their id, the others together',
      ['facility'],
      () => this.openByFacility(),
    );
  }

  of({ facilityId, baseUrl }: HospitalAddress): HospitalGate {
    const kept = this.gates.get(facilityId);
    if (kept?.baseUrl === baseUrl) return kept.gate;
    const gate = kept?.baseUrl === null ? kept.gate : this.open(facilityId);
    this.gates.set(facilityId, { baseUrl, gate });
    return gate;
  }

  /** Until when a call that can wait should; null: it may be made. */
  waitUntil(facilityId: string): Date | null {
    const retryAfterSeconds = this.gates.get(facilityId)?.gate.refusal()?.retryAfterSeconds;
    return retryAfterSeconds === undefined ? null : new Date(this.clock.now().getTime() + retryAfterSeconds * 1_000);
  }

  /** Another copy was asked to leave the hospital alone. */
  pause(facilityId: string, until: Date): void {
    const kept = this.gates.get(facilityId) ?? { baseUrl: null, gate: this.open(facilityId) };
    kept.gate.pauseUntil(until);
    this.gates.set(facilityId, kept);
  }

  /** null: this copy has not called it of late. */
  view(facilityId: string): GateView | null {
    return this.gates.get(facilityId)?.gate.view() ?? null;
  }

  /** How many hospitals are in each state. */
  private count(): Record<BreakerState, number> {
    this.gates.purgeStale();
    const counts = { closed: 0, open: 0, 'half-open': 0 };
    for (const { gate } of this.gates.values()) counts[gate.view().state]++;
    return counts;
  }

  /** Half open is not closed yet: the call that tries is on its way. */
  private openByFacility(): [{ facility: string }, number][] {
    const open = [...this.gates.entries()].filter(([, { gate }]) => gate.view().state !== 'closed');
    const named = open.slice(0, MOST_NAMED).map(([facility]): [{ facility: string }, number] => [{ facility }, 1]);
    return open.length > MOST_NAMED ? [...named, [{ facility: OTHERS }, open.length - MOST_NAMED]] : named;
  }

  /** Hears of every change of state, failure and pause; must be quick. One listener. */
  onNews(listener: (facilityId: string, news: GateNews) => void): void {
    this.listener = listener;
  }

  private open(facilityId: string): HospitalGate {
    const tell = (news: Partial<GateNews>): void => {
      this.listener(facilityId, { isStateNew: false, pausedUntil: null, failures: [], ...news });
    };
    let isAway = false;
    return new HospitalGate(this.clock, this.options.hospital, {
      stateChanged: state => {
        tell({ isStateNew: true });
        // Once each, not with every call that shows that it is still away.
        if (state === 'open' && !isAway) this.logger.warn({ msg: 'A hospital does not answer and is left alone', facilityId });
        if (state === 'closed' && isAway) this.logger.log({ msg: 'A hospital answers again', facilityId });
        isAway = state !== 'closed';
      },
      failed: (call, failure) => {
        tell({ failures: [{ ...failure, at: this.clock.now(), call }] });
      },
      paused: pausedUntil => {
        tell({ pausedUntil });
      },
      heldBack: code => {
        this.metrics.countHeldBack(facilityId, code);
      },
      ended: (call, reply, tookMs) => {
        this.metrics.countCall(facilityId, call, reply, tookMs);
      },
    });
  }
}
