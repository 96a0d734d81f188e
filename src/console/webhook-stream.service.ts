import { Injectable, Logger } from '@nestjs/common';
import { catchError, concatMap, defer, EMPTY, finalize, interval, map, takeWhile, type Observable } from 'rxjs';
import type { Caller } from '../auth/scope.js';
import { ConsoleSessions } from '../auth/console-sessions.service.js';
import { DomainError } from '../common/domain-error.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { HealthService } from '../health/health.service.js';
import type { WebhookEventDto } from '../webhooks/webhook-event.dto.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';
import type { LiveQuery } from './console-forms.dto.js';

const LOOK_MS = 2_000;
/** Browsers come again by themselves. */
const LONGEST_MS = 10 * 60_000;
const MOST_STREAMS = 50;
const MOST_AT_ONCE = 50;

/** As many watch as this copy lets. */
class TooManyWatchersError extends DomainError {
  readonly kind = 'too-many-requests';
  readonly code = 'too-many-watchers';

  constructor() {
    super('As many watch as this copy of the hub lets: load the page again later.', { retryAfterSeconds: 60 });
  }
}

/** The events of a facility as they come, for a page that stands open: looked for every two seconds, whichever copy took them. */
@Injectable()
export class WebhookStream {
  private readonly logger = new Logger(WebhookStream.name);
  private streams = 0;

  constructor(
    private readonly log: WebhookLogService,
    private readonly sessions: ConsoleSessions,
    private readonly health: HealthService,
  ) {}

  /**
   * Oldest first; an empty list where none has come. Ends with the session, with this copy, and after ten minutes. Fails with
   * `TooManyWatchersError`.
   */
  watch(caller: Caller, sessionToken: string, facilityId: string, { after, ...filter }: LiveQuery): Observable<WebhookEventDto[]> {
    // Counted once somebody listens: for a browser that has gone by then, nobody does.
    return defer(() => {
      if (this.streams >= MOST_STREAMS) throw new TooManyWatchersError();
      this.streams++;
      return this.look(caller, sessionToken, facilityId, filter, after ?? '').pipe(
        // The framework would log its message, which may quote a statement. The browser comes again.
        catchError((error: unknown) => {
          this.logger.error({ msg: 'Webhook events could not be looked for', ...unexpectedFailure(error) });
          return EMPTY;
        }),
        finalize(() => this.streams--),
      );
    });
  }

  private look(
    caller: Caller,
    sessionToken: string,
    facilityId: string,
    filter: Omit<LiveQuery, 'after'>,
    after: string,
  ): Observable<WebhookEventDto[]> {
    let last = after;
    return interval(LOOK_MS).pipe(
      takeWhile(tick => tick * LOOK_MS < LONGEST_MS && !this.health.isLeaving()),
      concatMap(async () => ((await this.sessions.isOpen(sessionToken)) ? this.newer(caller, facilityId, filter, last) : null)),
      takeWhile(events => events !== null),
      map(events => {
        last = events.at(-1)?.id ?? last;
        return events;
      }),
    );
  }

  private async newer(caller: Caller, facilityId: string, filter: LiveQuery, last: string): Promise<WebhookEventDto[]> {
    const { data } = await this.log.list(caller, facilityId, { ...filter, limit: MOST_AT_ONCE });
    return data.filter(({ id }) => id > last).reverse();
  }
}
