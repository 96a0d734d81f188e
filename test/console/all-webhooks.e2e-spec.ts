import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { createFacility } from '../support/factories.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

const MANY = 60;

describe('The webhooks of all facilities', () => {
  let hub: TestHub;
  let hospital: FakeHospital;
  let north: WebhookSender;
  let south: WebhookSender;
  /** All facilities are its, or one alone. */
  let admin: ConsoleVisitor;
  let ofNorth: ConsoleVisitor;
  let quiet: string;

  const eventsIn = (text: string): string[] => [...text.matchAll(/href="\/console\/webhooks\/([\w-]+)"/g)].map(([, id = '']) => id);

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', []);
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
    const sender = async (name: string): Promise<WebhookSender> =>
      webhookSender(hub, await createFacility(hub, hospital, { name }), () => new Date());
    [north, south] = [await sender('North Hospital (test)'), await sender('South Hospital (test)')];
    quiet = await createFacility(hub, hospital, { name: 'Quiet Hospital (test)' });
    for (const { id } of [await north.sent({ action: 'sung' }), await south.sent({ action: 'sung' })])
      await hub.sql(`update webhook_event set reason = 'dead-letter' where id = $1`, [id]);
    await north.sent({ action: 'hummed' });
    const bound = await hub.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], facilityIds: [north.facilityId, quiet] });
    [admin, ofNorth] = [await signedIn(hub, ADMIN_KEY), await signedIn(hub, (bound.body as { key: string }).key)];
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  it('are listed together, each with its facility', async () => {
    const { text } = await admin.get('/console/webhooks');

    expect(eventsIn(text)).toHaveLength(3);
    expect(text).toContain('North Hospital (test)');
    expect(text).toContain('South Hospital (test)');
  });

  it.each<[string, number]>([
    ['?outcome=rejected', 3],
    ['?reason=dead-letter', 2],
    ['?outcome=held', 0],
    ['?outcome=pending', 0],
  ])('%s are %d', async (query, count) => {
    const { text } = await admin.get(`/console/webhooks${query}`);

    expect(eventsIn(text)).toHaveLength(count);
  });

  it('are those of the key’s own facilities alone, in lists and in numbers', async () => {
    const list = await ofNorth.get('/console/webhooks');
    const overview = await ofNorth.get('/console');
    const withDead = await ofNorth.get('/console?only=dead-letters');

    expect(eventsIn(list.text)).toHaveLength(2);
    expect(list.text).not.toContain('South Hospital (test)');
    expect(overview.text).toMatch(/Dead letters <strong>1<\/strong>/);
    expect(withDead.text).toContain('North Hospital (test)');
    expect(withDead.text).not.toContain('South Hospital (test)');
    expect(withDead.text).not.toContain('Quiet Hospital (test)');
  });

  it('lead from the number of dead letters to them, and to the facilities that have some', async () => {
    const overview = await admin.get('/console');
    const path = /href="([^"]+)">Dead letters <strong>2</.exec(overview.text)?.[1] ?? '';
    const facilities = await admin.get('/console?only=dead-letters');

    expect(eventsIn((await admin.get(path)).text)).toHaveLength(2);
    expect(facilities.text).toContain('South Hospital (test)');
    expect(facilities.text).not.toContain('Quiet Hospital (test)');
  });

  it.each<[string, () => ConsoleVisitor]>([
    ['all facilities', () => admin],
    ['some', () => ofNorth],
  ])('come page after page, each once, to a key of %s', async (_, visitor) => {
    await hub.sql(
      `insert into webhook_event (id, facility_id, identity, body_digest, received_at, deliveries, outcome, reason, flags, changes)
       select ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, $2 || n, 'd', now(), 1, 'held', 'unknown-appointment', '{}', '[]'
       from generate_series(1, ${MANY}) n on conflict do nothing`,
      [quiet, 'many'],
    );

    const seen: string[] = [];
    for (let path: string | undefined = '/console/webhooks?outcome=held'; path !== undefined;) {
      const { text }: { text: string } = await visitor().get(path);
      seen.push(...eventsIn(text));
      path = /href="(\/console\/webhooks\?[^"]*cursor=[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }

    expect(seen).toHaveLength(MANY);
    expect(new Set(seen).size).toBe(MANY);
  });

  it('have no list of what is common', async () => {
    const { status } = await admin.get('/console/webhooks?outcome=applied');

    expect(status).toBe(400);
  });
});
