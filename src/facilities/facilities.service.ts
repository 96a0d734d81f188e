import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { Invalidations } from '../database/invalidations.js';
import { KeptValues } from '../database/kept-values.js';
import type { FacilityDto } from './facility.dto.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FACILITY_TOPIC } from './facility-topic.js';
import { Facility } from './facility.entity.js';
import { FacilityInactiveError, FacilityNotFoundError } from './facility.errors.js';
import { FacilityPresenter } from './facility-presenter.js';
import type { FacilityBrief } from './facility-brief.js';
import { FacilityRepository, type CalledFacility } from './facility.repository.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

export { FACILITY_TOPIC, type CalledFacility };

/** The hospitals that there are, as callers may see them and the hub needs them. */
@Injectable()
export class FacilitiesService {
  private readonly kept: KeptValues<Facility>;

  constructor(
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    private readonly webhookSecrets: WebhookSecretsService,
    private readonly presenter: FacilityPresenter,
    private readonly clock: Clock,
    invalidations: Invalidations,
  ) {
    this.kept = new KeptValues(em, invalidations, {
      topic: FACILITY_TOPIC,
      keptMs: 60_000,
      most: 2_000,
      rowsOf: 'facility',
      read: id => repository.findUnmanaged(id),
    });
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<FacilityDto>> {
    return pageOf(await this.repository.page(caller.facilityIds, cursorId(query), query.limit), query.limit, row =>
      this.presenter.toDto(row),
    );
  }

  /** Those with `text` in their names, whatever its case; newest first. */
  async listNamed(caller: Caller, text: string, query: PageQuery): Promise<Page<FacilityDto>> {
    const rows = await this.repository.pageNamed(caller.facilityIds, text, cursorId(query), query.limit);
    return pageOf(rows, query.limit, row => this.presenter.toDto(row));
  }

  /** Of these those that the caller may see, newest first. */
  async listAmong(caller: Caller, ids: readonly string[], query: PageQuery): Promise<Page<FacilityDto>> {
    const among = ids.filter(id => mayTouch(caller, id));
    return pageOf(await this.repository.page(among, cursorId(query), query.limit), query.limit, row => this.presenter.toDto(row));
  }

  /** The newest that the caller may see, in brief; one more than `limit`. */
  async newest(caller: Caller, limit: number): Promise<FacilityBrief[]> {
    return this.repository.newest(caller.facilityIds, limit);
  }

  /** Those with these ids, in brief. The caller must be known to be allowed to see them. */
  async briefs(ids: readonly string[]): Promise<Map<string, FacilityBrief>> {
    return new Map((await this.repository.newest(ids, ids.length)).map(brief => [brief.id, brief]));
  }

  /** Throws `FacilityNotFoundError`. */
  async getDto(caller: Caller, id: string): Promise<FacilityDto> {
    return this.presenter.toDto(await this.get(caller, id));
  }

  /** For the start, which finds its demo facility again. */
  async findByName(name: string): Promise<FacilityDto | null> {
    const facility = await this.repository.findByName(name);
    return facility ? this.presenter.toDto(facility) : null;
  }

  /** For the webhooks' edge, where a token stands for the caller. Not to be written back. */
  async find(id: string): Promise<Facility | null> {
    return this.findKept(id);
  }

  /** As the database has it now, with what is noted beside its settings. Throws `FacilityNotFoundError`. */
  async getFresh(id: string): Promise<Facility> {
    const facility = await this.repository.findUnmanaged(id);
    if (!facility) throw new FacilityNotFoundError(id);
    return facility;
  }

  /** Likewise, if it is in memory; null says nothing. */
  findKnown(id: string): Facility | null {
    return this.kept.known(id);
  }

  /** The facility, if the caller may touch it. Throws `FacilityNotFoundError`. */
  async get(caller: Caller, id: string): Promise<Facility> {
    const facility = mayTouch(caller, id) ? await this.findKept(id) : null;
    if (!facility) throw new FacilityNotFoundError(id);
    return facility;
  }

  /** Likewise; throws `FacilityInactiveError` too. For whatever would call the hospital. */
  async getActive(caller: Caller, id: string): Promise<Facility> {
    const facility = await this.get(caller, id);
    this.assertActive(facility);
    return facility;
  }

  /** Those of `ids` that there are, as they and their keys stand together in the database now. */
  async findToCall(ids: readonly string[]): Promise<Map<string, CalledFacility>> {
    return new Map((await this.repository.findToCall(ids)).map(facility => [facility.id, facility]));
  }

  /** Its hospital's key in plain. Never log it, never keep it. */
  openKey(facility: CalledFacility): string {
    return this.secrets.openKey(facility);
  }

  /** Throws `FacilityInactiveError`. */
  assertActive(facility: Pick<Facility, 'id' | 'status'>): void {
    if (facility.status === 'inactive') throw new FacilityInactiveError(facility.id);
  }

  /** The hospital's key in plain. Never log it, never keep it. */
  async openUpstreamKey(facilityId: string): Promise<string> {
    return this.secrets.openUpstreamKey(facilityId);
  }

  /** For the start, which gives it to the sandbox: the webhook secret in plain, a first one if there is none. Throws `FacilityNotFoundError`. */
  async ensureWebhookSecret(facilityId: string): Promise<string> {
    return this.webhookSecrets.ensure(facilityId);
  }

  /** For the cron: see `FacilityRepository.takeDueForCalendarSync`. */
  async takeDueForCalendarSync(limit: number): Promise<string[]> {
    return this.repository.takeDueForCalendarSync(this.clock.now(), limit);
  }

  /** For the cron: see `FacilityRepository.takeDueForDrift`. */
  async takeDueForDrift(limit: number): Promise<string[]> {
    return this.repository.takeDueForDrift(this.clock.now(), limit);
  }

  /** From memory where that is known to be true: not managed, so never to be written back. Within a transaction, from the database. */
  private async findKept(id: string): Promise<Facility | null> {
    return this.em.isInTransaction() ? this.repository.find(id) : this.kept.of(id);
  }
}
