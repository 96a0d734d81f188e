import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { WebhookEvent } from './webhook-event.entity.js';

type StoredEvent = Pick<WebhookEvent, 'id' | 'facilityId' | 'identity' | 'flags' | 'appointmentId' | 'traceparent'> & {
  bodySealed: string;
  isHeld: boolean;
  /** Nobody has looked at it yet. */
  isNew: boolean;
  receivedAt: string;
  heldUntil: string | null;
};

/** What of an event in the inbox is read to apply it. */
export type UndecidedEvent = Omit<StoredEvent, 'receivedAt' | 'heldUntil'> & { receivedAt: Date; heldUntil: Date | null };

const COLUMNS = `id, facility_id as "facilityId", identity, flags, appointment_id as "appointmentId", body_sealed as "bodySealed",
     outcome = 'held' as "isHeld", outcome = 'pending' and type is null as "isNew", received_at as "receivedAt", held_until as "heldUntil",
     traceparent`;

const WITH_BODY = new PreparedStatement<StoredEvent>(
  'event-with-body',
  `select ${COLUMNS} from webhook_event where facility_id = $1 and id = $2 and body_sealed is not null`,
);

const UNDECIDED = new PreparedStatement<StoredEvent>(
  'undecided-events',
  `select ${COLUMNS}
   from webhook_event
   where facility_id = any($1::uuid[]) and id = any($2::uuid[]) and outcome in ('pending', 'held') and body_sealed is not null
   order by id`,
);

@Injectable()
export class ReceivedEventsRepository {
  constructor(private readonly em: EntityManager) {}

  /** Those that are not decided yet, oldest first. One whose body is gone is left out. Not locked. */
  async findUndecided(facilityIds: readonly string[], ids: readonly string[]): Promise<UndecidedEvent[]> {
    return (await UNDECIDED.run(this.em, [facilityIds, ids])).map(toEvent);
  }

  /** Whatever became of it; null: its body is gone. */
  async findWithBody(facilityId: string, id: string): Promise<UndecidedEvent | null> {
    const [row] = await WITH_BODY.run(this.em, [facilityId, id]);
    return row ? toEvent(row) : null;
  }
}

function toEvent(row: StoredEvent): UndecidedEvent {
  const { receivedAt, heldUntil } = row;
  return { ...row, receivedAt: new Date(receivedAt), heldUntil: heldUntil === null ? null : new Date(heldUntil) };
}
