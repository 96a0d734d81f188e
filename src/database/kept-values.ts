import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import type { Invalidations } from './invalidations.js';
import { asWorker, asWorkerOf } from './worker-context.js';

/** This much of its time before it is over, a value that is asked for is read again. */
const AHEAD = 0.3;

export interface KeptOptions<T> {
  /** Where changes are announced, by the same keys. */
  topic: string;
  keptMs: number;
  /** How many, at most. */
  most: number;
  /** Whose rows are read: those of the facility that is the key, or any. */
  rowsOf: 'facility' | 'all';
  /** null: there is none, which is not kept. */
  read: (key: string) => Promise<T | null>;
  /** Nothing stays in memory for longer, though nobody asks for it: for secrets. */
  isSecret?: boolean;
  /** The clock of the time that is left; the process' own when left out. */
  perf?: { now(): number };
}

/**
 * What is read from the database by a key, kept in memory for a while where it is known that nothing has changed. All who come at once
 * share one reading; and what is still asked for is read again shortly before its time is over, so that those who come just then need
 * not wait, or go another way.
 */
export class KeptValues<T extends object> {
  private readonly kept: LRUCache<string, T>;
  private readonly readings = new Map<string, Promise<T | null>>();
  private readonly inOwnContext = AsyncLocalStorage.snapshot();

  constructor(
    private readonly em: EntityManager,
    private readonly invalidations: Invalidations,
    private readonly options: KeptOptions<T>,
  ) {
    const { topic, keptMs, most, isSecret = false, perf } = options;
    this.kept = new LRUCache({ max: most, ttl: keptMs, ttlAutopurge: isSecret, ...(perf && { perf, ttlResolution: 0 }) });
    invalidations.subscribe(topic, key => {
      if (key === null) {
        this.kept.clear();
        this.readings.clear();
      } else this.forget(key);
    });
  }

  /** What is in memory; null says nothing. */
  known(key: string): T | null {
    const value = this.invalidations.isListening ? this.kept.get(key) : undefined;
    if (value === undefined) return null;
    // What fails here fails for whoever comes once it is over.
    if (this.kept.getRemainingTTL(key) < this.options.keptMs * AHEAD) this.read(key).catch(() => undefined);
    return value;
  }

  /** Within a transaction always what is there, as it sees it. */
  async of(key: string): Promise<T | null> {
    if (this.em.isInTransaction()) return this.options.read(key);
    return this.invalidations.isListening ? (this.known(key) ?? this.read(key)) : this.readAlone(key);
  }

  /** Of what has changed in a way that is not announced. */
  forget(key: string): void {
    this.kept.delete(key);
    this.readings.delete(key);
  }

  /** Shared by all who ask meanwhile. */
  private read(key: string): Promise<T | null> {
    const underWay = this.readings.get(key);
    if (underWay) return underWay;
    const isPresent = (): boolean => this.readings.get(key) === reading;
    const reading = this.readAlone(key)
      .then(value => {
        // One that was announced as out of date meanwhile is not kept.
        if (!isPresent() || !this.invalidations.isListening) return value;
        if (value === null) this.kept.delete(key);
        else this.kept.set(key, value);
        return value;
      })
      .finally(() => {
        if (isPresent()) this.readings.delete(key);
      });
    this.readings.set(key, reading);
    return reading;
  }

  /** Of nobody's request or transaction, whoever asks for it. */
  private readAlone(key: string): Promise<T | null> {
    const read = (): Promise<T | null> => this.options.read(key);
    return this.inOwnContext(() => (this.options.rowsOf === 'facility' ? asWorkerOf(this.em, key, read) : asWorker(this.em, read)));
  }
}
