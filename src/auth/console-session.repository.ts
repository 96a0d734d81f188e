import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { ConsoleSession } from './console-session.entity.js';

@Injectable()
export class ConsoleSessionRepository {
  constructor(private readonly em: EntityManager) {}

  async find(hash: string): Promise<ConsoleSession | null> {
    return this.em.findOne(ConsoleSession, { hash }, { disableIdentityMap: true });
  }

  async insert(session: ConsoleSession): Promise<void> {
    await this.em.insert(ConsoleSession, session);
  }

  async remove(hash: string): Promise<void> {
    await this.em.nativeDelete(ConsoleSession, { hash });
  }

  /** Notes the use, at most once a minute and session. */
  async touch(hash: string, now: Date): Promise<void> {
    await this.em.execute(`update console_session set seen_at = ? where hash = ? and seen_at < ?::timestamptz - interval '1 minute'`, [
      now,
      hash,
      now,
    ]);
  }

  /** Those that began before; no more than are made, so that no cron is needed. */
  async removeOld(before: Date, limit: number): Promise<void> {
    await this.em.execute(
      `delete from console_session where hash in (select hash from console_session where created_at < ? order by created_at limit ?)`,
      [before, limit],
    );
  }
}
