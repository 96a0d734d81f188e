import type { CalendarsAnswer, SchedulerConnection, UpstreamCalendar } from '../scheduler.js';
import { UpstreamError } from '../upstream.errors.js';
import type { UpstreamReply } from '../upstream-reply.js';
import { readCalendars } from './calendars.js';
import { nextPage } from './next-page.js';
import { followable } from './page-link.js';
import { answerOf, jsonOf } from './read-answer.js';
import { endpointUrl } from './requests.js';

export const CALENDARS = 'GET calendars';
/** Far beyond any hospital: what is more would only fill the memory. */
const MAX_CALENDARS = 10_000;

/** Fetches one page; `etag` makes it conditional. */
export type FetchPage = (url: URL, etag: string | null) => Promise<UpstreamReply>;

/**
 * Follows the pages to the end and gives the whole list, each calendar once (the first, should one move between pages).
 *
 * The etag covers one page, so it is passed on only where the list is one page: else a change on a later one would go unseen.
 * Throws `UpstreamError`; and `WrongShapeError` for a page of another shape.
 */
export async function readCalendarPages(
  connection: SchedulerConnection,
  etag: string | null,
  fetchPage: FetchPage,
): Promise<CalendarsAnswer> {
  const calendars = new Map<string, UpstreamCalendar>();
  const seen = new Set<string>();
  let url = endpointUrl(connection, 'calendars');
  for (;;) {
    seen.add(url.href);
    const isFirst = seen.size === 1;
    const answer = answerOf(await fetchPage(url, isFirst ? etag : null), CALENDARS);
    if (isFirst && etag !== null && answer.status === 304) return { kind: 'not-modified' };
    for (const calendar of readCalendars(jsonOf(answer, CALENDARS)))
      if (!calendars.has(calendar.externalId)) calendars.set(calendar.externalId, calendar);
    if (calendars.size > MAX_CALENDARS)
      throw new UpstreamError('upstream-response-too-large', `${CALENDARS}: more than ${MAX_CALENDARS} calendars.`);
    const next = nextPage(answer.link, url);
    if (next === null) return { kind: 'calendars', calendars: [...calendars.values()], etag: isFirst ? answer.etag : null };
    url = followable(next, seen, CALENDARS);
  }
}
