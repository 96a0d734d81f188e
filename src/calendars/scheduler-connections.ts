import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Invalidations } from '../database/invalidations.js';
import { FACILITY_TOPIC, FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { SchedulerSettings } from '../facilities/facility.settings.js';
import { SchedulerRegistry } from '../schedulers/scheduler.registry.js';
import type { Scheduler, SchedulerConnection } from '../schedulers/scheduler.js';

/** How long an opened key may lie in memory. */
const KEY_MS = 10_000;

/** Joins a facility's settings and key to its connector: what a call to the hospital needs. */
@Injectable()
export class SchedulerConnections {
  /** Of the version of the facility it was opened for: who has read a newer one gets the newer key. */
  private readonly keys = new LRUCache<string, { version: number; apiKey: string }>({ max: 1_000, ttl: KEY_MS, ttlAutopurge: true });

  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly facilities: FacilitiesService,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(FACILITY_TOPIC, facilityId => {
      if (facilityId === null) this.keys.clear();
      else this.keys.delete(facilityId);
    });
  }

  async of(facility: Facility): Promise<{ scheduler: Scheduler; connection: SchedulerConnection }> {
    return this.opened(facility, await this.keyOf(facility));
  }

  /** Likewise, for who has the key at hand. */
  opened({ id, scheduler }: Pick<Facility, 'id' | 'scheduler'>, apiKey: string): { scheduler: Scheduler; connection: SchedulerConnection } {
    const { connector, baseUrl, auth } = scheduler;
    return { scheduler: this.registry.for(connector), connection: { facilityId: id, baseUrl, auth: authOf(auth, apiKey) } };
  }

  private async keyOf(facility: Facility): Promise<string> {
    const known = this.invalidations.isListening ? this.keys.get(facility.id) : undefined;
    if (known?.version === facility.version) return known.apiKey;
    const apiKey = await this.facilities.openUpstreamKey(facility.id);
    this.keys.set(facility.id, { version: facility.version, apiKey });
    return apiKey;
  }
}

/** The settings guarantee the user of `basic` and the header of `header`. */
function authOf(auth: SchedulerSettings['auth'], apiKey: string): SchedulerConnection['auth'] {
  switch (auth.scheme) {
    case 'basic':
      return { scheme: 'basic', userId: auth.userId ?? '', apiKey };
    case 'header':
      return { scheme: 'header', headerName: auth.headerName ?? 'X-API-Key', apiKey };
    case 'bearer':
      return { scheme: 'bearer', apiKey };
  }
}
