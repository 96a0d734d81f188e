import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { ResolvedBy } from './resolution-state.js';
import { UnknownOutcome } from './unknown-outcome.entity.js';
import type { AttemptKind } from './upstream-attempt.entity.js';

/** What names an outcome that is looked for. */
export interface OutcomeKey {
  facilityId: string;
  attemptId: string;
}

/** A call whose process died before it noted what came of it. */
export interface LostAttempt {
  id: string;
  facilityId: string;
  appointmentId: string;
  kind: AttemptKind;
  sentAt: Date;
  deadlineAt: Date;
}

type LostRow = Omit<LostAttempt, 'sentAt' | 'deadlineAt'> & { sentMs: number; deadlineMs: number };

/** What is waiting now, of one kind. `oldestMs`: when the first of them was sent. */
export interface OutcomeBacklog {
  kind: AttemptKind;
  count: number;
  oldestMs: number;
}

/** Whoever has taken one to look at it, and dies, is given up after this. */
const LEASE_MS = 12_000;
/** A job that was sent and has not begun by then is sent again. */
const QUEUED_MS = 10_000;

const NOTE = new PreparedStatement(
  'note-unknown-outcome',
  `insert into unknown_outcome (attempt_id, facility_id, appointment_id, kind, since, until_at, revision, next_look_at, looks)
   select t.id, t.facility_id, t.appointment_id, t.kind, t.sent_at, $3::timestamptz, a.revision, t.deadline_at, 0
   from upstream_attempt t join appointment a on a.id = t.appointment_id
   where t.facility_id = $1 and t.id = $2
   on conflict (attempt_id) do nothing`,
);

const FIND_LOST = new PreparedStatement<LostRow>(
  'find-lost-attempts',
  `select t.id, t.facility_id as "facilityId", t.appointment_id as "appointmentId", t.kind,
     (extract(epoch from t.sent_at) * 1000)::float8 as "sentMs", (extract(epoch from t.deadline_at) * 1000)::float8 as "deadlineMs"
   from upstream_attempt t join appointment a on a.id = t.appointment_id
   where (t.outcome is null or t.outcome = 'unknown') and t.deadline_at < $1
     and case t.kind when 'book' then a.status = 'PENDING' else a.pending_change ->> 'attemptId' = t.id::text end
     and not exists (
       select from unknown_outcome o where o.facility_id = t.facility_id and o.appointment_id = t.appointment_id
         and (o.attempt_id = t.id or (t.kind = 'book' and o.kind = 'book')))
   order by t.id limit $2`,
);

/** SQL for `DueLooks`: `takeDue` would find some. */
export const IS_OUTCOME_DUE = `exists (
  select from unknown_outcome
  where ended_at is null and next_look_at <= $1 and (queued_at is null or queued_at < $1 - interval '${QUEUED_MS} milliseconds')
)`;

const TAKE_DUE = new PreparedStatement<OutcomeKey>(
  'take-due-outcomes',
  `update unknown_outcome set queued_at = $1 where attempt_id in (
     select attempt_id from unknown_outcome
     where ended_at is null and next_look_at <= $1 and (queued_at is null or queued_at < $2)
     order by next_look_at limit $3 for update skip locked)
   returning facility_id as "facilityId", attempt_id as "attemptId"`,
);

const CLAIM = new PreparedStatement<{ looks: number }>(
  'claim-outcome',
  `update unknown_outcome set looks = looks + 1, queued_at = null, next_look_at = $3
   where facility_id = $1 and attempt_id = $2 and ended_at is null and next_look_at <= $4 returning looks`,
);

const LOCK_MINE = new PreparedStatement<{ id: string }>(
  'lock-outcome',
  `select attempt_id as id from unknown_outcome where facility_id = $1 and attempt_id = $2 and looks = $3 and ended_at is null for update`,
);

const SAVE = new PreparedStatement(
  'save-look',
  `update unknown_outcome set next_look_at = $4, absent_at = $5, free_at = $6, silent_at = $7
   where facility_id = $1 and attempt_id = $2 and looks = $3 and ended_at is null`,
);

const FLAG = new PreparedStatement<{ id: string }>(
  'flag-outcome',
  `update unknown_outcome set flagged_at = $4
   where facility_id = $1 and attempt_id = $2 and looks = $3 and ended_at is null and flagged_at is null returning attempt_id as id`,
);

const END = new PreparedStatement(
  'end-outcome',
  `update unknown_outcome set ended_at = $3, ended_by = $4, queued_at = null where facility_id = $1 and attempt_id = $2 and ended_at is null`,
);

