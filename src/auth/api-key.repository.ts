import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { ApiKey } from './api-key.entity.js';

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly em: EntityManager) {}

  async findByHash(hash: string): Promise<ApiKey | null> {
    return this.em.findOne(ApiKey, { hash });
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.em.findOne(ApiKey, { id });
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(before: string | null, limit: number): Promise<ApiKey[]> {
    return this.em.find(ApiKey, before === null ? {} : { id: { $lt: before } }, { orderBy: { id: 'desc' }, limit: limit + 1 });
  }

  /** Notes the use, at most once a minute and key. */
  async touch(id: string, now: Date): Promise<void> {
    await this.em.execute(
      `update api_key set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?::timestamptz - interval '1 minute')`,
      [now, id, now],
    );
  }
}
