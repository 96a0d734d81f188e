import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { DomainError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { IdempotencyKeyInUseError } from './appointment.errors.js';
import type { IdempotencyKey } from './idempotency-key.entity.js';
import { answerKept, ticketOf, type EarlierAnswer, type IdempotencyTicket, type KeptRequest } from './idempotency-rules.js';
import { toStoredProblem } from './stored-answer.js';

/** What is read of a key. */
type FoundKey = KeptRequest & Pick<IdempotencyKey, 'facilityId'>;

const KEPT_MS = 7 * 24 * 3_600_000;
const WAIT_MS = 5_000;
const FIRST_LOOK_MS = 40;
const LONGEST_PAUSE_MS = 250;

const CLAIM_KEY = new PreparedStatement(
  'claim-key',
  `insert into idempotency_key (id, facility_id, route, key_digest, body_digest, appointment_id, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (facility_id, route, key_digest) do update
     set id = excluded.id, body_digest = excluded.body_digest, appointment_id = excluded.appointment_id,
         response_status = null, problem = null, created_at = excluded.created_at, expires_at = excluded.expires_at
     where idempotency_key.expires_at <= excluded.created_at
   returning id`,
);

const FIND_KEY = new PreparedStatement<FoundKey>(
  'find-key',
  `select facility_id as "facilityId", appointment_id as "appointmentId", body_digest as "bodyDigest", response_status as "responseStatus", problem
   from idempotency_key where facility_id = $1 and route = $2 and key_digest = $3 and expires_at > $4`,
);

/** One request, one effect: the same key and body get the same answer, for seven days (draft-ietf-httpapi-idempotency-key-header). */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly em: EntityManager,
    private readonly digests: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /** Throws `IdempotencyKeyMissingError` for a key that is none. */
  ticket(facilityId: string, route: string, key: string | undefined, body: unknown): IdempotencyTicket {
    return ticketOf(this.digests, facilityId, route, key, body);
  }

  /** Likewise, for routes where the key is not required. */
  optionalTicket(facilityId: string, route: string, key: string | undefined, body: unknown): IdempotencyTicket | null {
    return key === undefined ? null : this.ticket(facilityId, route, key, body);
  }

  /**
   * The answer of an earlier request with this key, awaited if it still runs; null when this is the first. Throws its
   * error again if it was one, and `IdempotencyKeyReusedError`, `IdempotencyKeyInUseError`.
   */
  async findAnswer(ticket: IdempotencyTicket | null): Promise<EarlierAnswer | null> {
    if (!ticket) return null;
    const end = this.clock.monotonicMs() + WAIT_MS;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
      const row = await this.find(ticket);
      if (!row) return null;
      const answer = answerKept(row, ticket);
      if (answer) return answer;
      if (await this.isAbandoned(row)) return { status: 202, appointmentId: row.appointmentId };
      if (this.clock.monotonicMs() > end) throw new IdempotencyKeyInUseError();
      await delay(pauseMs);
    }
  }

  /**
   * What `find` finds, unless an earlier request with this key has an answer. Where it fails, that may be the doing of one that ran
   * at the same moment, and has taken what is looked for: then its answer it is.
   */
  async unlessAnswered<T>(ticket: IdempotencyTicket | null, find: () => Promise<T>): Promise<T | EarlierAnswer> {
    const answer = await this.findAnswer(ticket);
    if (answer) return answer;
    try {
      return await find();
    } catch (error) {
      const meanwhile = await this.findAnswer(ticket);
      if (meanwhile) return meanwhile;
      throw error;
    }
  }

  /** The answer of the request that claimed the key before this one could. */
  async awaitAnswer(ticket: IdempotencyTicket | null): Promise<EarlierAnswer> {
    const answer = await this.findAnswer(ticket);
    // The first request was refused before it sent anything, so its key is free again: this one may be repeated.
    if (!answer) throw new IdempotencyKeyInUseError();
    return answer;
  }

  /** Claims the key within the transaction that writes the attempt; false when another request was first. */
  async claim(em: EntityManager, ticket: IdempotencyTicket, appointmentId: string): Promise<boolean> {
    const now = this.clock.now();
    const { facilityId, route, keyDigest, bodyDigest } = ticket;
    const expiresAt = new Date(now.getTime() + KEPT_MS);
    const rows = await CLAIM_KEY.run(em, [newId(now), facilityId, route, keyDigest, bodyDigest, appointmentId, now, expiresAt]);
    return rows.length === 1;
  }

  /** Notes the answer, within the transaction that makes it true. */
  async settle(em: EntityManager, ticket: IdempotencyTicket | null, status: number, error: DomainError | null): Promise<void> {
    if (!ticket) return;
    const problem = error === null ? null : JSON.stringify(toStoredProblem(error));
    await em.execute(
      `update idempotency_key set response_status = ?, problem = ?::jsonb where facility_id = ? and route = ? and key_digest = ?`,
      [status, problem, ticket.facilityId, ticket.route, ticket.keyDigest],
    );
  }

  /** The request that held the key is gone, its call's outcome unknown: its repeats are told so, as it would have been. */
  async settleInterrupted(em: EntityManager, facilityId: string, appointmentId: string, sentAt: Date): Promise<void> {
    await em.execute(
      `update idempotency_key set response_status = 202
       where facility_id = ? and appointment_id = ? and response_status is null and created_at <= ?`,
      [facilityId, appointmentId, sentAt],
    );
  }

  /** Removes keys past their seven days. */
  async removeExpired(): Promise<void> {
    await this.em.execute(`delete from idempotency_key where id in (select id from idempotency_key where expires_at < ? limit 10000)`, [
      this.clock.now(),
    ]);
  }

  private async find({ facilityId, route, keyDigest }: IdempotencyTicket): Promise<FoundKey | null> {
    const [row] = await FIND_KEY.run(this.em, [facilityId, route, keyDigest, this.clock.now()]);
    return row ?? null;
  }

  /** The process that ran the first request is gone: its call must have ended by now, and nobody noted how. */
  private async isAbandoned(row: FoundKey): Promise<boolean> {
    const rows: unknown[] = await this.em.execute(
      `select 1 from upstream_attempt where facility_id = ? and appointment_id = ? having bool_and(deadline_at < ?)`,
      [row.facilityId, row.appointmentId, this.clock.now()],
    );
    return rows.length === 1;
  }
}