const IS_LEFT_TO_A_PERSON = new PreparedStatement<{ id: string }>(
  'outcome-left-to-a-person',
  `select attempt_id as id from unknown_outcome where facility_id = $1 and attempt_id = $2 and ended_by = 'needs-review'`,
);

const BACKLOG = new PreparedStatement<OutcomeBacklog>(
  'outcome-backlog',
  `select kind, count(*)::int as count, (extract(epoch from min(since)) * 1000)::float8 as "oldestMs" from unknown_outcome
   where ended_at is null and (flagged_at is null or until_at > $1) group by kind`,
);

const ENDED_SINCE = new PreparedStatement<{ by: ResolvedBy; count: number }>(
  'outcomes-ended',
  `select ended_by as by, count(*)::int as count from unknown_outcome where ended_at >= $1 group by ended_by order by ended_by`,
);

/** The work of learning what became of calls. Each statement is one step that two copies cannot both do. */
@Injectable()
export class UnknownOutcomeRepository {
  constructor(private readonly em: EntityManager) {}

  /** In the transaction that notes that the outcome of `attemptId` is unknown. Once for each attempt. */
  async note(em: EntityManager, facilityId: string, attemptId: string, untilAt: Date): Promise<void> {
    await NOTE.run(em, [facilityId, attemptId, untilAt]);
  }

  /** Calls that must have ended, of which nobody has noted how, though the appointment waits for it; at most `limit`. */
  async findLost(now: Date, limit: number): Promise<LostAttempt[]> {
    const rows = await FIND_LOST.run(this.em, [now, limit]);
    return rows.map(({ sentMs, deadlineMs, ...row }) => ({ ...row, sentAt: new Date(sentMs), deadlineAt: new Date(deadlineMs) }));
  }

  /** Those that are due, marked as sent to work; at most `limit`. */
  async takeDue(em: EntityManager, now: Date, limit: number): Promise<OutcomeKey[]> {
    return TAKE_DUE.run(em, [now, new Date(now.getTime() - QUEUED_MS), limit]);
  }

  /** Takes it for one look; null when it has ended, is not due, or another looks. */
  async claim({ facilityId, attemptId }: OutcomeKey, now: Date): Promise<UnknownOutcome | null> {
    const [claimed] = await CLAIM.run(this.em, [facilityId, attemptId, new Date(now.getTime() + LEASE_MS), now]);
    if (!claimed) return null;
    const outcome = await this.em.findOneOrFail(UnknownOutcome, { attemptId }, { disableIdentityMap: true });
    // Whoever stood still between the two has lost it again.
    return outcome.looks === claimed.looks ? outcome : null;
  }

  /** Whether this look is the last that began; then no other begins before the transaction ends. */
  async lockMine(em: EntityManager, { facilityId, attemptId, looks }: UnknownOutcome): Promise<boolean> {
    return (await LOCK_MINE.run(em, [facilityId, attemptId, looks])).length === 1;
  }

  async save({ facilityId, attemptId, looks, absentAt, freeAt, silentAt }: UnknownOutcome, nextLookAt: Date): Promise<void> {
    await SAVE.run(this.em, [facilityId, attemptId, looks, nextLookAt, absentAt, freeAt, silentAt]);
  }

  /** A person was asked to look. Once; by the look that is the last. False: it was not this one. */
  async flag(em: EntityManager, { facilityId, attemptId, looks }: UnknownOutcome, now: Date): Promise<boolean> {
    return (await FLAG.run(em, [facilityId, attemptId, looks, now])).length === 1;
  }

  async end(em: EntityManager, { facilityId, attemptId }: OutcomeKey, now: Date, by: ResolvedBy): Promise<void> {
    await END.run(em, [facilityId, attemptId, now, by]);
  }

  /** Nothing has told it in time: nobody looks for it any more. */
  async isLeftToPerson(em: EntityManager, { facilityId, attemptId }: OutcomeKey): Promise<boolean> {
    return (await IS_LEFT_TO_A_PERSON.run(em, [facilityId, attemptId])).length === 1;
  }

  /** Without those that are a person's by now, though they are looked for still. */
  async backlog(now: Date): Promise<OutcomeBacklog[]> {
    return BACKLOG.run(this.em, [now]);
  }

  /** How many ended since, by what ended them. */
  async endedSince(since: Date): Promise<{ by: ResolvedBy; count: number }[]> {
    return ENDED_SINCE.run(this.em, [since]);
  }
}
