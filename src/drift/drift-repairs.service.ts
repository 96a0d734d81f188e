import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { mapBounded } from '../availability/bounded.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { DriftFinding } from './drift-finding.entity.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DriftRepair } from './drift-repair.service.js';
import type { DriftRepairsDto, RepairDriftDto } from './drift-repairs.dto.js';
import { DriftRunRepository } from './drift-run.repository.js';
import { DriftDecisionRefusedError, DriftFindingNotFoundError, DriftNotRepairableError } from './drift.errors.js';
import { changesAppointment, notRepairableCode, problemOf, type Decision } from './repair-rules.js';

/** The hospital is asked about each; so many beside each other. */
const AT_ONCE = 4;
/** What was not begun by then stays open: the caller sends the rest again. */
const LONGEST_MS = 20_000;

/** What a person decides about findings, done one by one: one that fails holds up no other. */
@Injectable()
export class DriftRepairsService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
    private readonly one: DriftRepair,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `FacilityNotFoundError`, `FacilityInactiveError`, `DriftFindingNotFoundError`, `DriftDecisionRefusedError`,
   * `DriftNotRepairableError`: then nothing was done.
   */
  async repair(caller: Caller, facilityId: string, { repairs, reason = null }: RepairDriftDto): Promise<DriftRepairsDto> {
    const facility = await this.facilities.getActive(caller, facilityId);
    const found = await this.find(
      facilityId,
      repairs.map(repair => repair.findingId),
    );
    const decisions = repairs.map(({ findingId, action }): Decision & { finding: DriftFinding } => {
      const finding = found.get(findingId.toLowerCase());
      if (!finding) throw new DriftFindingNotFoundError(findingId);
      return { findingId: finding.id, kind: finding.kind, action, finding };
    });
    const problem = problemOf(decisions, reason);
    if (problem) throw new DriftDecisionRefusedError(problem.code, problem.findingId);
    if (decisions.some(({ action }) => changesAppointment(action))) await this.assertRepairable(facilityId);

    const context = { facility, references: await this.calendars.references(facility) };
    const endMs = this.clock.monotonicMs() + LONGEST_MS;
    const data = await mapBounded(decisions, AT_ONCE, async ({ finding, action }) => {
      if (this.clock.monotonicMs() < endMs) return this.one.repair(context, finding, { action, reason, by: caller.keyId });
      return { findingId: finding.id, status: finding.status, code: 'not-reached', appointmentId: finding.appointmentId };
    });
    return { data };
  }

  private async find(facilityId: string, ids: readonly string[]): Promise<ReadonlyMap<string, DriftFinding>> {
    const rows = await this.findings.findMany(facilityId, ids);
    return new Map(rows.map(finding => [finding.id, finding]));
  }

  private async assertRepairable(facilityId: string): Promise<void> {
    const code = notRepairableCode(await this.runs.findLatestFinished(facilityId));
    if (code !== null) throw new DriftNotRepairableError(code);
  }
}
