import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { cursorOfPosition, FEED_BEGINNING, positionOfCursor } from './feed-cursor-rules.js';
import type { FeedEntryDto, FeedPageDto, FeedQuery } from './feed.dto.js';
import { FeedBusyError } from './feed.errors.js';
import { FeedRepository, type FeedRange } from './feed.repository.js';
import type { PlatformEvent } from './platform-event.entity.js';

/** Longer than an honest transaction takes. */
const WRITERS_TIMEOUT_MS = 2_000;
const LOOK_AGAIN_MS = 5;

/** The platform's feed: that appointments, contacts and facilities have changed, in an order that no later commit can upset. */
@Injectable()
export class FeedService {
  constructor(
    private readonly repository: FeedRepository,
    private readonly facilities: FacilitiesService,
    private readonly clock: Clock,
  ) {}

  /** Throws `FacilityNotFoundError`, `InvalidFieldError`, `FeedBusyError`. */
  async list(caller: Caller, query: FeedQuery): Promise<FeedPageDto> {
    const after = positionAfter(query);
    const among = query.facilityId === undefined ? caller.facilityIds : [(await this.facilities.get(caller, query.facilityId)).id];
    const range = { among, after };
    const events = await this.settledEvents(range, query.limit);
    return { data: await this.toDtos(events), nextCursor: cursorOfPosition(events.at(-1)?.position ?? after) };
  }

  /**
   * What is seen first may lack lower positions whose transactions are not committed yet. These are under way now, or have
   * ended since: once none of them is left, the same stretch is whole. No writer ever waits for a reader.
   */
  private async settledEvents(range: FeedRange, limit: number): Promise<PlatformEvent[]> {
    const until = (await this.repository.find(range, limit)).at(-1)?.position;
    if (until === undefined) return [];
    const end = this.clock.monotonicMs() + WRITERS_TIMEOUT_MS;
    for (let left = await this.repository.writersUnderWay(); left.size > 0; left = await this.stillWriting(left)) {
      if (this.clock.monotonicMs() > end) throw new FeedBusyError();
      await delay(LOOK_AGAIN_MS);
    }
    return this.repository.find(range, limit, until);
  }

  private async stillWriting(writers: ReadonlySet<string>): Promise<Set<string>> {
    const underWay = await this.repository.writersUnderWay();
    return new Set([...writers].filter(writer => underWay.has(writer)));
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
