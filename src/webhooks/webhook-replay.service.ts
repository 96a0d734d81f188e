import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import type { ReplayWebhookEventsDto, WebhookEventDto, WebhookReplayDto } from './webhook-event.dto.js';
import { WebhookEventRepository } from './webhook-event.repository.js';
import type { WebhookOutcome } from './webhook-event-state.js';
import { WebhookLogService } from './webhook-log.service.js';
import { applyJobsOf } from './apply-job-rules.js';
import { BodyExpiredError, EventPendingError, WebhookEventNotFoundError } from './webhook.errors.js';

const MAX_REPLAYED = 10_000;
const CHUNK = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What they do is done: they are not looked at again, and the record of it stays. */
const DONE: readonly WebhookOutcome[] = ['applied', 'duplicate'];

/** Has events looked at anew that had no effect, as after a mistake in the hub or in a facility's settings. */
@Injectable()
export class WebhookReplayService {
  constructor(
    private readonly em: EntityManager,
    private readonly events: WebhookEventRepository,
    private readonly log: WebhookLogService,
    private readonly facilities: FacilitiesService,
    private readonly jobs: JobsService,
  ) {}

  /** The event, pending again; as it is where it was applied or a duplicate. Throws `WebhookEventNotFoundError`, `EventPendingError`, `BodyExpiredError`. */
  async replay(caller: Caller, id: string): Promise<WebhookEventDto> {
    const { facilityId } = await this.log.get(caller, id);
    return this.em.transactional(async em => {
      const found = await this.events.findLocked(facilityId, id);
      if (!found) throw new WebhookEventNotFoundError(id);
      if (DONE.includes(found.event.outcome)) return this.log.get(caller, id);
      if (found.event.outcome === 'pending') throw new EventPendingError(id);
      if (!found.hasBody) throw new BodyExpiredError(id);
      await this.events.markPending(facilityId, id);
      await this.jobs.send(em, 'webhook-apply', { facilityId, webhookEventIds: [id] });
      // Before the job can have begun.
      return this.log.get(caller, id);
    });
  }

  /** All of an outcome since a time, oldest first, in many short transactions. Throws `FacilityNotFoundError`. */
  async replayAll(caller: Caller, facilityId: string, dto: ReplayWebhookEventsDto): Promise<WebhookReplayDto> {
    await this.facilities.get(caller, facilityId);
    const since = instantOf(dto.since, 'since');
    let [count, after, taken] = [0, FIRST_ID, CHUNK];
    while (taken === CHUNK && count < MAX_REPLAYED) {
      const keys = await this.em.transactional(async em => {
        const chunk = await this.events.takeForReplay(facilityId, { outcome: dto.outcome, since, after }, CHUNK);
        await this.jobs.sendMany(em, 'webhook-apply', applyJobsOf(chunk));
        return chunk;
      });
      taken = keys.length;
      count += taken;
      after = keys.at(-1)?.webhookEventId ?? after;
    }
    return { count };
  }
}
