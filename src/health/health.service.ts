import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../common/domain-error.js';
import { pendingMigrations } from '../database/migrations.js';
import { areRowsSecured } from '../database/row-security.js';
import { HAS_ACTIVE_JOBS_INDEX } from '../jobs/queues.js';
import type { ReadyDto } from './health.dto.js';

/** Not ready for requests; `message` says what is missing. */
export class NotReadyError extends DomainError {
  readonly kind = 'upstream-unavailable';
  readonly code = 'not-ready';
}

const ANSWER_WITHIN_MS = 1_500;

@Injectable()
export class HealthService {
  private isMigrated = false;
  private isEnding = false;
  private isSecured = false;

  constructor(private readonly em: EntityManager) {}

  /** Throws `NotReadyError`. Migrations are looked at until they are complete: they do not go back while we run. */
  async ready(): Promise<ReadyDto> {
    if (this.isEnding) throw new NotReadyError('This copy is about to end: another takes its requests.', { retryAfterSeconds: 1 });
    try {
      await this.answer();
      this.isMigrated ||= (await pendingMigrations(this.em)).length === 0 && (await this.hasJobsIndex());
      if (this.isMigrated) this.isSecured ||= await areRowsSecured(this.em);
    } catch (cause) {
      throw new NotReadyError('The database does not answer.', { cause, retryAfterSeconds: 5 });
    }
    if (!this.isMigrated) throw new NotReadyError('The database is not migrated: run npm run migrate.', { retryAfterSeconds: 5 });
    if (!this.isSecured) throw new NotReadyError('The hub sees all rows of the database: run npm run migrate.', { retryAfterSeconds: 5 });
    return { status: 'ready' };
  }

  /** Whether this copy has been told to end: what never ends by itself should. */
  isLeaving(): boolean {
    return this.isEnding;
  }

  /** From now on not ready, though requests are still served. */
  end(): void {
    this.isEnding = true;
  }

  /** It is no migration's, and made by the same command. */
  private async hasJobsIndex(): Promise<boolean> {
    const [row] = await this.em.execute<{ has: boolean }[]>(`select ${HAS_ACTIVE_JOBS_INDEX} as has`);
    return row?.has === true;
  }

  /** Throws when the database does not answer soon: whoever asks waits for less than a request does. */
  private async answer(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error('No answer in time'));
      }, ANSWER_WITHIN_MS);
    });
    try {
      await Promise.race([this.em.execute('select 1'), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
