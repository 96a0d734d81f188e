import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';

/** An appointment whose reminder is due. */
export interface DueReminder {
  facilityId: string;
  appointmentId: string;
  contactId: string;
  revision: number;
  start: Date;
  minutesBefore: number;
}

/** Whose moment came longer ago, because no copy of the hub was up, are reminded no more. */
const LATEST = '1 hour';
/** As `occasionOfReminder` spells it. */
const OCCASION = `'reminder:' || r."minutesBefore" || ':' || to_char(a.start_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

@Injectable()
export class RemindersRepository {
  constructor(private readonly em: EntityManager) {}

  /**
   * At most `limit`, of all facilities that remind: whose moment has come, had not passed already when the appointment was made or
   * moved, and that are not in the ledger yet.
   */
  async due(now: Date, limit: number): Promise<DueReminder[]> {
    const rows = await this.em.execute<(Omit<DueReminder, 'start'> & { start: Date | string })[]>(
      `select a.facility_id as "facilityId", a.id as "appointmentId", a.contact_id as "contactId", a.revision, a.start_at as start,
         r."minutesBefore"
       from facility f
       cross join lateral jsonb_to_recordset(f.notifications -> 'reminders') as r ("minutesBefore" int)
       join appointment a on a.facility_id = f.id and a.status = 'SCHEDULED' and a.start_at > ?::timestamptz
         and a.start_at <= ?::timestamptz + r."minutesBefore" * interval '1 minute'
         and a.start_at > ?::timestamptz + r."minutesBefore" * interval '1 minute' - interval '${LATEST}'
       where f.status <> 'inactive' and f.notifications -> 'reminders' <> '[]'
         and a.review_reason is distinct from 'order-uncertain'
         and a.start_at - r."minutesBefore" * interval '1 minute' > (
           select max(e.at) from appointment_event e
           where e.facility_id = a.facility_id and e.appointment_id = a.id and e.type in ('booked', 'rescheduled')
         )
         and not exists (
           select from notification n where n.facility_id = a.facility_id and n.appointment_id = a.id and n.occasion = ${OCCASION}
         )
       limit ?`,
      [now, now, now, limit],
    );
    return rows.map(row => ({ ...row, start: new Date(row.start) }));
  }
}
