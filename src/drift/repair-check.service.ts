import { Injectable } from '@nestjs/common';
import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import { ComparedAppointments } from '../appointments/compared-appointments.service.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { differenceOf, fingerprintOf, missingUpstream, unknownHere, type Difference } from './difference-rules.js';
import type { DriftFinding } from './drift-finding.entity.js';
import { windowAt } from './drift-window-rules.js';
import { HospitalListing } from './hospital-listing.service.js';
import type { ListedRow } from './listed-row.js';

/** Of which facility a finding is, and its calendars. */
export interface RepairContext {
  facility: Facility;
  references: CalendarReferences;
}

/** Whether a finding still holds. `unreadable`: the hospital could not be asked. */
export type Checked =
  | { kind: 'holds'; ours: ComparedAppointment | null; row: ListedRow | null; readAt: Date }
  | { kind: 'outdated' }
  | { kind: 'unreadable'; code: string };

/** Looks at a finding once more, right before it is repaired: here first, then at the hospital. */
@Injectable()
export class RepairCheck {
  constructor(
    private readonly appointments: ComparedAppointments,
    private readonly listing: HospitalListing,
    private readonly clock: Clock,
  ) {}

  /** Never throws for what the hospital does. */
  async check({ facility, references }: RepairContext, finding: DriftFinding): Promise<Checked> {
    const { appointmentId, externalId } = finding;
    const ids = appointmentId === null ? { ids: [], externalIds: [externalId] } : { ids: [appointmentId], externalIds: [] };
    const [ours = null] = await this.appointments.read(facility.id, { window: null, ...ids });
    if (ours?.isUnsettled || (ours === null) !== (finding.ours === null)) return { kind: 'outdated' };
    const readAt = this.clock.now();
    try {
      const row = await this.ask({ facility, references }, finding, ours);
      const present = differenceNow(ours, row, references);
      return present && fingerprintOf(present) === finding.fingerprint ? { kind: 'holds', ours, row, readAt } : { kind: 'outdated' };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { kind: 'unreadable', code: error.code };
    }
  }

  private async ask(
    { facility, references }: RepairContext,
    finding: DriftFinding,
    ours: ComparedAppointment | null,
  ): Promise<ListedRow | null> {
    const { theirs, externalId, lastSeenAt } = finding;
    const listed = theirs && (await this.listing.findListed(facility, references, externalId, theirs, windowAt(lastSeenAt)));
    return listed ?? (ours && this.listing.findOurs(facility, references, ours));
  }
}

function differenceNow(ours: ComparedAppointment | null, row: ListedRow | null, references: CalendarReferences): Difference | null {
  const externalIdOf = references.externalIdOf.bind(references);
  if (ours === null) return row && unknownHere(row);
  if (row === null) return missingUpstream(ours, externalIdOf);
  const difference = differenceOf(ours, row, externalIdOf);
  return difference === 'stale' ? null : difference;
}
