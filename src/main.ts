import 'reflect-metadata';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app.js';
import { HubConfig, readConfig } from './config/config.js';
import { readEnvironment } from './config/environment.js';
import { startEmbeddedPostgres, type RunningPostgres } from './database/embedded-postgres.js';
import { HealthService } from './health/health.service.js';
import { migrate } from './migrate.js';
import { startSandbox, type RunningSandbox } from './sandbox/sandbox.js';
import { banner } from './start/banner.js';
import { setUpDemo } from './start/demo.js';
import { generatedKeys, SANDBOX_URL_FILE, URL_FILE, type GeneratedKeys } from './start/keys.js';
import { assertPortFree } from './start/ports.js';
import { drain, FORCED_EXIT_MS, takeLeave } from './start/shutdown.js';
import { giveBackStartMemory } from './start/start-memory.js';
import { startFailure } from './start/start-failure.js';

/** What runs, in the order it was started; ended in reverse. */
interface Running {
  postgres?: RunningPostgres;
  sandbox?: RunningSandbox;
  app?: NestExpressApplication;
}

const running: Running = {};
let dataDir = '.data';
let ending: Promise<void> | undefined;

async function start(): Promise<void> {
  const environment = readEnvironment();
  dataDir = path.resolve(environment['DATA_DIR'] ?? '.data');
  const keys = environment['DATABASE_URL'] === undefined ? generatedKeys(dataDir) : undefined;
  const settings = readConfig({ ...keys, ...environment });
  await assertPortFree(settings.port, 'PORT');
  if (settings.isSandboxEnabled) await assertPortFree(settings.sandboxPort, 'SANDBOX_PORT', '127.0.0.1');

  const databaseUrl = settings.databaseUrl ?? (await startDatabase());
  if (settings.isSandboxEnabled)
    running.sandbox = await startSandbox({ port: settings.sandboxPort, stateFile: path.join(dataDir, 'sandbox.json') });
  const config = { ...settings, databaseUrl, upstreamAllowedHosts: [...settings.upstreamAllowedHosts, ...sandboxHosts(running.sandbox)] };
  running.app = await createApp(config);
  await running.app.init();
  giveBackStartMemory();
  await running.app.listen(config.port);
  await announce(running.app, config, keys);
}

async function startDatabase(): Promise<string> {
  running.postgres = await startEmbeddedPostgres({ dataDir: path.join(dataDir, 'pg') });
  await migrate(running.postgres.url);
  return running.postgres.url;
}

async function announce(app: NestExpressApplication, config: HubConfig, keys: GeneratedKeys | undefined): Promise<void> {
  const sandbox = running.sandbox;
  const { port } = app.getHttpServer().address() as AddressInfo;
  const demo = sandbox && keys ? { ...(await setUpDemo(app, sandbox, keys.DEMO_API_KEY, port)), apiKey: keys.DEMO_API_KEY } : null;
  const adminKeyFile = keys ? path.relative(process.cwd(), path.join(dataDir, 'keys.json')) : null;
  // PORT=0 takes a free one, which nobody knew before.
  const publicUrl = config.publicUrl.replace(/^(http:\/\/localhost):0$/, `$1:${port}`);
  if (keys) fs.writeFileSync(path.join(dataDir, URL_FILE), publicUrl);
  if (keys && sandbox) fs.writeFileSync(path.join(dataDir, SANDBOX_URL_FILE), sandbox.url);
  const given = readEnvironment()['DATA_DIR'] ?? null;
  console.log(
    banner({ publicUrl, sandboxUrl: sandbox?.url ?? null, demo, adminKeyFile, isDatabaseEmbedded: keys !== undefined, dataDir: given }),
  );
}

function sandboxHosts(sandbox: RunningSandbox | undefined): string[] {
  return sandbox ? [new URL(sandbox.baseUrl).host] : [];
}

/** Finishes what runs, in at most ten seconds. `isReplaced`: other copies take the requests, once they are sent there. */
function end(exitCode: number, isReplaced = false): void {
  ending ??= stopAll(isReplaced)
    .catch((error: unknown) => {
      console.error(`The shutdown was not clean: ${messageOf(error)}`);
    })
    .then(() => process.exit(exitCode));
  setTimeout(() => process.exit(exitCode || 1), FORCED_EXIT_MS).unref();
}

async function stopAll(isReplaced: boolean): Promise<void> {
  if (running.app) {
    const server = running.app.getHttpServer();
    running.app.get(HealthService).end();
    await takeLeave(server, isReplaced ? running.app.get(HubConfig).shutdownGraceMs : 0);
    await drain(server);
    await running.app.close();
  }
  await running.sandbox?.close();
  await running.postgres?.stop();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on('SIGTERM', () => {
  end(0, true);
});
// A person at a terminal.
process.on('SIGINT', () => {
  end(0);
});
try {
  await start();
} catch (error) {
  console.error(`The hub could not start. ${startFailure(error, dataDir)}`);
  end(1);
}
