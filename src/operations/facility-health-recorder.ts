import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { EntityManager } from '@mikro-orm/postgresql';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { Invalidations } from '../database/invalidations.js';
import { HospitalGates, type GateNews } from '../schedulers/hospital-gates.js';
import { mergedNews } from './facility-health-rules.js';
import { FacilityHealthRepository, type SeenOfFacility } from './facility-health.repository.js';

const TICK_MS = 2_000;
/** `<facility id> <epoch ms>`: until when no copy is to call its hospital. */
const PAUSE_TOPIC = 'hospital-pause';

/**
 * Writes down what this copy sees of the hospitals' health: what changes and what fails, of all hospitals together, every two seconds at
 * most. A hospital's wish not to be called goes to the other copies at once. Nobody waits for either.
 */
@Injectable()
export class FacilityHealthRecorder implements OnModuleDestroy {
  private readonly logger = new Logger(FacilityHealthRecorder.name);
  private readonly news = new Map<string, GateNews>();
  private present: Promise<void> = Promise.resolve();
  private hasFailed = false;
  private isStopping = false;

  constructor(
    private readonly em: EntityManager,
    private readonly gates: HospitalGates,
    private readonly repository: FacilityHealthRepository,
    private readonly invalidations: Invalidations,
  ) {
    gates.onNews((facilityId, news) => {
      this.news.set(facilityId, mergedNews(this.news.get(facilityId), news));
      if (news.pausedUntil) void this.flush();
    });
    invalidations.subscribe(PAUSE_TOPIC, key => {
      const [facilityId = '', untilMs] = key?.split(' ') ?? [];
      if (facilityId !== '') gates.pause(facilityId, new Date(Number(untilMs)));
    });
  }

  /** Writes down all that this copy knows, after what is being written now. Never throws: what fails is written with the next. */
  @Interval(TICK_MS)
  async flush(): Promise<void> {
    if (this.isStopping) return;
    this.present = this.present.then(() => this.write());
    await this.present;
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.present;
  }

  private async write(): Promise<void> {
    const taken = [...this.news];
    if (taken.length === 0) return;
    this.news.clear();
    try {
      await acrossFacilities(() => this.em.fork().transactional(em => this.store(em, taken)));
      this.hasFailed = false;
    } catch (error) {
      for (const [facilityId, news] of taken) {
        const since = this.news.get(facilityId);
        this.news.set(facilityId, since ? mergedNews(news, since) : news);
      }
      if (!this.hasFailed) this.logger.error({ msg: "The hospitals' health could not be written down", ...unexpectedFailure(error) });
      this.hasFailed = true;
    }
  }

  private async store(em: EntityManager, taken: readonly [string, GateNews][]): Promise<void> {
    await this.repository.add(
      em,
      taken.map(([facilityId, news]) => this.seen(facilityId, news)),
    );
    for (const [facilityId, { pausedUntil }] of taken)
      if (pausedUntil) await this.invalidations.announce(em, PAUSE_TOPIC, `${facilityId} ${pausedUntil.getTime()}`);
  }

  private seen(facilityId: string, { isStateNew, pausedUntil, failures }: GateNews): SeenOfFacility {
    const view = this.gates.view(facilityId);
    const isShown = isStateNew && view !== null;
    return {
      facilityId,
      breaker: isShown ? view.state : null,
      breakerSince: isShown ? (view.since ?? view.lastSuccessAt) : null,
      nextProbeAt: isShown ? view.nextProbeAt : null,
      pausedUntil,
      lastSuccessAt: view?.lastSuccessAt ?? null,
      failures: failures.map(({ at, ...failure }) => ({ at: at.toISOString(), ...failure })),
    };
  }
}
