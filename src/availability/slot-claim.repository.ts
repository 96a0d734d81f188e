import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Announcement } from '../database/invalidations.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { MonthWindow } from './month.js';
import type { ClaimCount } from './slot-days.js';

/** A seat to be claimed: any of `1..seats` that is free. */
export interface SeatWanted {
  id: string;
  facilityId: string;
  calendarId: string;
  startAt: Date;
  seats: number;
  /** When the hospital was asked that offered them: claims that it had confirmed before are counted by it. */
  listedAt: Date;
  holderId: string;
  now: Date;
  /** When it ends by itself; null: never. */
  expiresAt: Date | null;
  /** That a seat is taken, to be told where one is. */
  announcement: Announcement;
}

/** Where a claim is, or was. */
export interface ClaimedSlot {
  calendarId: string;
  startAt: Date;
}

/** One live claim. `confirmedAt`: when the hospital said yes; null while that is open. */
export interface Claim extends ClaimedSlot {
  seat: number;
  holderId: string;
  confirmedAt: Date | null;
}

interface ClaimRow {
  calendar_id: string;
  start_ms: number;
  seat: number;
  holder_id: string;
  confirmed_ms: number | null;
}

/** For so long after a yes somebody may still go by what the hospital listed before it: a copy's memory, or a patient who takes a while. */
const KEPT_MS = 15 * 60_000;
const START_MS = '(extract(epoch from start_at) * 1000)::float8 as start_ms';

/** Not an upsert: that would lock the row of whoever was quicker, and make their confirmation wait for all who were not. */
const TAKE_SEAT = new PreparedStatement<{ is_held: boolean; is_wanted: boolean; is_taken: boolean }>(
  'take-seat',
  `with present as (
     select seat, holder_id, confirmed_at is null or confirmed_at >= $11 as is_counted from slot_claim
     where facility_id = $2 and calendar_id = $3 and start_at = $4 and (expires_at is null or expires_at > $7)
   ), held as (
     select 1 from present where holder_id = $6 and is_counted
   ), wanted as (
     select min(n) as seat from generate_series(1, (select count(*)::int + 1 from present)) n
     where n not in (select seat from present)
     having (select count(*) from present where is_counted) < $5 and not exists (select from held)
   ), taken_over as (
     update slot_claim as ended set holder_id = $6, created_at = $7::timestamptz, expires_at = $10::timestamptz from wanted
     where facility_id = $2 and calendar_id = $3 and start_at = $4 and ended.seat = wanted.seat and ended.expires_at <= $7
     returning pg_notify($8, $9)
   ), inserted as (
     insert into slot_claim (id, facility_id, calendar_id, start_at, seat, holder_id, created_at, expires_at)
     select $1::uuid, $2, $3, $4, seat, $6, $7::timestamptz, $10::timestamptz from wanted where seat is not null
     on conflict (facility_id, calendar_id, start_at, seat) do nothing returning pg_notify($8, $9)
   )
   select exists (select from held) as is_held, exists (select from wanted) as is_wanted,
     exists (select from inserted union all select from taken_over) as is_taken`,
);

const CONFIRM_CLAIMS = new PreparedStatement(
  'confirm-claims',
  `update slot_claim set confirmed_at = $1 where facility_id = $2 and holder_id = $3 and confirmed_at is null returning pg_notify($4, $5)`,
);

const DELETE_COUNTED = new PreparedStatement(
  'delete-counted-claims',
  `delete from slot_claim
   where facility_id = $1 and calendar_id = $2 and start_at < $3
     and ((start_at < $4 and confirmed_at < $4) or (start_at >= $5 and confirmed_at < $6))`,
);

const COUNT = new PreparedStatement<{ start_ms: number; seats: number; until_ms: number | null }>(
  'count-claims',
  `select ${START_MS}, count(*)::int as seats, (extract(epoch from expires_at) * 1000)::float8 as until_ms from slot_claim
   where facility_id = $1 and calendar_id = $2 and start_at >= $3 and start_at < $4 and (confirmed_at is null or confirmed_at >= $5)
   group by start_at, expires_at`,
);

/** All of it takes part in the caller's transaction. */
@Injectable()
export class SlotClaimRepository {
  constructor(private readonly em: EntityManager) {}

