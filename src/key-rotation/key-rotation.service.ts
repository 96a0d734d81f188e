import { setTimeout as wait } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { SealBrokenError, type FieldCipher, type SealedPlace } from '../crypto/field-cipher.js';
import { FIRST_ID, KeyRotationRepository, type SealedRow } from './key-rotation.repository.js';
import { keyIdOf, replaceSealed } from './reseal-rules.js';
import { SEALED_COLUMNS, UNCHANGING_COLUMN, type SealedColumn } from './sealed-columns.js';

/** `batch`: rows at a time. `pauseMs`: after each batch that changed something, so that the hub's own work goes first. */
export interface RotationPace {
  batch: number;
  pauseMs: number;
}

const COUNTED_AT_ONCE = 1_000;

/** `broken`: values that cannot be opened, as `SealBrokenError` says it. */
export interface ColumnRotation {
  looked: number;
  resealed: number;
  broken: string[];
}

/**
 * Brings all sealed values under the first key of the ring, while the hub works. Each batch is a transaction of its own; what a batch finds
 * changed or locked it leaves to the next pass. It may be ended at any moment, run again, and run twice at once.
 */
export class KeyRotation {
  constructor(
    private readonly em: EntityManager,
    private readonly cipher: FieldCipher,
    private readonly pace: RotationPace,
  ) {}

  /** One pass over one column. `tell`: called after each batch. */
  async rotate(column: SealedColumn, tell: (soFar: ColumnRotation) => void): Promise<ColumnRotation> {
    const repository = new KeyRotationRepository(this.em, column);
    const done: ColumnRotation = { looked: 0, resealed: 0, broken: [] };
    for await (const { after, until } of this.parts(repository, this.pace.batch)) {
      const rows = await repository.findOthers(after, until, this.cipher.currentKeyId);
      const changes = rows.flatMap(row => this.resealed(column, row, done.broken));
      done.looked += this.pace.batch;
      if (changes.length > 0) {
        done.resealed += await repository.replace(changes);
        await wait(this.pace.pauseMs);
      }
      tell(done);
    }
    return done;
  }

  /** How many values stand under which key, now. */
  async count(columns: readonly SealedColumn[] = SEALED_COLUMNS): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const column of columns) {
      const repository = new KeyRotationRepository(this.em, column);
      for await (const { after, until } of this.parts(repository, COUNTED_AT_ONCE)) {
        for (const { keyId, count } of await repository.countByKey(after, until)) counts.set(keyId, (counts.get(keyId) ?? 0) + count);
      }
    }
    return counts;
  }

  /** Of the audit log, which stays as it was written. */
  countUnchanging(): Promise<Map<string, number>> {
    return this.count([UNCHANGING_COLUMN]);
  }

  private async *parts(repository: KeyRotationRepository, size: number): AsyncGenerator<{ after: string; until: string | null }> {
    let after = FIRST_ID;
    for (;;) {
      const until = await repository.findEnd(after, size);
      yield { after, until };
      if (until === null) return;
      after = until;
    }
  }

  private resealed(column: SealedColumn, row: SealedRow, broken: string[]): { id: string; old: string; value: string }[] {
    const place = placeOf(column, row);
    try {
      const value =
        column.kind === 'text'
          ? this.reseal(row.value, place)
          : JSON.stringify(replaceSealed(JSON.parse(row.value), sealed => this.reseal(sealed, place)));
      const isOther = column.kind === 'text' ? value !== row.value : value !== JSON.stringify(JSON.parse(row.value));
      return isOther ? [{ id: row.id, old: row.value, value }] : [];
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      broken.push(error.message);
      return [];
    }
  }

  private reseal(sealed: string, place: SealedPlace): string {
    return keyIdOf(sealed) === this.cipher.currentKeyId ? sealed : this.cipher.seal(this.cipher.open(sealed, place), place);
  }
}

function placeOf({ table, column, sealedAs }: SealedColumn, { id, facilityId }: SealedRow): SealedPlace {
  return { table, column: sealedAs ?? column, facilityId, rowId: id };
}
