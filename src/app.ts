import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Logger } from 'nestjs-pino';
import { DocsAccessMiddleware } from './auth/docs-access.middleware.js';
import { AppModule } from './app.module.js';
import { onlyKnownPaths } from './common/known-paths.js';
import { readVersions } from './common/read-versions.js';
import { isParsedForm, isParsedJson, MAX_BODY_BYTES, requireJson } from './common/require-json.js';
import { standingHeaders } from './common/standing-headers.js';
import { limitServer, requireHost } from './common/server-limits.js';
import { HubConfig } from './config/config.js';
import { consoleHeaders } from './console/console-headers.js';
import { loadPluginMetadata, setUpDocs } from './docs.js';
import { QuietStartLogger } from './logger.js';
import { takeRequests } from './quick-ways.js';

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
  takeRequests(express, headers);
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
