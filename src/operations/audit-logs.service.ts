import { Injectable } from '@nestjs/common';
import { AuditLogService } from '../audit/audit-log.service.js';
import type { Caller } from '../auth/scope.js';
import { cursorId, pageOf } from '../common/paging.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { toAuditEntryDto, type AuditLogPageDto, type AuditLogQuery } from './audit-log.dto.js';

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
}
