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
import { FieldCipher, type SealedPlace } from '../crypto/field-cipher.js';
import { Invalidations } from '../database/invalidations.js';
import {
  DEFAULT_POLICY,
  DEFAULT_SYNC_INTERVAL_MINUTES,
  DEFAULT_TYPE,
  mergeDefaultType,
  mergePolicy,
  mergeScheduler,
} from './facility-settings-merge.js';
import type { CreateFacilityDto, FacilityDto, PatchFacilityDto } from './facility.dto.js';
import { FacilitySecret } from './facility-secret.entity.js';
import { Facility } from './facility.entity.js';
import { FacilityInactiveError, FacilityNotFoundError, UpstreamAddressRefusedError } from './facility.errors.js';
import { toFacilityDto } from './facility.mapper.js';
import { FacilityRepository } from './facility.repository.js';

/** What a caller heard that listens to facility changes: the topic of `Invalidations`. */
export const FACILITY_TOPIC = 'facility';

/** Hospitals: their settings and credentials. */
@Injectable()
export class FacilitiesService {
  private readonly kept = new LRUCache<string, Facility>({ max: 2_000, ttl: 60_000 });
  private changes = 0;

  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly cipher: FieldCipher,
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
    const facility = this.em.create(Facility, {
      id: newId(now),
      name: dto.name,
      timezone: canonicalTimeZone(dto.timezone) ?? dto.timezone,
      country: dto.country,
      locale: canonicalLocale(dto.locale ?? 'en') ?? 'en',
      status: dto.status ?? 'live',
      scheduler: { ...scheduler, baseUrl: this.allowedBaseUrl(scheduler.baseUrl) },
      policies: {
        reschedule: mergePolicy(DEFAULT_POLICY, dto.policies?.reschedule),
        cancel: mergePolicy(DEFAULT_POLICY, dto.policies?.cancel),
      },
      defaultAppointmentType: mergeDefaultType(DEFAULT_TYPE, dto.defaultAppointmentType),
      calendarSyncIntervalMinutes: dto.calendarSync?.intervalMinutes ?? DEFAULT_SYNC_INTERVAL_MINUTES,
      calendarSyncDueAt: now,
      offersChangedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    await this.em.persist([facility, this.newKey(facility.id, dto.scheduler.auth.apiKey, now)]).flush();
    return toFacilityDto(facility);
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<FacilityDto>> {
    return pageOf(await this.repository.page(caller.facilityIds, cursorId(query), query.limit), query.limit, toFacilityDto);
  }

  /** Throws `FacilityNotFoundError`. */
  async getDto(caller: Caller, id: string): Promise<FacilityDto> {
    return toFacilityDto(await this.get(caller, id));
  }

  async patch(caller: Caller, id: string, dto: PatchFacilityDto): Promise<FacilityDto> {
    return this.em.transactional(async em => {
      const facility = await this.getLocked(caller, id);
      const now = this.clock.now();
      facility.name = dto.name ?? facility.name;
      facility.timezone = canonicalTimeZone(dto.timezone ?? facility.timezone) ?? facility.timezone;
      facility.country = dto.country ?? facility.country;
      facility.locale = canonicalLocale(dto.locale ?? facility.locale) ?? facility.locale;
      facility.status = dto.status ?? facility.status;
      facility.policies = {
        reschedule: mergePolicy(facility.policies.reschedule, dto.policies?.reschedule),
        cancel: mergePolicy(facility.policies.cancel, dto.policies?.cancel),
      };
      facility.defaultAppointmentType = mergeDefaultType(facility.defaultAppointmentType, dto.defaultAppointmentType);
      facility.calendarSyncIntervalMinutes = dto.calendarSync?.intervalMinutes ?? facility.calendarSyncIntervalMinutes;
      if (dto.scheduler || dto.timezone || dto.defaultAppointmentType) facility.offersChangedAt = now;
      if (dto.scheduler || dto.defaultAppointmentType || dto.calendarSync || dto.status) facility.calendarSyncDueAt = now;
      if (dto.scheduler) {
        const scheduler = mergeScheduler(facility.scheduler, dto.scheduler);
        const baseUrl = this.allowedBaseUrl(scheduler.baseUrl);
        assertKeyStays(facility.scheduler.baseUrl, baseUrl, dto.scheduler.auth?.apiKey);
        facility.scheduler = { ...scheduler, baseUrl };
        await this.replaceKey(facility.id, dto.scheduler.auth?.apiKey, now);
      }
      facility.updatedAt = now;
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
      await em.flush();
      return toFacilityDto(facility);
    });
  }

  /** Switches it off: no calls, no bookings. What is stored stays. */
  async deactivate(caller: Caller, id: string): Promise<void> {
    await this.em.transactional(async em => {
      const facility = await this.getLocked(caller, id);
      facility.status = 'inactive';
      facility.updatedAt = this.clock.now();
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
    });
  }

  /** For the start, which finds its demo facility again. */
  async findByName(name: string): Promise<FacilityDto | null> {
    const facility = await this.repository.findByName(name);
    return facility ? toFacilityDto(facility) : null;
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

  /** Throws `FacilityInactiveError`. */
  assertActive(facility: Facility): void {
    if (facility.status === 'inactive') throw new FacilityInactiveError(facility.id);
  }

  /** The hospital's key in plain. Never log it, never keep it. */
  async openUpstreamKey(facilityId: string): Promise<string> {
    const secret = await this.repository.findUpstreamKey(facilityId);
    if (!secret) throw new Error(`Facility ${facilityId} has no upstream key`);
    return this.cipher.open(secret.valueSealed, placeOf(secret));
  }

  /** For the cron: see `FacilityRepository.takeDueForCalendarSync`. */
  async takeDueForCalendarSync(limit: number): Promise<string[]> {
    return this.repository.takeDueForCalendarSync(this.clock.now(), limit);
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

  private newKey(facilityId: string, apiKey: string, now: Date): FacilitySecret {
    const secret = this.em.create(FacilitySecret, {
      id: newId(now),
      facilityId,
      kind: 'upstream-key',
      valueSealed: '',
      createdAt: now,
      validUntil: null,
    });
    secret.valueSealed = this.cipher.seal(apiKey, placeOf(secret));
    return secret;
  }

  private async replaceKey(facilityId: string, apiKey: string | undefined, now: Date): Promise<void> {
    if (apiKey === undefined) return;
    const present = await this.repository.findUpstreamKey(facilityId);
    if (present) present.valueSealed = this.cipher.seal(apiKey, placeOf(present));
    else this.em.persist(this.newKey(facilityId, apiKey, now));
  }
}

function placeOf(secret: FacilitySecret): SealedPlace {
  return { table: 'facility_secret', column: 'value_sealed', facilityId: secret.facilityId, rowId: secret.id };
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
