import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { routeOf } from './logging.js';
import { Metrics } from './metrics.js';
import { methodLabel, statusLabel } from './request-label-rules.js';
import type { HistogramCell, QuickHistogram } from './quick-histogram.js';

/** Seconds. A month from memory takes less than the first; nobody waits for longer than the last but one. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** Requests, by route, method and how they ended. */
@Injectable()
export class RequestMetrics {
  private readonly durations: QuickHistogram<'method' | 'route' | 'status'>;
  private readonly cells = new Map<string, HistogramCell>();

  constructor(
    metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.durations = metrics.quickHistogram(
      'hub_http_request_duration_seconds',
      'How long requests took, by their route and how they ended',
      BUCKETS,
    );
  }

  /** For those who answer a route by themselves, and often: what they keep, and `observe` seconds with. */
  cell(method: string, route: string, status: string): HistogramCell {
    const key = `${method} ${status} ${route}`;
    const known = this.cells.get(key);
    if (known) return known;
    const cell = this.durations.cell({ method, route, status });
    this.cells.set(key, cell);
    return cell;
  }

  /** Counts the request once it is over. */
  watch(request: IncomingMessage & { route?: { path?: unknown } }, response: ServerResponse, startedMs: number): void {
    response.once('close', () => {
      const status = statusLabel(response.statusCode, response.writableFinished);
      const cell = this.cell(methodLabel(request.method), routeOf(request), status);
      cell.observe((this.clock.monotonicMs() - startedMs) / 1_000);
    });
  }
}
