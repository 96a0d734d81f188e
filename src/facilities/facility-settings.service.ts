import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { KeyBoundToFacilitiesError } from '../auth/auth.errors.js';
import { judgeBaseUrl } from '../common/base-url.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
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
import { FacilityNotFoundError, GoLiveElsewhereError, UpstreamAddressRefusedError } from './facility.errors.js';
import { FacilityPresenter } from './facility-presenter.js';
import { FacilityRepository } from './facility.repository.js';
import { hasBeenLive, statusFields } from './facility-status.js';
import { GO_LIVE_REQUIREMENTS, judgeStatus } from './go-live-rules.js';
import { DEFAULT_NOTIFICATIONS } from './notification-settings-rules.js';
import { NotificationSettingsService } from './notification-settings.service.js';

/** Makes hospitals, changes how they are set, and switches them off. */
@Injectable()
export class FacilitySettingsService {
  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    private readonly notifications: NotificationSettingsService,
    private readonly presenter: FacilityPresenter,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {}

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
