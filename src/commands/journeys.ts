// `npm run journeys`: plays the mission's flows against a running hub. HUB_URL and API_KEY, or those of `npm start`.
import fs from 'node:fs';
import path from 'node:path';
import { Clock } from '../common/clock.js';
import { readEnvironment } from '../config/environment.js';
import { HubClient } from '../journeys/hub-client.js';
import { playJourneys } from '../journeys/journeys.js';
import { existingKeys, URL_FILE } from '../start/keys.js';

const environment = readEnvironment();
const dataDir = path.resolve(environment['DATA_DIR'] ?? '.data');
const urlFile = path.join(dataDir, URL_FILE);
const startedUrl = fs.existsSync(urlFile) ? fs.readFileSync(urlFile, 'utf8').trim() : 'http://localhost:3000';
const hubUrl = (environment['HUB_URL'] ?? startedUrl).replace(/\/+$/, '');
try {
  const apiKey = environment['API_KEY'] ?? existingKeys(dataDir)?.DEMO_API_KEY;
  if (apiKey === undefined) throw new Error('There is no API key: run npm start first, or set API_KEY and HUB_URL.');
  await playJourneys(
    new HubClient(hubUrl, apiKey, line => {
      console.log(line);
    }),
    new Clock().now(),
  );
  console.log('\nAll journeys passed.');
} catch (error) {
  const isAway = error instanceof TypeError && error.message === 'fetch failed';
  console.error(
    `\nFAILED: ${isAway ? `nobody answers at ${hubUrl}: is the hub running?` : error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
