import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What of a page is wrong by WCAG, as axe names it. */
interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

export type Scheme = 'light' | 'dark';

/** A new browser without a past. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Somebody at the browser; `complaints`: what the browser's console has told of errors, a forbidden script among them. */
export interface Person {
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

export async function aPerson(browser: Browser, scheme: Scheme = 'light', width = 1_280): Promise<Person> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  return { context, page, complaints };
}

/** Signs in as people do: by typing. */
export async function signIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/console`);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** Serious and critical ones. */
export async function violationsOf(page: Page): Promise<string[]> {
  // As a debugger does it: the page's own policy lets no such script in.
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>('axe.run(document).then(result => result.violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** How far parts of the page have moved since it was loaded, as browsers score it: 0 is not at all. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
  })`);
}

/** What the page has loaded, over the wire, in bytes, by address. */
export function loadedBytes(page: Page): Promise<Record<string, number>> {
  return page.evaluate<Record<string, number>>(
    `Object.fromEntries([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(e => [e.name, e.encodedBodySize]))`,
  );
}
