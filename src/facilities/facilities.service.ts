import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import { mayTouch, type Caller } from '../auth/scope.js';
import { KeyBoundToFacilitiesError } from '../auth/auth.errors.js';
import { judgeBaseUrl } from '../common/base-url.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { canonicalLocale, canonicalTimeZone } from '../common/validators.js';
import { HubConfig } from '../config/config.js';
import { Invalidations } from '../database/invalidations.js';
import {
  DEFAULT_DRIFT_INTERVAL_MINUTES,
  DEFAULT_POLICY,
  DEFAULT_SYNC_INTERVAL_MINUTES,
  DEFAULT_TYPE,
  DEFAULT_WEBHOOK,
  mergeDefaultType,
  mergePolicy,
  mergeScheduler,
  mergeWebhook,
} from './facility-settings-merge.js';
import type { CreateFacilityDto, FacilityDto, GivenStatus, PatchFacilityDto } from './facility.dto.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FACILITY_TOPIC } from './facility-topic.js';
import { Facility } from './facility.entity.js';
import { FacilityInactiveError, FacilityNotFoundError, GoLiveElsewhereError, UpstreamAddressRefusedError } from './facility.errors.js';
import { FacilityPresenter } from './facility-presenter.js';
import type { FacilityBrief } from './facility-brief.js';
import { FacilityRepository, type CalledFacility } from './facility.repository.js';
import { hasBeenLive, statusFields } from './facility-status.js';
import { GO_LIVE_REQUIREMENTS, judgeStatus } from './go-live-rules.js';
import { DEFAULT_NOTIFICATIONS } from './notification-settings-rules.js';
import { NotificationSettingsService } from './notification-settings.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

export { FACILITY_TOPIC, type CalledFacility };

