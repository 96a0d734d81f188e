import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { Page } from '../common/paging.js';
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
  /** Of all facilities that the caller may see. */
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
    const [overdue, dead] = await Promise.all([this.messages.overdueByFacility(), this.webhooks.deadByFacility()]);
    const page = await this.page(caller, query, { overdue, 'dead-letters': dead });
    return {
      lines: await this.lines(page.data, overdue),
      nextCursor: page.nextCursor,
      totals: { overdue: sumOf(overdue.values()), deadLetters: sumOf(dead.values()) },
    };
  }

  private page(
    caller: Caller,
    { cursor, only, name }: OverviewQuery,
    counts: Record<NonNullable<OverviewQuery['only']>, ReadonlyMap<string, number>>,
  ): Promise<Page<FacilityDto>> {
    const query = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    if (only !== undefined) return this.facilities.listAmong(caller, [...counts[only].keys()], query);
    return name === undefined ? this.facilities.list(caller, query) : this.facilities.listNamed(caller, name, query);
  }

  private async lines(facilities: readonly FacilityDto[], overdue: ReadonlyMap<string, number>): Promise<OverviewLine[]> {
    const ids = facilities.map(({ id }) => id);
    const [health, webhooks, failed] = await Promise.all([
      this.health.summaries(ids),
      this.webhooks.lastDay(ids),
      this.messages.failedLastDay(ids),
    ]);
    return facilities.flatMap(facility => {
      const { id } = facility;
      const [seen, day] = [health.get(id), webhooks.get(id)];
      if (!seen || !day) return [];
      const lost = failed.filter(({ facilityId }) => facilityId === id).map(({ count }) => count);
      return [{ facility, health: seen, webhooks: day, overdue: overdue.get(id) ?? 0, failed: sumOf(lost) }];
    });
  }
}

function sumOf(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}
