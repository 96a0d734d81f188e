import { Injectable } from '@nestjs/common';
import { EntityManager, raw, type FilterQuery } from '@mikro-orm/postgresql';
import { firstIdOf } from '../common/ids.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { AuditEntry } from './audit-entry.entity.js';

/** Which entries: all that hold. */
export interface AuditSearch {
  keyId: string | null;
  contactId: string | null;
  action: string | null;
  /** From here on, and before. */
  from: Date | null;
  until: Date | null;
}

/** An entry with the reason as it was given. */
export type ReadAuditEntry = Omit<AuditEntry, 'reasonSealed'> & { reason: string | null };

/** The entries that tell of a patient. */
const TELLING = 'select entry_id from audit_contact where facility_id = ? and contact_id = ?';

/** Looks things up in the log. */
@Injectable()
export class AuditLogService {
  constructor(
    private readonly em: EntityManager,
    private readonly cipher: FieldCipher,
  ) {}

  /** Newest first, those before `beforeId`; one more than `limit`, where there is one. */
  async find(facilityId: string, search: AuditSearch, beforeId: string | null, limit: number): Promise<ReadAuditEntry[]> {
    const { keyId, contactId, action, from, until } = search;
    const conditions: FilterQuery<AuditEntry>[] = [{ facilityId }];
    if (beforeId !== null) conditions.push({ id: { $lt: beforeId } });
    if (keyId !== null) conditions.push({ actorId: keyId });
    if (action !== null) conditions.push({ action });
    if (contactId !== null) conditions.push({ [raw(alias => `${alias}.id in (${TELLING})`, [facilityId, contactId])]: [] });
    if (from !== null) conditions.push({ id: { $gte: firstIdOf(from) } });
    if (until !== null) conditions.push({ id: { $lt: firstIdOf(until) } });
    const rows = await this.em.find(AuditEntry, { $and: conditions }, { orderBy: { id: 'desc' }, limit: limit + 1 });
    return rows.map(({ reasonSealed, ...row }) => ({ ...row, reason: this.opened(row, reasonSealed) }));
  }

  private opened({ facilityId, id }: Pick<AuditEntry, 'facilityId' | 'id'>, sealed: string | null): string | null {
    return this.cipher.openOptional(sealed, { table: 'audit_entry', column: 'reason_sealed', facilityId, rowId: id });
  }
}
