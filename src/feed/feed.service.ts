import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { cursorOfPosition, FEED_BEGINNING, positionOfCursor } from './feed-cursor-rules.js';
import type { FeedEntryDto, FeedPageDto, FeedQuery } from './feed.dto.js';
import { FeedBusyError } from './feed.errors.js';
import { FeedRepository, type FeedRange } from './feed.repository.js';
import type { PlatformEvent } from './platform-event.entity.js';

/** Writers queue behind a reader that waits: long enough for an honest transaction, short enough for those behind it. */
const WRITERS_TIMEOUT_MS = 2_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** The platform's feed: that appointments and contacts have changed, in an order that no later commit can upset. */
@Injectable()
export class FeedService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: FeedRepository,
    private readonly facilities: FacilitiesService,
  ) {}

  /** Throws `FacilityNotFoundError`, `InvalidFieldError`, `FeedBusyError`. */
  async list(caller: Caller, query: FeedQuery): Promise<FeedPageDto> {
    const after = positionAfter(query);
    const among = query.facilityId === undefined ? caller.facilityIds : [(await this.facilities.get(caller, query.facilityId)).id];
    const range = { among, after };
    // Most polls find nothing new, and keep no writer waiting.
    const events = (await this.repository.hasAny(range)) ? await this.settledEvents(range, query.limit) : [];
    return { data: await this.toDtos(events), nextCursor: cursorOfPosition(events.at(-1)?.position ?? after) };
  }

  private async settledEvents(range: FeedRange, limit: number): Promise<PlatformEvent[]> {
    return this.em.transactional(async () => {
      await this.repository.waitForWriters(WRITERS_TIMEOUT_MS).catch((error: unknown) => {
        throw isLockTimeout(error) ? new FeedBusyError(error) : error;
      });
      return this.repository.find(range, limit);
    });
  }

  private async toDtos(events: readonly PlatformEvent[]): Promise<FeedEntryDto[]> {
    const zones = new Map<string, string>();
    for (const { facilityId } of events) {
      if (!zones.has(facilityId)) zones.set(facilityId, (await this.facilities.find(facilityId))?.timezone ?? 'UTC');
    }
    return events.map(event => toEntryDto(event, zones.get(event.facilityId) ?? 'UTC'));
  }
}

function positionAfter({ after }: FeedQuery): bigint {
  const position = after === undefined ? FEED_BEGINNING : positionOfCursor(after);
  if (position === null)
    throw new InvalidFieldError(
      'after',
      'invalid-cursor',
      'after is not a cursor this API gave out: use the nextCursor of the page before.',
    );
  return position;
}

function toEntryDto(event: PlatformEvent, timezone: string): FeedEntryDto {
  const { position, type, facilityId, appointmentId, contactId, revision, changed, at } = event;
  return { id: cursorOfPosition(position), type, facilityId, appointmentId, contactId, revision, changed, at: isoInZone(at, timezone) };
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}
