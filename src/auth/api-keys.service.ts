import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { instantOf } from '../common/validators.js';
import { HubConfig } from '../config/config.js';
import { Invalidations } from '../database/invalidations.js';
import { KeptValues } from '../database/kept-values.js';
import { toApiKeyDto, type ApiKeyDto, type CreateApiKeyDto, type CreatedApiKeyDto } from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { ApiKeyNotFoundError, KeyBoundToFacilitiesError } from './auth.errors.js';
import type { Caller } from './scope.js';

const TOPIC = 'api-key';
const CACHE_MS = 10_000;

interface Known {
  caller: Caller;
  expiresAt: Date | null;
}

/** Issues, recognises and revokes API keys: `hub_` and 256 random bits, kept as a SHA-256. */
@Injectable()
export class ApiKeysService {
  /** By the hashes of the keys; those alone that hold. */
  private readonly kept: KeptValues<Known>;
  private readonly adminHash: string | undefined;

  constructor(
    config: HubConfig,
    private readonly em: EntityManager,
    private readonly repository: ApiKeyRepository,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {
    this.adminHash = config.adminApiKey === undefined ? undefined : hashOfKey(config.adminApiKey);
    this.kept = new KeptValues(em, invalidations, {
      topic: TOPIC,
      keptMs: CACHE_MS,
      most: 10_000,
      rowsOf: 'all',
      read: hash => this.readByHash(hash),
    });
  }

  /** Whose key this is, or null when it holds no longer or never did. */
  async authenticate(key: string): Promise<Caller | null> {
    return this.callerOfHash(hashOfKey(key));
  }

  /** Likewise, by its hash alone (`hashOfKey`): for a session that was begun with the key. */
  async callerOfHash(hash: string): Promise<Caller | null> {
    if (this.adminHash !== undefined && timingSafeEqual(Buffer.from(hash), Buffer.from(this.adminHash))) {
      return { keyId: 'configured', scopes: ['admin'], facilityIds: null };
    }
    return this.holding(await this.kept.of(hash));
  }

  /** Whose key this is, if that is in memory and holds; null says nothing. */
  findKnown(key: string): Caller | null {
    return this.holding(this.kept.known(hashOfKey(key)));
  }

  async create(dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.insert(`hub_${randomBytes(32).toString('base64url')}`, dto);
  }

  /** Makes the given key hold, whatever became of it: for the demo key, which is printed at each start. */
  async ensure(key: string, dto: CreateApiKeyDto): Promise<void> {
    const row = await this.repository.findByHash(hashOfKey(key));
    if (!row) {
      await this.insert(key, dto);
      return;
    }
    row.revokedAt = null;
    row.facilityIds = dto.facilityIds ?? null;
    await this.em.flush();
    this.kept.forget(row.hash);
  }

  private holding(known: Known | null): Caller | null {
    return known && !isPast(known.expiresAt, this.clock.now()) ? known.caller : null;
  }

  /** null: it holds no longer, or never did. */
  private async readByHash(hash: string): Promise<Known | null> {
    const now = this.clock.now();
    const row = await this.repository.findByHash(hash);
    if (row?.revokedAt !== null || isPast(row.expiresAt, now)) return null;
    await this.repository.touch(row.id, now);
    return { caller: { keyId: row.id, scopes: row.scopes, facilityIds: row.facilityIds }, expiresAt: row.expiresAt };
  }

  private async insert(key: string, dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const now = this.clock.now();
    const row = this.em.create(ApiKey, {
      id: newId(now),
      name: dto.name,
      hash: hashOfKey(key),
      prefix: key.slice(0, 8),
      scopes: dto.scopes,
      facilityIds: dto.facilityIds ?? null,
      expiresAt: dto.expiresAt == null ? null : instantOf(dto.expiresAt, 'expiresAt'),
      revokedAt: null,
      lastUsedAt: null,
      createdAt: now,
    });
    await this.em.persist(row).flush();
    return { ...toApiKeyDto(row), key };
  }

  /** Keys are made, seen and revoked by those who may touch every facility. */
  async createFor(caller: Caller, dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    assertUnbound(caller);
    return this.create(dto);
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<ApiKeyDto>> {
    assertUnbound(caller);
    return pageOf(await this.repository.page(cursorId(query), query.limit), query.limit, toApiKeyDto);
  }

  /** Throws `ApiKeyNotFoundError`. Revoking twice is no error. */
  async revoke(caller: Caller, id: string): Promise<void> {
    assertUnbound(caller);
    await this.em.transactional(async em => {
      const row = await this.repository.find(id);
      if (!row) throw new ApiKeyNotFoundError(id);
      row.revokedAt ??= this.clock.now();
      await this.invalidations.announce(em, TOPIC, row.hash);
    });
  }
}

function assertUnbound(caller: Caller): void {
  if (caller.facilityIds !== null) throw new KeyBoundToFacilitiesError();
}

/** SHA-256, base64url. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

function isPast(time: Date | null, now: Date): boolean {
  return time !== null && time <= now;
}
