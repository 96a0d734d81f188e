import { randomUUID } from 'node:crypto';
import { QuickWebhookMiddleware } from '../../src/webhooks/quick-webhook.middleware.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, JSON_TYPE, type Sender } from './sender.js';

/** The router forgives capitals; the quick way does not know them. */
const longWay = (path: string): string => path.replace('webhooks', 'Webhooks');

describe('A webhook, answered before the framework or by it', () => {
  let hub: TestHub;
  let clock: TestClock;
  let sender: Sender;

  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
    sender = await createSender(hub, () => clock.now());
    // Facility and secrets are in memory after one.
    await sender.send(anEvent());
  });
  afterAll(() => hub.close());

  type Delivery = [body: string, headers: Record<string, string>];
  const post = ([body, headers]: Delivery, path = sender.path): Promise<Answer> => sender.post(body, headers, path);
  const signed = (body: string, id: string = randomUUID()): Delivery => [body, { ...JSON_TYPE, ...sender.sign(body, { id }) }];
  const comparable = ({ status, headers, body }: Answer): object => {
    // A problem names its path, and is as long as that makes it.
    const { date: _date, 'x-request-id': _id, 'content-length': _length, ...others } = Object.fromEntries(headers);
    return { status, headers: others, body: { ...(body as object), id: '', requestId: '', instance: '' } };
  };
  const metrics = async (): Promise<string[]> => {
    const text = await (await fetch(`${hub.url}/metrics`)).text();
    return text.split('\n').filter(line => line.startsWith('hub_webhook_received_total'));
  };

  it.each<[string, () => Delivery]>([
    ['a new event', () => signed(JSON.stringify(anEvent()))],
    ['a body that is none', () => signed('[')],
    ['a body that is not UTF-8 JSON', () => signed('"text"')],
    ['a signature of another body', () => ['{}', signed('{"a": 1}')[1]]],
    ['no signature', () => ['{}', JSON_TYPE]],
    ['a form', () => ['a=b', { ...signed('a=b')[1], 'content-type': 'application/x-www-form-urlencoded' }]],
    ['no body', () => signed('')],
  ])('is the same, with the same headers: %s', async (_, delivery) => {
    const quick = await post(delivery());

    const long = await post(delivery(), longWay(sender.path));

    expect(comparable(quick)).toEqual(comparable(long));
    expect(quick.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('knows an event again whichever way it came', async () => {
    const delivery = signed(JSON.stringify(anEvent()));
    const first = await post(delivery, longWay(sender.path));

    const [quick, long] = [await post(delivery), await post(delivery, longWay(sender.path))];

    expect([first.body.status, quick.body, long.body]).toEqual([
      'accepted',
      { id: first.body.id, status: 'duplicate' },
      { id: first.body.id, status: 'duplicate' },
    ]);
  });

  it('is taken by the framework where the quick way fails', async () => {
    const quickWay = hub.app.get(QuickWebhookMiddleware);
    let isAsked = false;
    Object.assign(quickWay, {
      take: () => {
        isAsked = true;
        throw new Error('An invented failure');
      },
    });

    const { status, body } = await post(signed(JSON.stringify(anEvent())));

    Reflect.deleteProperty(quickWay, 'take');
    expect(isAsked).toBe(true);
    expect([status, body.status]).toEqual([202, 'accepted']);
  });

  it('gives the sender its own request id back', async () => {
    const id = '01999c5e-0000-7000-8000-000000000009';
    const [body, headers] = signed(JSON.stringify(anEvent()));

    const answer = await post([body, { ...headers, 'x-request-id': id }]);

    expect(answer.headers.get('x-request-id')).toBe(id.replaceAll('-', ''));
  });

  it('is counted once', async () => {
    const before = await metrics();
    await post(signed(JSON.stringify(anEvent())));
    await post(['{}', JSON_TYPE]);

    const rises = (await metrics()).filter(line => !before.includes(line));

    expect(rises.map(line => /answer="(\w+)"/.exec(line)?.[1])).toEqual(['accepted', '401']);
  });

  it('is a refusal from the moment the facility is deactivated, or its secret rotated out', async () => {
    const other = await createSender(hub, () => clock.now());
    await other.send(anEvent());
    await hub.call('POST', `/facilities/${other.facilityId}/webhook-secret`);
    clock.advance(25 * 3_600_000);
    const rotated = await other.send(anEvent());
    await hub.call('DELETE', `/facilities/${other.facilityId}`);

    const gone = await other.send(anEvent());

    expect([rotated.body.code, gone.body.code]).toEqual(['no-matching-signature', 'facility-gone']);
  });
});
