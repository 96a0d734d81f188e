import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { DriftFinding } from './drift-finding.entity.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { reasonPlaceOf } from './drift.mapper.js';
import type { DriftRepairResultDto } from './drift-repairs.dto.js';
import type { FindingStatus } from './drift-state.js';
import { RepairCheck, type RepairContext } from './repair-check.service.js';
import { repairEvent, type RepairQuestion } from './repair-event-rules.js';
import { changesAppointment, type RepairAction } from './repair-rules.js';

/** Who decides what about one finding. */
export interface RepairOrder {
  action: RepairAction;
  reason: string | null;
  /** The API key. */
  by: string;
}

/** One finding, and what a person has decided about it, done. */
@Injectable()
export class DriftRepair {
  constructor(
    private readonly em: EntityManager,
    private readonly check: RepairCheck,
    private readonly events: HospitalEventsService,
    private readonly findings: DriftFindingRepository,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** `finding`: as it was read. One that was closed stays as it is. Never throws for what the hospital does. */
  async repair(context: RepairContext, finding: DriftFinding, order: RepairOrder): Promise<DriftRepairResultDto> {
    if (finding.status !== 'open') return resultOf(finding);
    if (!changesAppointment(order.action)) return this.closing(finding, order, () => Promise.resolve('dismissed'));
    const checked = await this.check.check(context, finding);
    switch (checked.kind) {
      case 'unreadable':
        return resultOf(finding, checked.code);
      case 'outdated':
        return this.closing(finding, order, () => Promise.resolve('outdated'));
      case 'holds': {
        const reason = order.action === 'cancel' ? order.reason : null;
        return this.apply(context, finding, order, {
          ...checked,
          findingId: finding.id,
          kind: finding.kind,
          externalId: finding.externalId,
          reason,
        });
      }
    }
  }

  /** By the rule of the hospital's webhooks: what it changes, the timeline, the message and the finding are one transaction. */
  private async apply(
    { facility, references }: RepairContext,
    finding: DriftFinding,
    order: RepairOrder,
    question: RepairQuestion,
  ): Promise<DriftRepairResultDto> {
    const { event, listed } = repairEvent(question);
    const given = { event, listed, isLastChance: false, isRepeat: false, compared: { version: question.ours?.version ?? null } };
    return this.closing(finding, order, async (em, locked) => {
      const [result] = await this.events.apply(em, facility, references, [given]);
      if (result?.outcome === 'held') return { code: result.reason };
      if (result?.outcome !== 'applied') return 'outdated';
      locked.appointmentId = result.appointmentId;
      return 'repaired';
    });
  }

  /** Closes the finding as `decide` says, under its lock; one that is not open any more is left as it is. `code`: why it stays open. */
  private async closing(
    finding: DriftFinding,
    { reason, by }: RepairOrder,
    decide: (em: EntityManager, locked: DriftFinding) => Promise<Exclude<FindingStatus, 'open'> | { code: string | null }>,
  ): Promise<DriftRepairResultDto> {
    return this.em.transactional(
      async em => {
        const locked = await this.findings.getLocked(em, finding);
        if (locked.status !== 'open') return resultOf(locked);
        const decided = await decide(em, locked);
        if (typeof decided === 'object') return resultOf(locked, decided.code);
        const reasonSealed = this.cipher.sealOptional(reason, reasonPlaceOf(locked));
        Object.assign(locked, { status: decided, closedAt: this.clock.now(), closedBy: by, reasonSealed });
        return resultOf(locked, decided === 'outdated' ? 'finding-outdated' : null);
      },
      { clear: true },
    );
  }
}

/** `code`: of one that was closed before, that it was. */
function resultOf(
  { id, status, appointmentId }: DriftFinding,
  code: string | null = status === 'open' ? null : `finding-${status}`,
): DriftRepairResultDto {
  return { findingId: id, status, code, appointmentId };
}
