import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import type { ChainedEntry } from './audit-chain-rules.js';
import { AuditRepository } from './audit.repository.js';

/** Entries that are not waited for are gathered for so long. */
const GATHER_MS = 100;
/** Those that must be there before the answer leave the request its first milliseconds: the hospital is asked meanwhile. */
const BESIDES_MS = 15;
const MAX_BATCH = 500;

interface Waiting {
  entries: readonly ChainedEntry[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Writes entries of many requests together: each is told of its own only once it is committed. */
@Injectable()
export class AuditTrail implements OnModuleDestroy {
  private readonly logger = new Logger(AuditTrail.name);
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private gathering: Promise<void> = Promise.resolve();

  constructor(private readonly repository: AuditRepository) {}

  /** Resolves once the entries are committed. Throws where they are not: what they tell of must then not be shown. */
  record(entries: readonly ChainedEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({ entries, resolve, reject });
      this.writing ??= this.write().finally(() => (this.writing = undefined));
    });
  }

  /** Written while the request goes on; whoever calls what is returned waits for it, and has it written at once. */
  recordBeside(entries: readonly ChainedEntry[]): () => Promise<void> {
    let written: Promise<void> | undefined;
    const write = (): Promise<void> => (written ??= this.record(entries));
    const timer = setTimeout(() => void write().catch(() => undefined), BESIDES_MS);
    return () => {
      clearTimeout(timer);
      return write();
    };
  }

  /** For what is on record already (`begun`): written a moment later, and only the log hears of a failure. */
  recordLater(entries: readonly ChainedEntry[]): void {
    const written = delay(GATHER_MS).then(() => this.record(entries));
    this.gathering = Promise.all([this.gathering, written.catch((error: unknown) => this.failed(error))]).then(() => undefined);
  }

  async onModuleDestroy(): Promise<void> {
    await this.gathering;
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      try {
        await this.repository.insert(batch.flatMap(({ entries }) => entries));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  private failed(error: unknown): void {
    this.logger.error({ msg: 'What came of an act could not be written to the audit log', ...unexpectedFailure(error) });
  }
}
