import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { Clock } from './common/clock.js';
import { requestId } from './common/logging.js';
import { requireJson } from './common/require-json.js';
import type { HubConfig } from './config/config.js';
import { loadPluginMetadata, setUpDocs } from './docs.js';
import { QuietStartLogger } from './logger.js';

export const API_PREFIX = 'api/v1';
export const MAX_BODY_BYTES = 256 * 1024;

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
  const clock = app.get(Clock);
  express.useLogger(new QuietStartLogger(app.get(Logger)));
  express.disable('x-powered-by');
  express.set('etag', false);
  express.use(
    helmet({ contentSecurityPolicy: { directives: { 'script-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null } } }),
  );
  express.use((request: Request & { id?: string }, response: Response, next: NextFunction) => {
    request.id = requestId(request, response, clock.now());
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  express.use(requireJson);
  express.useBodyParser('json', { limit: MAX_BODY_BYTES, type: 'application/json' });
  express.setGlobalPrefix(API_PREFIX, { exclude: ['health/live', 'health/ready'] });
  setUpDocs(app);
}
