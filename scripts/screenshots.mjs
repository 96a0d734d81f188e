// Takes the pictures of docs/images/ from a hub that runs: `npm start` in one terminal, `npm run journeys` once, then this.
//
// HUB_URL and API_KEY say which hub and who signs in; by default those of the zero-configuration start, as its administrator.
// CHROMIUM is the browser, by default Debian's.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser, signIn } from '../test/browser/a-browser.js';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const IMAGES = path.join(ROOT, 'docs/images');
const DATA_DIR = process.env.DATA_DIR ?? path.join(ROOT, '.data');
const url = process.env.HUB_URL ?? 'http://localhost:3000';
const key = process.env.API_KEY ?? JSON.parse(fs.readFileSync(path.join(DATA_DIR, 'keys.json'), 'utf8')).ADMIN_API_KEY;

const authorization = `Bearer ${key}`;
const newest = async route => {
  const response = await fetch(`${url}/api/v1${route}`, { headers: { authorization } });
  const { data } = await response.json();
  if (!data?.[0]) throw new Error(`${route} is empty: run npm run journeys first.`);
  return data[0];
};

const browser = await launchBrowser();
try {
  const { id } = await newest('/facilities');
  const message = await newest(`/facilities/${id}/notifications`);
  const pictures = [
    { name: 'console-overview', path: '/console', colorScheme: 'light' },
    { name: 'console-appointment', path: `/console/appointments/${message.appointmentId}`, colorScheme: 'light' },
    { name: 'console-webhooks', path: `/console/facilities/${id}/webhooks`, colorScheme: 'dark' },
    {
      name: 'console-phone',
      path: `/console/appointments/${message.appointmentId}`,
      colorScheme: 'dark',
      viewport: { width: 360, height: 720 },
    },
  ];
  fs.mkdirSync(IMAGES, { recursive: true });
  for (const { name, path: at, colorScheme, viewport = { width: 1_100, height: 620 } } of pictures) {
    const page = await browser.newPage({ colorScheme, viewport });
    await signIn(page, url, key);
    await page.goto(`${url}${at}`);
    await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
    await page.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
}
