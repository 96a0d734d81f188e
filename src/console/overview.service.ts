import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { cursorId, type Page } from '../common/paging.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { FacilityDto } from '../facilities/facility.dto.js';
import { NotificationCounts } from '../notifications/notification-counts.service.js';
import { FacilityHealthService, type HealthSummary } from '../operations/facility-health.service.js';
import { WebhookCounts, type WebhookDay } from '../webhooks/webhook-counts.service.js';
import type { OverviewQuery } from './console-forms.dto.js';

const PAGE_SIZE = 25;

/** One facility, on its line. */
export interface OverviewLine {
  facility: FacilityDto;
  health: HealthSummary;
  webhooks: WebhookDay;
  overdue: number;
  failed: number;
}

export interface Overview {
  lines: readonly OverviewLine[];
  nextCursor: string | null;
  /** Of all facilities that the caller may see; each at most one more than `MOST_COUNTED`. */
  totals: { overdue: number; deadLetters: number };
}

/** How all is going, a line for each facility. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly health: FacilityHealthService,
    private readonly webhooks: WebhookCounts,
    private readonly messages: NotificationCounts,
  ) {}

  async of(caller: Caller, query: OverviewQuery): Promise<Overview> {
    const [page, totals] = await Promise.all([this.page(caller, query), this.totals(caller)]);
    return { lines: await this.lines(page.data), nextCursor: page.nextCursor, totals };
  }

  private async totals({ facilityIds }: Caller): Promise<Overview['totals']> {
    const [overdue, deadLetters] = await Promise.all([this.messages.allOverdue(facilityIds), this.webhooks.allDead(facilityIds)]);
    return { overdue, deadLetters };
  }

  private async page(caller: Caller, { cursor, only, name }: OverviewQuery): Promise<Page<FacilityDto>> {
    const query = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    if (only === undefined)
      return name === undefined ? this.facilities.list(caller, query) : this.facilities.listNamed(caller, name, query);
    const [among, before, limit] = [caller.facilityIds, cursorId(query), PAGE_SIZE + 1] as const;
    const ids = await (only === 'overdue' ? this.messages.withOverdue(among, before, limit) : this.webhooks.withDead(among, before, limit));
    return this.facilities.listAmong(caller, ids, query);
  }

  private async lines(facilities: readonly FacilityDto[]): Promise<OverviewLine[]> {
    const ids = facilities.map(({ id }) => id);
    const [health, webhooks, overdue, failed] = await Promise.all([
      this.health.summaries(ids),
      this.webhooks.lastDay(ids),
      this.messages.overdue(ids),
      this.messages.failedLastDay(ids),
    ]);
    return facilities.flatMap(facility => {
      const { id } = facility;
      const [seen, day] = [health.get(id), webhooks.get(id)];
      if (!seen || !day) return [];
      return [{ facility, health: seen, webhooks: day, overdue: overdue.get(id) ?? 0, failed: failed.get(id) ?? 0 }];
    });
  }
}
