import { signedIn } from '../support/console.js';
import { ADMIN_KEY } from '../support/hub.js';
import { startTelling, type Telling } from '../support/told.js';

describe('The log of requests', () => {
  const log: string[] = [];
  let telling: Telling;

  beforeAll(async () => {
    telling = await startTelling(undefined, { log });
  });
  afterAll(() => telling.close());

  const linesOf = (answer: { headers: Headers }): { requestId?: string; msg: string; status?: number; facilityId?: string }[] =>
    log
      .map(line => JSON.parse(line) as { requestId?: string; msg: string })
      .filter(({ requestId }) => requestId === answer.headers.get('x-request-id'));

  it.each(['/console', '/console/search', '/console/no/such/page', '/console/facilities/nobody/webhooks/dry-run', '/api/v1/facilities'])(
    'has one line for %s',
    async path => {
      const visitor = await signedIn(telling.hub, ADMIN_KEY);

      const answer = await visitor.get(path);

      expect(linesOf(answer).map(({ msg }) => msg)).toEqual(['request']);
    },
  );

  it('names the facility whose webhook it was, taken or refused', async () => {
    const { sender, facilityId } = telling;
    const event = { action: 'sung', appointment_id: 'A-1' };

    const taken = await sender.send(event);
    const refused = await fetch(sender.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      body: JSON.stringify(event),
    });

    expect([taken, refused].map(linesOf)).toMatchObject([[{ status: 202, facilityId }], [{ status: 401, facilityId }]]);
  });
});
