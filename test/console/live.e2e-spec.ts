import { WebhookStream } from '../../src/console/webhook-stream.service.js';
import { HealthService } from '../../src/health/health.service.js';
import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { eventually } from '../support/eventually.js';
import { ADMIN_KEY } from '../support/hub.js';
import { startTelling, type Telling } from '../support/told.js';

/** What a browser has got of a stream so far. */
interface Watching {
  status: number;
  text: () => string;
  isOver: () => boolean;
  stop: () => void;
}

describe('Console: webhooks as they come', () => {
  let telling: Telling;
  let visitor: ConsoleVisitor;
  const log: string[] = [];

  beforeAll(async () => {
    telling = await startTelling(undefined, { log });
    visitor = await signedIn(telling.hub, ADMIN_KEY);
  });
  afterAll(() => telling.close());

  const watch = async (query = '', headers: Record<string, string> = {}, by = visitor): Promise<Watching> => {
    const cookie = [...by.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const controller = new AbortController();
    const { signal } = controller;
    const url = `${telling.hub.url}/console/facilities/${telling.facilityId}/webhooks/live${query}`;
    const response = await fetch(url, { headers: { cookie, ...headers }, signal });
    let [text, isOver] = ['', false];
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString('utf8');
      isOver = true;
    };
    void read().catch(() => undefined);
    return { status: response.status, text: () => text, isOver: () => isOver, stop: () => controller.abort() };
  };

  it('sends each once, those after the last that the browser had', async () => {
    await telling.staffBook('A-1', telling.nextPhone());
    const all = await watch();
    await eventually('the first is shown', () => all.text().includes('event: webhooks'));
    const last = /id: ([\w-]{36})/.exec(all.text())?.[1] ?? '';
    const later = await watch('', { 'last-event-id': last });

    await telling.staffBook('A-2', telling.nextPhone());
    await eventually(
      'the second is shown',
      () => later.text().includes('event: webhooks') && all.text().split('event: webhooks').length > 2,
    );
    all.stop();
    later.stop();

    const rows = (text: string): number => text.split('<tr>').length - 1;
    expect([rows(all.text()), rows(later.text())]).toEqual([2, 1]);
  });

  it('sends those alone that the filter lets through', async () => {
    const rejected = await watch('?outcome=rejected');
    await telling.staffBook('A-3', telling.nextPhone());
    await telling.sender.sent({ action: 'sung', appointment_id: 'A-4' });

    await eventually('it is shown', () => rejected.text().includes('unknown-event'));
    rejected.stop();

    expect(rejected.text()).not.toContain('appointmentCreated');
  });

  it('ends with the session', async () => {
    const other = await signedIn(telling.hub, ADMIN_KEY);
    const watching = await watch('', {}, other);

    await other.post('/console/sign-out');

    await eventually('the stream is over', watching.isOver);
    expect(watching.status).toBe(200);
  });

  it('is for fifty at a time', async () => {
    const fifty = await Promise.all(Array.from({ length: 50 }, () => watch()));
    const refused = await watch();
    for (const watching of fifty) watching.stop();

    const again = await eventually('there is room again', async () => {
      const next = await watch();
      return next.status === 200 && next;
    });
    again.stop();

    expect([new Set(fifty.map(({ status }) => status)), refused.status]).toEqual([new Set([200]), 429]);
  });

  it('keeps no place for a browser that went before its stream began', async () => {
    const streams = telling.hub.app.get(WebhookStream);
    const caller = { keyId: 'configured', scopes: [], facilityIds: null };

    for (let gone = 0; gone < 50; gone++) streams.watch(caller, '', telling.facilityId, { limit: 50 });
    const watching = await watch();
    watching.stop();

    expect(watching.status).toBe(200);
  });

  it('ends where the database fails, and tells neither the browser nor the log what that said', async () => {
    const { hub, facilityId } = telling;
    const watching = await watch('?appointmentId=01999c5e-0000-7000-8000-00000000000f');

    await hub.sql('alter table webhook_event rename to webhook_event_away');
    await eventually('the stream is over', watching.isOver);
    await hub.sql('alter table webhook_event_away rename to webhook_event');

    const told = log.filter(line => line.includes('could not be looked for'));
    expect(watching.text()).not.toMatch(/select|relation|webhook_event/);
    expect(log.join('\n')).not.toMatch(/relation|does not exist|00000000000f/);
    expect(told).toHaveLength(1);
    expect((await visitor.get(`/console/facilities/${facilityId}/webhooks`)).status).toBe(200);
  });

  it('ends with this copy, which would wait for it otherwise', async () => {
    const watching = await watch();

    telling.hub.app.get(HealthService).end();

    await eventually('the stream is over', watching.isOver);
    expect(watching.status).toBe(200);
  });
});