  /**
   * Takes the lowest free seat, with the row of a hold that has ended where there is one. `contested`: another took that seat at
   * the same moment, so look again; an insert that meets a row not yet committed waits for it.
   */
  async takeSeat(wanted: SeatWanted): Promise<'taken' | 'held-already' | 'full' | 'contested'> {
    const { id, facilityId, calendarId, startAt, seats, holderId, now, announcement, expiresAt, listedAt } = wanted;
    const place = [id, facilityId, calendarId, startAt, seats, holderId, now];
    const [row] = await TAKE_SEAT.run(this.em, [...place, ...announcement, expiresAt, listedAt]);
    if (row?.is_taken) return 'taken';
    if (row?.is_held) return 'held-already';
    return row?.is_wanted ? 'contested' : 'full';
  }

  /** Marks the holder's open claims as confirmed, and announces it where there are any. */
  async confirm(facilityId: string, holderId: string, now: Date, announcement: Announcement): Promise<void> {
    await CONFIRM_CLAIMS.send(this.em, [now, facilityId, holderId, ...announcement]);
  }

  /** Deletes the holder's claims, or only that of `slot`; those that it deleted. */
  async release(facilityId: string, holderId: string, slot: { calendarId: string | null; startAt: Date } | null): Promise<ClaimedSlot[]> {
    const ofSlot = slot === null ? '' : 'and calendar_id = ? and start_at = ?';
    const rows: ClaimRow[] = await this.em.execute(
      `delete from slot_claim where facility_id = ? and holder_id = ? ${ofSlot} returning calendar_id, ${START_MS}`,
      [facilityId, holderId, ...(slot === null ? [] : [slot.calendarId, slot.startAt])],
    );
    return rows.map(toClaimedSlot);
  }

  /** Deletes what was confirmed before `readAt` and has begun, or was confirmed long before it in the window: the hospital counts them itself. */
  async deleteCounted(em: EntityManager, facilityId: string, calendarId: string, window: MonthWindow, readAt: Date): Promise<void> {
    const longBefore = new Date(readAt.getTime() - KEPT_MS);
    await DELETE_COUNTED.send(em, [facilityId, calendarId, new Date(window.untilMs), readAt, new Date(window.fromMs), longBefore]);
  }

  /** Removes at most `limit` that ended by themselves before `before`; how many it removed. */
  async deleteEnded(before: Date, limit: number): Promise<number> {
    const rows: unknown[] = await this.em.execute(
      'delete from slot_claim where id in (select id from slot_claim where expires_at < ? limit ? for update skip locked) returning 1',
      [before, limit],
    );
    return rows.length;
  }

  /** Those that start from `from` on and before `until` and have not ended by `now`, by start and seat. */
  async find(facilityId: string, calendarId: string, from: Date, until: Date, now: Date): Promise<Claim[]> {
    const rows: ClaimRow[] = await this.em.execute(
      `select calendar_id, ${START_MS}, seat, holder_id, (extract(epoch from confirmed_at) * 1000)::float8 as confirmed_ms
       from slot_claim
       where facility_id = ? and calendar_id = ? and start_at >= ? and start_at < ? and (expires_at is null or expires_at > ?)
       order by start_at, seat`,
      [facilityId, calendarId, from, until, now],
    );
    return rows.map(row => ({
      ...toClaimedSlot(row),
      seat: row.seat,
      holderId: row.holder_id,
      confirmedAt: row.confirmed_ms === null ? null : new Date(row.confirmed_ms),
    }));
  }

  /**
   * Those that an answer of the hospital, asked at `listedAt`, does not count itself; those that have ended by themselves too, as long as
   * their rows are there: `untilMs` says so.
   */
  async count(facilityId: string, calendarId: string, window: MonthWindow, listedAt: Date): Promise<ClaimCount[]> {
    const rows = await COUNT.run(this.em, [facilityId, calendarId, new Date(window.fromMs), new Date(window.untilMs), listedAt]);
    return rows.map(row => ({ startMs: row.start_ms, seats: row.seats, untilMs: row.until_ms ?? Infinity }));
  }
}

function toClaimedSlot(row: ClaimRow): ClaimedSlot {
  return { calendarId: row.calendar_id, startAt: new Date(row.start_ms) };
}
