import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { WEBHOOK_OUTCOMES, type WebhookOutcome } from './webhook-event-state.js';
import { WebhookCountRepository } from './webhook-count.repository.js';

const HOURS = 24;
const HOUR_MS = 3_600_000;

/** The events of a facility in the last 24 hours. */
export interface WebhookDay {
  byOutcome: Record<WebhookOutcome, number>;
  /** Oldest first, 24 of them; the last one ends now. */
  byHour: number[];
  /** Ever, until somebody has them looked at anew; at most one more than `MOST_COUNTED`. */
  dead: number;
}

/** How many events came of late, for the operations person. The caller must be known to be allowed to see the facilities. */
@Injectable()
export class WebhookCounts {
  constructor(
    private readonly events: WebhookCountRepository,
    private readonly clock: Clock,
  ) {}

  /** Each of the facilities has an entry. */
  async lastDay(facilityIds: readonly string[]): Promise<Map<string, WebhookDay>> {
    const since = new Date(this.clock.now().getTime() - HOURS * HOUR_MS);
    const [counted, dead] = await Promise.all([this.events.countByHour(facilityIds, since, HOURS), this.events.countDead(facilityIds)]);
    const days = new Map(facilityIds.map(id => [id, emptyDay()]));
    for (const { facilityId, outcome, hour, count } of counted) {
      const day = days.get(facilityId);
      if (!day) continue;
      day.byOutcome[outcome] += count;
      day.byHour[hour] = (day.byHour[hour] ?? 0) + count;
    }
    for (const { facilityId, count } of dead) {
      const day = days.get(facilityId);
      if (day) day.dead = count;
    }
    return days;
  }

  /** All dead letters of these facilities, at most one more than `MOST_COUNTED`; null: of all facilities. */
  async allDead(facilityIds: readonly string[] | null): Promise<number> {
    return this.events.countAllDead(facilityIds);
  }

  /** The facilities that have dead letters, newest first, with an id below `before`; at most `limit`. Of `among`; null: of all. */
  async withDead(among: readonly string[] | null, before: string | null, limit: number): Promise<string[]> {
    return this.events.withDead(among, before, limit);
  }
}

function emptyDay(): WebhookDay {
  const byOutcome = Object.fromEntries(WEBHOOK_OUTCOMES.map(outcome => [outcome, 0])) as Record<WebhookOutcome, number>;
  return { byOutcome, byHour: Array<number>(HOURS).fill(0), dead: 0 };
}
