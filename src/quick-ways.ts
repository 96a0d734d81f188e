import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { KeptMonthMiddleware } from './availability/kept-month.middleware.js';
import { Clock } from './common/clock.js';
import { requestId } from './common/logging.js';
import { RequestMetrics } from './common/request-metrics.js';
import { unexpectedFailure } from './common/unexpected-failure.js';
import { inRequestScope } from './database/facility-scope.js';
import { inRequestTrace } from './tracing/present-trace.js';
import { serverSpan } from './tracing/server-span.js';
import { Tracing } from './tracing/tracing.js';
import { QuickWebhookMiddleware } from './webhooks/quick-webhook.middleware.js';

const logger = new Logger('QuickWays');

/**
 * Every request comes in here, before Express sees it: it gets its id, its trace and the headers that all answers carry. The two that come
 * most often are answered at once (`KeptMonthMiddleware`, `QuickWebhookMiddleware`); all others, and all that is not plainly well,
 * go on to Express and Nest. Before the server listens.
 */
export function takeRequests(app: NestExpressApplication, headers: Readonly<Record<string, string>>): void {
  const server = app.getHttpServer();
  const [express] = server.listeners('request') as RequestListener[];
  if (!express) throw new Error('Nest has given its server no Express to hand requests to');
  const [clock, tracing, requests] = [app.get(Clock), app.get(Tracing), app.get(RequestMetrics)];
  const [keptMonths, quickWebhooks] = [app.get(KeptMonthMiddleware), app.get(QuickWebhookMiddleware)];
  const take = (request: IncomingMessage & { id?: string }, response: ServerResponse): void => {
    const id = requestId(request);
    request.id = id;
    inRequestTrace(serverSpan(tracing, request, response, id).traceparent, () => {
      const startedMs = clock.monotonicMs();
      const handOn = (): void => {
        requests.watch(request, response, startedMs);
        response.setHeader('X-Request-Id', id);
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        inRequestScope(() => express(request, response));
      };
      const exchange = { request, response, requestId: id, headers, handOn };
      const isTaken = isAnswered(response, () => keptMonths.answer(request, response, id, headers) || quickWebhooks.take(exchange));
      if (!isTaken) handOn();
    });
  };
  server.off('request', express).on('request', take);
}

/** What fails on a quick way is done on the usual one, unless a part of the answer is out already. */
function isAnswered(response: ServerResponse, answer: () => boolean): boolean {
  try {
    return answer();
  } catch (error) {
    logger.error({ msg: 'A quick way failed', ...unexpectedFailure(error) });
    if (response.headersSent) response.destroy();
    return response.headersSent;
  }
}
