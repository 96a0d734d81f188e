import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { cursorId, pageOf } from '../common/paging.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DriftRunRepository } from './drift-run.repository.js';
import { toDriftFindingDto, toDriftRunDto } from './drift.mapper.js';
import type { DriftQuery, DriftReportDto } from './drift.dto.js';
import { notRepairableCode } from './repair-rules.js';

/** What is known of how a facility's appointments differ from what its hospital lists. The hospital is not asked. */
@Injectable()
export class DriftReportService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
    private readonly cipher: FieldCipher,
  ) {}

  /** Findings newest first. Throws `FacilityNotFoundError`. */
  async report(caller: Caller, facilityId: string, query: DriftQuery): Promise<DriftReportDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const { timezone } = facility;
    const run = await this.runs.findLatest(facilityId);
    const code = notRepairableCode(await this.runs.findLatestFinished(facilityId));
    const filter = { status: query.status ?? 'open', kind: query.kind } as const;
    const rows = await this.findings.page(facilityId, filter, cursorId(query), query.limit);
    const context = { timezone, references: await this.calendars.references(facility), cipher: this.cipher, notRepairableCode: code };
    const page = pageOf(rows, query.limit, finding => toDriftFindingDto(finding, context));
    return { run: run && toDriftRunDto(run, timezone), isRepairable: code === null, ...page };
  }
}
