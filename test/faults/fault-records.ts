import type { FaultHub } from './fault-hub.js';

export interface AppointmentRow {
  id: string;
  facilityId: string;
  status: string;
  externalId: string | null;
  needsReview: boolean;
  revision: number;
}

/** A call of unknown outcome, and what made it known. */
export interface OutcomeRow {
  appointmentId: string;
  facilityId: string;
  sinceMs: number;
  /** When a person was asked; what told it after that has ended it. */
  flaggedMs: number | null;
  endedMs: number | null;
  endedBy: string | null;
}

export interface MessageRow {
  appointmentId: string;
  kind: string;
  status: string;
}

/** When it was known, or a person's. */
export function knownMs({ endedBy, flaggedMs, endedMs }: OutcomeRow): number | null {
  return endedBy === 'needs-review' ? (flaggedMs ?? endedMs) : endedMs;
}

/** All that the hub has at the end. */
export interface FaultRecords {
  appointments: AppointmentRow[];
  outcomes: OutcomeRow[];
  messages: MessageRow[];
  /** Appointments that hold a seat, though what they asked for is decided. */
  leftClaims: string[];
  /** By appointment: the revision that the feed told last. */
  fed: Map<string, number>;
  /** As the API shows those that were answered 202. */
  shown: Map<string, { status: string; appointmentId: string | null; needsReview: boolean; revision: number }>;
}

export async function readFaultRecords(hub: FaultHub, facilityIds: readonly string[], pending: readonly string[]): Promise<FaultRecords> {
  const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
  const fed = new Map<string, number>();
  for (const facilityId of facilityIds) await readFeed(hub, facilityId, fed);
  const shown: FaultRecords['shown'] = new Map();
  for (const id of pending) {
    const { status, body } = await hub.call('GET', `/appointments/${id}`);
    if (status === 200) shown.set(id, body as NonNullable<ReturnType<FaultRecords['shown']['get']>>);
  }
  return {
    appointments: await hub.sql(
      `select id, facility_id as "facilityId", status, external_id as "externalId", needs_review as "needsReview", revision from appointment`,
    ),
    outcomes: await hub.sql(
      `select appointment_id as "appointmentId", facility_id as "facilityId", ${ms('since')} as "sinceMs", ${ms('flagged_at')} as "flaggedMs",
         ${ms('coalesce(ended_at, flagged_at)')} as "endedMs",
         coalesce(ended_by, case when flagged_at is not null then 'needs-review' end) as "endedBy" from unknown_outcome`,
    ),
    messages: await hub.sql(`select appointment_id as "appointmentId", kind, status from notification`),
    leftClaims: (
      await hub.sql<{ id: string }>(
        `select a.id from slot_claim c join appointment a on a.id = c.holder_id
         where c.confirmed_at is null and (a.status <> 'PENDING' or a.needs_review)`,
      )
    ).map(({ id }) => id),
    fed,
    shown,
  };
}

async function readFeed(hub: FaultHub, facilityId: string, fed: FaultRecords['fed']): Promise<void> {
  for (let after = ''; ;) {
    const { body } = await hub.call('GET', `/events?facilityId=${facilityId}&limit=200${after}`);
    const { data, nextCursor } = body as { data: { appointmentId: string | null; revision: number | null }[]; nextCursor: string };
    for (const { appointmentId, revision } of data) if (appointmentId !== null) fed.set(appointmentId, revision ?? 0);
    if (data.length === 0) return;
    after = `&after=${encodeURIComponent(nextCursor)}`;
  }
}
