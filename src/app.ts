import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Logger } from 'nestjs-pino';
import { DocsAccessMiddleware } from './auth/docs-access.middleware.js';
import { AppModule } from './app.module.js';
import { KeptMonthMiddleware } from './availability/kept-month.middleware.js';
import { onlyKnownPaths } from './common/known-paths.js';
import { Clock } from './common/clock.js';
import { requestId } from './common/logging.js';
import { readVersions } from './common/read-versions.js';
import { RequestMetrics } from './common/request-metrics.js';
import { isParsedForm, isParsedJson, MAX_BODY_BYTES, requireJson } from './common/require-json.js';
import { standingHeaders } from './common/standing-headers.js';
import { inRequestScope } from './database/facility-scope.js';
import { limitServer, requireHost } from './common/server-limits.js';
import { HubConfig } from './config/config.js';
import { consoleHeaders } from './console/console-headers.js';
import { loadPluginMetadata, setUpDocs } from './docs.js';
import { QuietStartLogger } from './logger.js';
import { inRequestTrace } from './tracing/present-trace.js';
import { serverSpan } from './tracing/server-span.js';
import { Tracing } from './tracing/tracing.js';
import { QuickWebhookMiddleware } from './webhooks/quick-webhook.middleware.js';

export const API_PREFIX = 'api/v1';

/** Makes the application, ready to listen. */
export async function createApp(config: HubConfig): Promise<NestExpressApplication> {
  await loadPluginMetadata();
  const app = await NestFactory.create<NestExpressApplication>(await AppModule.register(config), {
    bufferLogs: true,
    bodyParser: false,
    abortOnError: false,
  });
  setUpApp(app);
  return app;
}

/** What every instance of the application has, in tests too: headers, body limits, prefix, documentation. */
export function setUpApp(app: INestApplication): void {
  const express = app as NestExpressApplication;
  express.useLogger(new QuietStartLogger(app.get(Logger)));
  express.disable('x-powered-by');
  express.set('etag', false);
  const headers = standingHeaders();
  limitServer(app.getHttpServer() as Server, app.get(HubConfig), headers);
  const keptMonths = app.get(KeptMonthMiddleware);
  const quickWebhooks = app.get(QuickWebhookMiddleware);
  const requests = app.get(RequestMetrics);
  const clock = app.get(Clock);
  const tracing = app.get(Tracing);
  express.use((request: Request & { id?: string }, response: Response, next: NextFunction) => {
    const id = requestId(request);
    request.id = id;
    inRequestTrace(serverSpan(tracing, request, response, id).traceparent, () => {
      if (keptMonths.answer(request, response, id, headers)) return;
      const startedMs = clock.monotonicMs();
      const handOn = (): void => {
        requests.watch(request, response, startedMs);
        response.setHeader('X-Request-Id', id);
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        inRequestScope(next);
      };
      if (!quickWebhooks.take({ request, response, requestId: id, headers, handOn })) handOn();
    });
  });
  express.use(readVersions);
  express.use(requireHost);
  express.use(onlyKnownPaths);
  express.use(consoleHeaders);
  const docsAccess = app.get(DocsAccessMiddleware);
  express.use((request: Request, response: Response, next: NextFunction) => {
    docsAccess.admit(request, response, next);
  });
  express.use(requireJson);
  express.useBodyParser('json', { limit: MAX_BODY_BYTES, type: isParsedJson });
  express.useBodyParser('urlencoded', { extended: false, limit: MAX_BODY_BYTES, type: isParsedForm });
  express.setGlobalPrefix(API_PREFIX, { exclude: ['health/live', 'health/ready', 'metrics', 'console', 'console/*path'] });
  setUpDocs(app);
}
