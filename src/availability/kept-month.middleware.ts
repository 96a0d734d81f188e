import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PinoLogger } from 'nestjs-pino';
import { ApiKeysService } from '../auth/api-keys.service.js';
import { hasScope, mayTouch } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isId } from '../common/ids.js';
import { isMonthText } from '../common/validators.js';
import { hasAlready } from '../common/entity-tag-rules.js';
import type { HistogramCell } from '../common/quick-histogram.js';
import { RequestMetrics } from '../common/request-metrics.js';
import { RateLimits, type Admission, type Use } from '../limits/rate-limits.service.js';
import { AvailabilityCache } from './availability-cache.js';
import { MonthAnswersService } from './month-answers.service.js';
import type { MonthKey } from './month-key.js';
import type { WiredMonth } from './offered-month.js';

const ROUTE = '/api/v1/facilities/:facilityId/availability';
/** As the router leaves it on a request. */
const ROUTED = { path: ROUTE };
const PATH = /^\/api\/v1\/facilities\/([0-9a-f-]{36})\/availability\?(.+)$/;
const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

interface KeptAnswer {
  month: WiredMonth;
  facilityId: string;
  keyId: string;
  limits: Admission['headers'];
}

/**
 * Answers a month that is kept in memory, to a key that is known in memory, before any framework has a look: what the chat asks
 * for most. Everything else goes the usual way, which gives the same answer; a month that is not kept is asked for meanwhile.
 */
@Injectable()
export class KeptMonthMiddleware {
  /** What URLs that were answered ask for: read once. As many as make a million characters. */
  private readonly keys = new LRUCache<string, MonthKey>({ maxSize: 1_000_000, sizeCalculation: (_, url) => url.length });
  private readonly answered: Record<200 | 304, HistogramCell>;

  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly cache: AvailabilityCache,
    private readonly months: MonthAnswersService,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
    requests: RequestMetrics,
  ) {
    this.answered = { 200: requests.cell('GET', ROUTE, '2xx'), 304: requests.cell('GET', ROUTE, '3xx') };
  }

  /** Whether it answered. `requestId` and `headers` are those that every answer carries. */
  answer(
    request: IncomingMessage & { route?: unknown },
    response: ServerResponse,
    requestId: string,
    headers: Record<string, string>,
  ): boolean {
    const startedMs = this.clock.monotonicMs();
    const kept = this.find(request);
    if (!kept) return false;
    const { month, facilityId, keyId } = kept;
    const status = hasAlready(month.tag, request.headers['if-none-match']) ? 304 : 200;
    const common = { ...headers, ...kept.limits, 'X-Request-Id': requestId, ETag: month.tag };
    request.route = ROUTED;
    if (status === 304) {
      response.writeHead(304, common).end();
    } else {
      response.writeHead(200, { ...common, 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': month.bytes.length });
      response.end(month.bytes);
    }
    const tookMs = this.clock.monotonicMs() - startedMs;
    this.answered[status].observe(tookMs / 1_000);
    const durationMs = Math.round(tookMs);
    PinoLogger.root.info({ requestId, method: 'GET', route: ROUTE, facilityId, status, durationMs, keyId }, 'request');
    return true;
  }

  private find(request: IncomingMessage): KeptAnswer | null {
    const { method, url, headers } = request;
    if (method !== 'GET' || url === undefined) return null;
    const read = this.keys.get(url);
    const key = read ?? keyIn(url);
    if (!key) return null;
    const [, token] = BEARER.exec(headers.authorization ?? '') ?? [];
    const caller = token === undefined ? null : this.apiKeys.findKnown(token);
    const { facilityId } = key;
    if (!caller || !hasScope(caller, 'read') || !mayTouch(caller, facilityId)) return null;
    const now = this.clock.now();
    const { keyId } = caller;
    const uses: Use[] = [
      { limit: 'api-key', key: keyId },
      { limit: 'facility', key: facilityId },
    ];
    const kept = this.cache.get(key, now);
    if (!kept) {
      if (isWellFormed(key) && this.limits.hasLeft(uses, now)) this.months.readAhead(caller, key);
      return null;
    }
    const { refusal, headers: limits } = this.limits.take(uses, now);
    if (refusal) return null;
    if (!read) this.keys.set(url, key);
    return { month: kept.offered.wired(kept.source, now), facilityId, keyId, limits };
  }
}

/** As the usual way takes it, and writes it itself. */
function isWellFormed({ facilityId, calendarId, appointmentTypeId, month }: MonthKey): boolean {
  return isMonthText(month) && [facilityId, calendarId, appointmentTypeId].every(id => isId(id) && id === id.toLowerCase());
}

/** The month that a URL asks for; null where it asks for anything else, or not in the usual way. */
function keyIn(url: string): MonthKey | null {
  const [, facilityId, query] = PATH.exec(url) ?? [];
  if (facilityId === undefined) return null;
  const parameters = new URLSearchParams(query);
  const [month, calendarId, appointmentTypeId] = ['month', 'calendarId', 'appointmentTypeId'].map(name => parameters.get(name));
  if (!month || !calendarId || !appointmentTypeId || parameters.size !== 3) return null;
  return { facilityId, calendarId, appointmentTypeId, month };
}
