import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { StoredSlot } from './availability-snapshot.entity.js';
import type { MonthKey } from './month-key.js';
import type { OfferedSlot } from './slot-days.js';

export interface Snapshot {
  slots: OfferedSlot[];
  fetchedAt: Date;
}

/** Read since the facility's scheduler, zone and default type are what they are. */
const OF_MONTH = `facility_id = $1 and calendar_id = $2 and appointment_type_id = $3 and month = $4
  and fetched_at >= (select offers_changed_at from facility where facility.id = availability_snapshot.facility_id)`;
const FETCHED_MS = '(extract(epoch from fetched_at) * 1000)::float8 as fetched_ms';

/** Slots that are the same as before are not written anew: they can be 100 kB. */
const SAVE = new PreparedStatement(
  'save-snapshot',
  `insert into availability_snapshot as present (id, facility_id, calendar_id, appointment_type_id, month, slots, fetched_at)
   values ($1, $2, $3, $4, $5, $6::jsonb, $7)
   on conflict (facility_id, calendar_id, appointment_type_id, month) do update set
     fetched_at = excluded.fetched_at,
     slots = case when present.slots = excluded.slots then present.slots else excluded.slots end
   where present.fetched_at <= excluded.fetched_at`,
);

const DELETE_BEFORE = new PreparedStatement(
  'delete-snapshots-before',
  `delete from availability_snapshot where facility_id = $1 and calendar_id = $2 and appointment_type_id = $3 and month < $4`,
);

const FIND = new PreparedStatement<{ slots: StoredSlot[]; fetched_ms: number }>(
  'find-snapshot',
  `select slots, ${FETCHED_MS} from availability_snapshot where ${OF_MONTH}`,
);

const FIND_SLOT = new PreparedStatement<{ slot: StoredSlot | null; fetched_ms: number }>(
  'find-slot',
  `select jsonb_path_query_first(slots, '$[*] ? (@.s == $start)', $5::jsonb) as slot, ${FETCHED_MS}
   from availability_snapshot where ${OF_MONTH}`,
);

/** What the hospital offered when it was last asked, before any claim is subtracted. */
@Injectable()
export class AvailabilitySnapshotRepository {
  constructor(private readonly em: EntityManager) {}

  /** An older read never replaces a newer one. */
  async save(em: EntityManager, id: string, key: MonthKey, { slots, fetchedAt }: Snapshot): Promise<void> {
    const stored = slots.map((slot): StoredSlot => ({ s: slot.startMs, e: slot.endMs, n: slot.seats }));
    await SAVE.send(em, [id, ...columnsOf(key), JSON.stringify(stored), fetchedAt]);
  }

  /** Drops the months of the calendar and type before `month`: nobody asks for them again. */
  async deleteBefore(em: EntityManager, key: MonthKey, month: string): Promise<void> {
    await DELETE_BEFORE.send(em, [key.facilityId, key.calendarId, key.appointmentTypeId, month]);
  }

  async find(key: MonthKey): Promise<Snapshot | null> {
    const [row] = await FIND.run(this.em, columnsOf(key));
    return row ? { slots: row.slots.map(toOfferedSlot), fetchedAt: new Date(row.fetched_ms) } : null;
  }

  /** The one slot that starts at `start`, without reading the whole month; null where the month was never read. */
  async findSlot(key: MonthKey, start: Date): Promise<{ slot: OfferedSlot | null; fetchedAt: Date } | null> {
    const [row] = await FIND_SLOT.run(this.em, [...columnsOf(key), JSON.stringify({ start: start.getTime() })]);
    return row ? { slot: row.slot && toOfferedSlot(row.slot), fetchedAt: new Date(row.fetched_ms) } : null;
  }
}

function columnsOf(key: MonthKey): string[] {
  return [key.facilityId, key.calendarId, key.appointmentTypeId, key.month];
}

function toOfferedSlot(stored: StoredSlot): OfferedSlot {
  return { startMs: stored.s, endMs: stored.e, seats: stored.n };
}
