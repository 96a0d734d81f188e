import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { ComparedAppointment } from './compared-appointment.js';

/** Which appointments; each of the three adds to the others. */
export interface ComparedQuestion {
  /** `from` ≤ start < `to`. */
  window: { from: Date; to: Date } | null;
  externalIds: readonly string[];
  /** The hub's. */
  ids: readonly string[];
}

type Times = 'startAt' | 'updatedAt' | 'rescheduledAt' | 'canceledAt';
type ComparedRow = Omit<ComparedAppointment, Times> & Record<Times, number | null>;

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const LAST_YES = (kind: string): string =>
  `(select ${MS('max(t.sent_at)')} from upstream_attempt t
    where t.facility_id = a.facility_id and t.appointment_id = a.id and t.kind = '${kind}' and t.outcome = 'yes')`;

const COMPARED = new PreparedStatement<ComparedRow>(
  'compared-appointments',
  `select a.id, a.external_id as "externalId", a.status, ${MS('a.start_at')} as "startAt", a.calendar_id as "calendarId",
     a.patient_id as "patientId", a.temporary_patient_id as "temporaryPatientId", ${MS('a.updated_at')} as "updatedAt", a.version,
     (a.status = 'PENDING' or a.pending_change is not null) as "isUnsettled", a.stamps,
     ${LAST_YES('reschedule')} as "rescheduledAt", ${LAST_YES('cancel')} as "canceledAt"
   from appointment a where a.facility_id = $1 and a.id in (
     select id from appointment where facility_id = $1 and start_at >= $2 and start_at < $3
     union select id from appointment where facility_id = $1 and external_id = any($4::text[])
     union select id from appointment where facility_id = $1 and id = any($5::uuid[]))`,
);

/** The hub's own side of a comparison with what a hospital lists. */
@Injectable()
export class ComparedAppointments {
  constructor(private readonly em: EntityManager) {}

  /** As they stand now, in no order. */
  async read(facilityId: string, { window, externalIds, ids }: ComparedQuestion): Promise<ComparedAppointment[]> {
    const rows = await COMPARED.run(this.em, [facilityId, window?.from ?? null, window?.to ?? null, [...externalIds], [...ids]]);
    return rows.map(row => ({
      ...row,
      startAt: dateOf(row.startAt),
      updatedAt: new Date(row.updatedAt ?? 0),
      rescheduledAt: dateOf(row.rescheduledAt),
      canceledAt: dateOf(row.canceledAt),
    }));
  }
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
