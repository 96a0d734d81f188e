import type { CalendarReferences } from '../calendars/calendar-references.js';
import { isoInZone } from '../common/zoned-time.js';
import type { FieldCipher, SealedPlace } from '../crypto/field-cipher.js';
import type { DriftFinding } from './drift-finding.entity.js';
import type { DriftRun } from './drift-run.entity.js';
import type { DriftSide } from './drift-state.js';
import type { DriftFindingDto, DriftRunDto, DriftSideDto } from './drift.dto.js';

/** What a report's page is shown with. */
export interface ReportContext {
  /** The facility's. */
  timezone: string;
  references: CalendarReferences;
  cipher: FieldCipher;
  /** null: what was found can be repaired. */
  notRepairableCode: string | null;
}

export function reasonPlaceOf({ id, facilityId }: Pick<DriftFinding, 'id' | 'facilityId'>): SealedPlace {
  return { table: 'drift_finding', column: 'reason_sealed', facilityId, rowId: id };
}

export function toDriftRunDto(run: DriftRun, timezone: string): DriftRunDto {
  const { id, status, compared, skipped, listed, code, message } = run;
  const finishedAt = run.finishedAt && isoInZone(run.finishedAt, timezone);
  return { id, status, startedAt: isoInZone(run.startedAt, timezone), finishedAt, compared, skipped, listed, code, message };
}

export function toDriftFindingDto(finding: DriftFinding, context: ReportContext): DriftFindingDto {
  const { id, kind, status, appointmentId, externalId } = finding;
  const { timezone, references, cipher } = context;
  const code = status === 'open' ? context.notRepairableCode : `finding-${status}`;
  return {
    id,
    kind,
    status,
    appointmentId,
    externalId,
    ours: finding.ours && toSideDto(finding.ours, references),
    theirs: finding.theirs && toSideDto(finding.theirs, references),
    isRepairable: code === null,
    notRepairableCode: code,
    firstSeenAt: isoInZone(finding.firstSeenAt, timezone),
    lastSeenAt: isoInZone(finding.lastSeenAt, timezone),
    closedAt: finding.closedAt && isoInZone(finding.closedAt, timezone),
    reason: cipher.openOptional(finding.reasonSealed, reasonPlaceOf(finding)),
  };
}

function toSideDto({ status, start, calendarId, calendarExternalId }: DriftSide, references: CalendarReferences): DriftSideDto {
  return { status, start: start && isoInZone(new Date(start), references.timezoneOf(calendarExternalId)), calendarId };
}
