import type { Browser, Locator, Page } from 'playwright-core';
import { startDemo, type RunningDemo } from '../support/demo.js';
import { aPerson, launchBrowser, type Person } from './a-browser.js';

describe('Swagger UI in a browser', () => {
  let demo: RunningDemo;
  let browser: Browser;
  let person: Person;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
  }, 120_000);
  beforeEach(async () => {
    person = await aPerson(browser);
    await person.page.goto(`${demo.hub.url}/docs`);
    await authorise(person.page);
  });
  afterEach(() => person.context.close());
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  const authorise = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.dialog-ux');
    await dialog.getByText('The zero-configuration start prints one').waitFor();
    await dialog.locator('input').fill(demo.demoKey);
    await dialog.getByRole('button', { name: /^(Apply credentials|Authorize)$/ }).click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
  };
  /** Opens a step of a journey as it is, executes it, and says what came back. */
  const execute = async (page: Page, tag: string, operationId: string): Promise<{ status: string; step: Locator }> => {
    const journey = page.locator(`[data-tag="${tag}"]`);
    if ((await journey.getAttribute('data-is-open')) === 'false') await journey.click();
    const step = page.locator(`[id$="-${operationId}"]`).filter({ visible: true });
    await step.locator('.opblock-summary-control').click();
    await step.getByRole('button', { name: 'Execute' }).click();
    const status = step.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    return { status: (await status.innerText()).trim().slice(0, 3), step };
  };

  it('reads free slots and books one, with nothing typed but the demo key', async () => {
    const { page, complaints } = person;

    const slots = await execute(page, 'Journey 1: book', 'findNextSlots');
    const booked = await execute(page, 'Journey 1: book', 'bookAppointment');
    const sent = await booked.step.locator('.curl-command').innerText();

    expect([slots.status, booked.status]).toEqual(['200', '201']);
    expect(sent).toMatch(/Idempotency-Key: [0-9a-f]{32}\b/i);
    expect(complaints).toEqual([]);
  });

  it('cancels and moves, and has the key still when the page is loaded again', async () => {
    const { page } = person;
    await page.reload();

    const canceled = await execute(page, 'Journey 2: cancel', 'cancelAppointment');
    const moved = await execute(page, 'Journey 3: reschedule', 'rescheduleAppointment');

    expect([canceled.status, moved.status]).toEqual(['200', '200']);
  });
});
