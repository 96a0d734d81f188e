import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { firstIdOf } from '../common/ids.js';
import type { GoLiveEvidence } from '../facilities/go-live-rules.js';

/** The ids rise with time, so that only the rows of the time that counts are looked at. */
const FIRST_WEBHOOK = `
  select id, received_at as at from webhook_event
  where facility_id = ? and id >= ? and received_at >= ? and outcome <> 'rejected' order by id limit 1`;
const FIRST_ATTEMPT = `
  select appointment_id as id, coalesce(finished_at, sent_at) as at from upstream_attempt
  where facility_id = ? and id >= ? and sent_at >= ? and kind = ? and outcome = 'yes' order by id limit 1`;

/** What a facility has shown, as the rows of its events and calls tell it. */
@Injectable()
export class GoLiveRepository {
  constructor(private readonly em: EntityManager) {}

  /** The first webhook that was verified since, and was not rejected. */
  async firstWebhook(facilityId: string, since: Date): Promise<GoLiveEvidence | null> {
    return this.first(FIRST_WEBHOOK, [facilityId, firstIdOf(since), since]);
  }

  /** The first call since that the hospital has said yes to; `id` is the appointment's. */
  async firstYes(facilityId: string, kind: 'book' | 'cancel', since: Date): Promise<GoLiveEvidence | null> {
    return this.first(FIRST_ATTEMPT, [facilityId, firstIdOf(since), since, kind]);
  }

  private async first(sql: string, values: unknown[]): Promise<GoLiveEvidence | null> {
    const [row]: { id: string; at: string | Date }[] = await this.em.execute(sql, values);
    return row ? { id: row.id, at: new Date(row.at) } : null;
  }
}