/** Hospitals: their settings and credentials. */
@Injectable()
export class FacilitiesService {
  private readonly kept = new LRUCache<string, Facility>({ max: 2_000, ttl: 60_000 });
  private changes = 0;

  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    private readonly webhookSecrets: WebhookSecretsService,
    private readonly notifications: NotificationSettingsService,
    private readonly presenter: FacilityPresenter,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(FACILITY_TOPIC, id => {
      this.changes++;
      if (id === null) this.kept.clear();
      else this.kept.delete(id);
    });
  }

  async create(caller: Caller, dto: CreateFacilityDto): Promise<FacilityDto> {
    if (caller.facilityIds !== null) throw new KeyBoundToFacilitiesError();
    const now = this.clock.now();
    const scheduler = mergeScheduler(null, dto.scheduler);
    const driftIntervalMinutes = dto.drift?.intervalMinutes ?? DEFAULT_DRIFT_INTERVAL_MINUTES;
    const facility = this.em.create(Facility, {
      id: newId(now),
      name: dto.name,
      timezone: canonicalTimeZone(dto.timezone) ?? dto.timezone,
      country: dto.country,
      locale: canonicalLocale(dto.locale ?? 'en') ?? 'en',
      ...statusFields(null, dto.status ?? 'draft', dto.status ? 'set-at-creation' : 'created', now),
      connectionCheckedAt: null,
      hasConnectionPassed: null,
      scheduler: { ...scheduler, baseUrl: this.allowedBaseUrl(scheduler.baseUrl) },
      policies: {
        reschedule: mergePolicy(DEFAULT_POLICY, dto.policies?.reschedule),
        cancel: mergePolicy(DEFAULT_POLICY, dto.policies?.cancel),
      },
      defaultAppointmentType: mergeDefaultType(DEFAULT_TYPE, dto.defaultAppointmentType),
      webhook: mergeWebhook(DEFAULT_WEBHOOK, dto.webhook),
      notifications: DEFAULT_NOTIFICATIONS,
      calendarSyncIntervalMinutes: dto.calendarSync?.intervalMinutes ?? DEFAULT_SYNC_INTERVAL_MINUTES,
      calendarSyncDueAt: now,
      driftIntervalMinutes,
      // Of a new facility there is nothing to compare yet.
      driftDueAt: new Date(now.getTime() + driftIntervalMinutes * 60_000),
      offersChangedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    if (dto.notifications) await this.notifications.change(facility, dto.notifications, now);
    this.em.persist(facility);
    this.secrets.addUpstreamKey(facility.id, dto.scheduler.auth.apiKey, now);
    const webhookSecret = this.secrets.addWebhookSecret(facility.id, now);
    await this.em.flush();
    return this.presenter.toDto(facility, webhookSecret);
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

  async patch(caller: Caller, id: string, dto: PatchFacilityDto): Promise<FacilityDto> {
    return this.em.transactional(async em => {
      const facility = await this.getLocked(caller, id);
      const now = this.clock.now();
      facility.name = dto.name ?? facility.name;
      facility.timezone = canonicalTimeZone(dto.timezone ?? facility.timezone) ?? facility.timezone;
      facility.country = dto.country ?? facility.country;
      facility.locale = canonicalLocale(dto.locale ?? facility.locale) ?? facility.locale;
      if (dto.status) setStatus(facility, dto.status, now);
      facility.policies = {
        reschedule: mergePolicy(facility.policies.reschedule, dto.policies?.reschedule),
        cancel: mergePolicy(facility.policies.cancel, dto.policies?.cancel),
      };
      facility.defaultAppointmentType = mergeDefaultType(facility.defaultAppointmentType, dto.defaultAppointmentType);
      facility.webhook = mergeWebhook(facility.webhook, dto.webhook);
      facility.calendarSyncIntervalMinutes = dto.calendarSync?.intervalMinutes ?? facility.calendarSyncIntervalMinutes;
      facility.driftIntervalMinutes = dto.drift?.intervalMinutes ?? facility.driftIntervalMinutes;
      if (dto.drift) facility.driftDueAt = now;
      if (outdatesWhatWasSeen(dto)) Object.assign(facility, { offersChangedAt: now, healthStreak: 0 });
      if (dto.scheduler || dto.defaultAppointmentType || dto.calendarSync || dto.status) facility.calendarSyncDueAt = now;
      if (dto.scheduler) {
        const scheduler = mergeScheduler(facility.scheduler, dto.scheduler);
        const baseUrl = this.allowedBaseUrl(scheduler.baseUrl);
        assertKeyStays(facility.scheduler.baseUrl, baseUrl, dto.scheduler.auth?.apiKey);
        facility.scheduler = { ...scheduler, baseUrl };
        if (dto.scheduler.auth?.apiKey !== undefined) await this.secrets.replaceUpstreamKey(id, dto.scheduler.auth.apiKey, now);
      }
      if (dto.notifications) await this.notifications.change(facility, dto.notifications, now);
      facility.updatedAt = now;
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
      await em.flush();
      return this.presenter.toDto(facility);
    });
  }

  /** Switches it off: no calls, no bookings. What is stored stays. */
  async deactivate(caller: Caller, id: string): Promise<void> {
    await this.em.transactional(async em => {
      const facility = await this.getLocked(caller, id);
      const now = this.clock.now();
      setStatus(facility, 'inactive', now);
      facility.updatedAt = now;
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
    });
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
    return this.invalidations.isListening ? (this.kept.get(id) ?? null) : null;
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
    if (!this.invalidations.isListening || this.em.isInTransaction()) return this.repository.find(id);
    const kept = this.kept.get(id);
    if (kept) return kept;
    const { changes } = this;
    const facility = await this.repository.findUnmanaged(id);
    if (facility && changes === this.changes) this.kept.set(id, facility);
    return facility;
  }

  private async getLocked(caller: Caller, id: string): Promise<Facility> {
    const facility = mayTouch(caller, id) ? await this.repository.findLocked(id) : null;
    if (!facility) throw new FacilityNotFoundError(id);
    return facility;
  }

  private allowedBaseUrl(baseUrl: string): string {
    const checked = judgeBaseUrl(baseUrl, this.config.upstreamAllowedHosts);
    if (!checked.isAllowed) throw new UpstreamAddressRefusedError(checked.code, checked.message);
    return checked.baseUrl;
  }
}

/** Within settings: what goes live for the first time does so by `FacilityStatusService`. Throws `GoLiveElsewhereError`. */
function setStatus(facility: Facility, to: GivenStatus, now: Date): void {
  const wanted = { from: facility.status, to, hasBeenLive: hasBeenLive(facility) };
  const verdict = judgeStatus({ ...wanted, isByHand: false, missing: GO_LIVE_REQUIREMENTS });
  if (verdict.kind === 'refused') throw new GoLiveElsewhereError(facility.id);
  if (verdict.kind === 'changed') Object.assign(facility, statusFields(facility, to, verdict.reason, now));
}

/** Whether what was seen of the hospital, or of its webhooks, holds no longer. */
function outdatesWhatWasSeen({ scheduler, webhook, timezone, defaultAppointmentType }: PatchFacilityDto): boolean {
  const { idempotentCreate: _, ...connection } = scheduler ?? {};
  const hasOther = [connection, webhook ?? {}].some(given => Object.values(given).some(value => value !== undefined));
  return hasOther || timezone !== undefined || defaultAppointmentType !== undefined;
}

/** The kept key goes to no other host than the one it was given for. */
function assertKeyStays(before: string, after: string, apiKey: string | undefined): void {
  if (apiKey === undefined && new URL(before).origin !== new URL(after).origin) {
    throw new InvalidFieldError(
      'scheduler.auth.apiKey',
      'required',
      'scheduler.auth.apiKey is needed when scheduler.baseUrl moves to another host.',
    );
  }
}
