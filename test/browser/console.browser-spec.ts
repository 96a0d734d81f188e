import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { aFacility } from '../support/factories.js';
import { ADMIN_KEY } from '../support/hub.js';
import { aPatient } from '../support/journey.js';
import { startTelling, type Telling } from '../support/told.js';
import { syncedCalendars } from '../support/synced-calendars.js';
import { signed, webhookSender } from '../support/webhooks.js';
import { aPerson, launchBrowser, layoutShift, loadedBytes, signIn, violationsOf, type Person, type Scheme } from './a-browser.js';

const MOST_BYTES = 60 * 1_024;

describe('The console in a browser', () => {
  let telling: Telling;
  let browser: Browser;
  let people: Person[] = [];
  /** Whose confirmation the provider refused. */
  let unlucky: { phone: string; id: string };

  const somebody = async (...args: [scheme?: Scheme, width?: number]): Promise<Person> => {
    const person = await aPerson(browser, ...args);
    people.push(person);
    return person;
  };
  const aKey = async (scope: string): Promise<string> =>
    (await telling.hub.call('POST', '/api-keys', { name: 'Test', scopes: [scope], facilityIds: [telling.facilityId] })).body.key as string;
  const bookUnlucky = async (): Promise<{ phone: string; id: string }> => {
    const phone = telling.nextPhone();
    telling.twilio.at(phone, { kind: 'error', code: 21211 });
    const { body } = await telling.book({ contact: aPatient({ phone }), start: telling.nextStart() });
    await telling.settled(body.id as string);
    telling.twilio.at(phone, null);
    // What is sent again is tried from a later time on.
    telling.clock.advance(60_000);
    return { phone, id: body.id as string };
  };

  beforeAll(async () => {
    [telling, browser] = await Promise.all([startTelling(), launchBrowser()]);
    unlucky = await bookUnlucky();
    await telling.staffBook('A-900', telling.nextPhone());
    await telling.sender.sent({ action: 'sung', appointment_id: 'A-901', name: 'Testa Inventada' });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(people.map(({ context }) => context.close()));
    people = [];
  });
  afterAll(async () => {
    await browser.close();
    await telling.close();
  });

  it('answers why a patient got no confirmation, and sees it delivered', async () => {
    const { phone } = await bookUnlucky();
    const { page, complaints } = await somebody();
    await signIn(page, telling.hub.url, await aKey('write'));

    await page.getByRole('link', { name: 'Search', exact: true }).click();
    await page.getByLabel('Phone, patient id').fill(phone);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Open the appointment' }).click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    const before = await verdict.innerText();
    await page.getByText('Resend…').click();
    await page.getByLabel('Why', { exact: true }).fill('The patient asked for it');
    await page.getByRole('button', { name: 'Send once more' }).click();
    await page.getByText('sent once more').waitFor();
    await verdict.getByText('sent-no-receipt').waitFor();
    const sms = telling.twilio.sent.findLast(({ to }) => to === phone);
    if (!sms) throw new Error('Nothing was sent');
    await telling.twilio.report(sms, 'delivered', { via: telling.hub.url });
    await verdict.getByText('delivered', { exact: true }).waitFor();

    expect(before).toContain('What to do:');
    expect(before).not.toContain('sent-no-receipt');
    expect(telling.smsTo(phone)).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('takes a facility live, once it has shown what it must', async () => {
    const { hub } = telling;
    const { body: made } = await hub.call('POST', '/facilities', {
      ...aFacility({ name: 'Draft Hospital (test)', status: 'draft' }),
      scheduler: { connector: 'botmd', baseUrl: telling.hospital.baseUrl, auth: { scheme: 'bearer', apiKey: 'test-upstream-key' } },
    });
    const facilityId = (made as { id: string }).id;
    const [calendar] = await syncedCalendars(hub, facilityId);
    const sender = await webhookSender(hub, facilityId, () => telling.clock.now());
    const { page, complaints } = await somebody();
    await signIn(page, hub.url, ADMIN_KEY);
    await page.getByRole('link', { name: 'Draft Hospital (test)' }).click();

    await page.getByText('Begin testing…').click();
    await page.getByRole('button', { name: 'Begin testing' }).click();
    await page.getByText('The state of the facility is changed.').waitFor();
    const missing = await page.getByText('missing', { exact: true }).count();
    await page.getByText('Check the connection…').click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('The connection works').waitFor();
    await sender.sent({ action: 'scheduled', appointment_id: 'G-1', name: 'Testa Inventada', datetime: '2026-10-06T09:00:00+08:00' });
    const booking = {
      contact: aPatient(),
      calendarId: calendar?.id,
      appointmentTypeId: calendar?.appointmentTypes[0]?.id,
      start: telling.nextStart(),
    };
    const booked = await hub.call('POST', `/facilities/${facilityId}/appointments`, booking, { 'idempotency-key': randomUUID() });
    telling.hospital.on('PUT /appointments/:id/cancel', {});
    await hub.call('PUT', `/appointments/${(booked.body as { id: string }).id}/cancel`, {});
    await page.goto(`${hub.url}/console/facilities/${facilityId}`);
    await page.getByText('Go live…').click();
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.getByText('The state of the facility is changed.').waitFor();

    expect(missing).toBe(4);
    expect((await hub.call('GET', `/facilities/${facilityId}`)).body.status).toBe('live');
    expect(complaints).toEqual([]);
  });

  it('can be used by the keyboard alone', async () => {
    const { page } = await somebody();
    await page.goto(`${telling.hub.url}/console/sign-in`);

    await page.keyboard.type(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    const first = await page.evaluate<string>('document.activeElement.textContent');
    await page.keyboard.press('Enter');

    expect(first).toBe('Skip to the page');
    expect(new URL(page.url()).hash).toBe('#main');
  });

  it('shows a reader no button to act by, and refuses them where they act all the same', async () => {
    const { page } = await somebody();
    await signIn(page, telling.hub.url, await aKey('read'));
    await page.goto(`${telling.hub.url}/console/appointments/${unlucky.id}`);
    const [message] = await telling.messages(unlucky.id);

    const offered = await page.getByText('Resend…').count();
    const status = await page.evaluate<number>(`fetch('/console/messages/${message?.id}/resend', {
      method: 'POST',
      body: new URLSearchParams({ csrf: document.querySelector('[name=csrf]').value, reason: 'Because I can' }),
    }).then(response => response.status)`);

    expect(offered).toBe(0);
    expect(status).toBe(403);
    expect(telling.smsTo(unlucky.phone)).toEqual([]);
  });

  it('refuses a form that no page of the session has made', async () => {
    const { page } = await somebody();
    await signIn(page, telling.hub.url, await aKey('write'));
    await page.goto(`${telling.hub.url}/console/appointments/${unlucky.id}`);

    await page.getByText('Resend…').click();
    await page.evaluate(`document.querySelectorAll('[name=csrf]').forEach(input => { input.value = 'forged'; })`);
    await page.getByLabel('Why', { exact: true }).fill('Forged');
    await page.getByRole('button', { name: 'Send once more' }).click();

    await page.getByRole('alert').filter({ hasText: 'nothing was done' }).waitFor();
    expect(telling.smsTo(unlucky.phone)).toEqual([]);
  });

  it('explains a bad webhook that is pasted into the dry run', async () => {
    const { page, complaints } = await somebody();
    const body = '{\n  "action": "scheduled",\n  "appointment_id": "A-902",\n  "datetime": "2026-10-05T09:00:00+08:00"\n}';
    const headers = Object.entries(signed(telling.sender.secret, 'msg_pasted', telling.clock.now(), body))
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n');
    await signIn(page, telling.hub.url, ADMIN_KEY);
    await page.goto(`${telling.hub.url}/console/facilities/${telling.facilityId}/webhooks/dry-run`);
    const verdict = page.getByRole('status', { name: 'Verdict' });

    await page.getByLabel('Headers').fill(headers);
    await page.getByLabel('Body').fill(JSON.stringify(JSON.parse(body)));
    await page.getByRole('button', { name: 'Check' }).click();
    const bad = await verdict.innerText();
    await page.getByLabel('Body').fill(body);
    await page.getByRole('button', { name: 'Check' }).click();
    await verdict.getByText('It would be taken').waitFor();

    expect(bad).toContain('no-matching-signature');
    expect(complaints).toEqual([]);
  });

  it('shows webhooks as they come', async () => {
    const { page, complaints } = await somebody();
    await signIn(page, telling.hub.url, ADMIN_KEY);
    await page.goto(`${telling.hub.url}/console/facilities/${telling.facilityId}/webhooks`);
    const rows = page.locator('tbody tr');
    const before = await rows.count();

    await telling.staffBook('A-904', telling.nextPhone());
    await rows.nth(before).waitFor();

    expect(await rows.first().innerText()).toContain('appointmentCreated');
    expect(complaints).toEqual([]);
  });

  it('keeps the newest webhooks alone where a page stands open for long', async () => {
    const { page, complaints } = await somebody();
    await signIn(page, telling.hub.url, ADMIN_KEY);
    await page.goto(`${telling.hub.url}/console/facilities/${telling.facilityId}/webhooks`);
    const rows = page.locator('tbody tr');
    await page.evaluate(`document.querySelector('tbody').insertAdjacentHTML('beforeend', '<tr><td>old</td></tr>'.repeat(1_000))`);

    await telling.staffBook('A-905', telling.nextPhone());
    await rows.first().getByText('appointmentCreated').waitFor();
    await rows.nth(500).waitFor({ state: 'detached' });

    expect(await rows.count()).toBe(500);
    expect(complaints).toEqual([]);
  });

  it.each<[Scheme, number]>([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 360],
    ['dark', 360],
  ])('has pages for everybody (%s, %d px wide): nothing serious by axe, small, and nothing moves', async (scheme, width) => {
    const { page, complaints } = await somebody(scheme, width);
    const facility = `/console/facilities/${telling.facilityId}`;
    const [message] = await telling.messages(unlucky.id);
    const { body } = await telling.hub.call('GET', `/facilities/${telling.facilityId}/webhook-events`);
    const paths = [
      '/console',
      '/console?only=overdue',
      '/console/search',
      '/console/webhooks',
      '/console/webhooks?reason=dead-letter',
      `/console/appointments/${unlucky.id}`,
      `/console/messages/${message?.id}`,
      `/console/webhooks/${(body as { data: { id: string }[] }).data[0]?.id}`,
      facility,
      ...['webhooks', 'webhooks/dry-run', 'messages', 'drift', 'templates'].map(part => `${facility}/${part}`),
    ];
    await page.goto(`${telling.hub.url}/console/sign-in`);
    const wrong: string[] = (await violationsOf(page)).map(violation => `/console/sign-in: ${violation}`);
    await signIn(page, telling.hub.url, ADMIN_KEY);

    for (const path of paths) {
      await page.goto(`${telling.hub.url}${path}`);
      wrong.push(...(await violationsOf(page)).map(violation => `${path}: ${violation}`));
      const shift = await layoutShift(page);
      if (shift > 0) wrong.push(`${path}: moves by ${shift}`);
      const loaded = await loadedBytes(page);
      const bytes = Object.values(loaded).reduce((sum, size) => sum + size, 0);
      if (bytes > MOST_BYTES) wrong.push(`${path}: ${bytes} bytes`);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      if (overflow > 0) wrong.push(`${path}: ${overflow} px wider than the screen`);
      const elsewhere = Object.keys(loaded).filter(address => !address.startsWith(telling.hub.url));
      if (elsewhere.length > 0) wrong.push(`${path}: loads ${elsewhere.join(', ')}`);
    }

    expect(wrong).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
