// `npm run journeys`: plays the mission's flows against a running hub. HUB_URL and API_KEY, or those of `npm start`; the hospital's staff
// are played at SANDBOX_URL with SANDBOX_API_KEY, or at the sandbox of that start.
import fs from 'node:fs';
import path from 'node:path';
import { Clock } from '../common/clock.js';
import { readEnvironment } from '../config/environment.js';
import { ApiClient } from '../journeys/api-client.js';
import { playJourneys } from '../journeys/journeys.js';
import { knownSandbox } from '../journeys/known-sandbox.js';
import { existingKeys, URL_FILE } from '../start/keys.js';

const environment = readEnvironment();
const dataDir = path.resolve(environment['DATA_DIR'] ?? '.data');
const urlFile = path.join(dataDir, URL_FILE);
const startedUrl = fs.existsSync(urlFile) ? fs.readFileSync(urlFile, 'utf8').trim() : 'http://localhost:3000';
const hubUrl = (environment['HUB_URL'] ?? startedUrl).replace(/\/+$/, '');
const print = (line: string): void => {
  console.log(line);
};
try {
  const apiKey = environment['API_KEY'] ?? existingKeys(dataDir)?.DEMO_API_KEY;
  if (apiKey === undefined) throw new Error('There is no API key: run npm start first, or set API_KEY and HUB_URL.');
  const sandbox = knownSandbox(environment, dataDir, hubUrl === startedUrl.replace(/\/+$/, ''));
  await playJourneys(
    new ApiClient(hubUrl, '/api/v1', apiKey, print),
    sandbox && new ApiClient(sandbox.url, '', sandbox.apiKey, print),
    new Clock().now(),
  );
  console.log(sandbox ? '\nAll journeys passed.' : '\nAll journeys passed but those that were skipped.');
} catch (error) {
  const isAway = error instanceof TypeError && error.message === 'fetch failed';
  console.error(
    `\nFAILED: ${isAway ? `nobody answers at ${hubUrl}: is the hub running?` : error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
