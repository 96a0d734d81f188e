// Prints the OpenAPI document, for the committed copy and the check that compares it. Needs no database.
import 'reflect-metadata';
import { createSecretKey, randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { API_PREFIX } from '../app.js';
import { AppModule } from '../app.module.js';
import { readConfig } from '../config/config.js';
import { loadPluginMetadata, openApiDocument } from '../docs.js';

const key = createSecretKey(randomBytes(32)).export().toString('base64');
const config = readConfig({
  DATABASE_URL: 'postgres://localhost/none',
  ENCRYPTION_KEYS: `k1:${key}`,
  BLIND_INDEX_KEY: key,
  SANDBOX: 'false',
});
await loadPluginMetadata();
const app = await NestFactory.create(await AppModule.register(config), { preview: true, logger: false, abortOnError: false });
app.setGlobalPrefix(API_PREFIX, { exclude: ['health/live', 'health/ready'] });
process.stdout.write(`${JSON.stringify(openApiDocument(app), null, 2)}\n`, () => process.exit(0));
