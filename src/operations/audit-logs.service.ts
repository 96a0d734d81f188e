import { Injectable } from '@nestjs/common';
import { AuditLogService, type AuditSearch } from '../audit/audit-log.service.js';
import type { Caller } from '../auth/scope.js';
import { cursorId, pageOf } from '../common/paging.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { toAuditEntryDto, type AuditEntryDto, type AuditLogPageDto, type AuditLogQuery } from './audit-log.dto.js';

const NO_SEARCH: AuditSearch = { keyId: null, contactId: null, action: null, from: null, until: null };

/** The audit log of a facility, for whoever administers it. */
@Injectable()
export class AuditLogsService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly log: AuditLogService,
  ) {}

  /** Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: AuditLogQuery): Promise<AuditLogPageDto> {
    const { id } = await this.facilities.get(caller, facilityId);
    const search = {
      keyId: query.keyId ?? null,
      contactId: query.contactId ?? null,
      action: query.action ?? null,
      from: query.from === undefined ? null : instantOf(query.from, 'from'),
      until: query.to === undefined ? null : instantOf(query.to, 'to'),
    };
    return pageOf(await this.log.find(id, search, cursorId(query), query.limit), query.limit, toAuditEntryDto);
  }

  /** Entries that concern any of the contacts, newest first. The caller must be known to administer the facility. */
  async ofContacts(facilityId: string, contactIds: readonly string[], limit: number): Promise<AuditEntryDto[]> {
    const found = await Promise.all(contactIds.map(contactId => this.log.find(facilityId, { ...NO_SEARCH, contactId }, null, limit)));
    const entries = new Map(found.flat().map(entry => [entry.id, toAuditEntryDto(entry)]));
    return [...entries.values()].sort((one, other) => (one.id > other.id ? -1 : 1)).slice(0, limit);
  }
}
