import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { countAtMost } from '../database/at-most.js';
import type { Announcement } from '../database/invalidations.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { HeldSlot } from './slot-hold-rules.js';

export interface NewHold extends HeldSlot {
  id: string;
  facilityId: string;
  keyId: string;
  createdAt: Date;
  expiresAt: Date;
}

/** A hold as it is found. `appointmentId`: the booking that has used it, or null. */
export interface FoundHold extends HeldSlot {
  appointmentId: string | null;
}

/** A booking that takes a hold's seat. */
export interface HoldUse {
  id: string;
  facilityId: string;
  appointmentId: string;
  now: Date;
  /** That the seat is the booking's, to be told where it becomes so. */
  announcement: Announcement;
}

interface HoldRow {
  calendar_id: string;
  appointment_type_id: string;
  start_ms: number;
  appointment_id: string | null;
}

const COLUMNS = 'calendar_id, appointment_type_id, (extract(epoch from start_at) * 1000)::float8 as start_ms, appointment_id';

const LOCK_HOLDS = new PreparedStatement('lock-holds', 'select pg_advisory_xact_lock(hashtextextended($1, 2))');

const COUNT_OPEN = new PreparedStatement<{ open: number }>(
  'count-open-holds',
  `select count(*)::int as open from slot_hold
   where facility_id = $1 and key_id = $2 and expires_at > $3 and appointment_id is null`,
);

const INSERT = new PreparedStatement(
  'insert-hold',
  `insert into slot_hold (id, facility_id, calendar_id, appointment_type_id, start_at, key_id, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

const USE = new PreparedStatement<HoldRow>(
  'use-hold',
  `with hold as materialized (
     select id, calendar_id, appointment_type_id, start_at, appointment_id from slot_hold where id = $1 and facility_id = $2 for update
   ), used as (
     update slot_hold set appointment_id = $3 from hold where slot_hold.id = hold.id and hold.appointment_id is null
   ), seated as (
     update slot_claim set holder_id = $3, expires_at = null from hold
     where slot_claim.facility_id = $2 and slot_claim.holder_id = hold.id and slot_claim.expires_at > $4 and hold.appointment_id is null
     returning pg_notify($5, $6)
   )
   select ${COLUMNS} from hold`,
);

/** All of it takes part in the caller's transaction. */
@Injectable()
export class SlotHoldRepository {
  constructor(private readonly em: EntityManager) {}

  /** Until the end of the transaction nobody else places a hold by this key in this facility. */
  async lock(facilityId: string, keyId: string): Promise<void> {
    await LOCK_HOLDS.run(this.em, [`${facilityId}|${keyId}`]);
  }

  async countOpen(facilityId: string, keyId: string, now: Date): Promise<number> {
    const [row] = await COUNT_OPEN.run(this.em, [facilityId, keyId, now]);
    return row?.open ?? 0;
  }

  async insert({ id, facilityId, calendarId, appointmentTypeId, startAt, keyId, createdAt, expiresAt }: NewHold): Promise<void> {
    await INSERT.send(this.em, [id, facilityId, calendarId, appointmentTypeId, startAt, keyId, createdAt, expiresAt]);
  }

  /**
   * Marks the hold as used and makes its seat, while it lasts, the appointment's; the hold as it was before, null where there is
   * none. One that was used already, or is just being used, stays as it is. Whether it is the right one, the caller has to judge.
   */
  async use({ id, facilityId, appointmentId, now, announcement }: HoldUse): Promise<FoundHold | null> {
    const [row] = await USE.run(this.em, [id, facilityId, appointmentId, now, ...announcement]);
    return row ? toFound(row) : null;
  }

  async findLocked(facilityId: string, id: string): Promise<FoundHold | null> {
    const rows: HoldRow[] = await this.em.execute(`select ${COLUMNS} from slot_hold where id = ? and facility_id = ? for update`, [
      id,
      facilityId,
    ]);
    return rows[0] ? toFound(rows[0]) : null;
  }

  async delete(facilityId: string, id: string): Promise<void> {
    await this.em.execute('delete from slot_hold where id = ? and facility_id = ?', [id, facilityId]);
  }

  /** Of all facilities, `MOST_COUNTED` at most. */
  async countAllOpen(now: Date): Promise<number> {
    const [row]: { open: number }[] = await this.em.execute(
      `select ${countAtMost('slot_hold where expires_at > ? and appointment_id is null')} as open`,
      [now],
    );
    return row?.open ?? 0;
  }

  /** Removes at most `limit` that ended before `before`; how many it removed. */
  async deleteEnded(before: Date, limit: number): Promise<number> {
    const rows: unknown[] = await this.em.execute(
      'delete from slot_hold where id in (select id from slot_hold where expires_at < ? limit ? for update skip locked) returning 1',
      [before, limit],
    );
    return rows.length;
  }
}

function toFound(row: HoldRow): FoundHold {
  const { calendar_id: calendarId, appointment_type_id: appointmentTypeId, appointment_id: appointmentId } = row;
  return { calendarId, appointmentTypeId, startAt: new Date(row.start_ms), appointmentId };
}
