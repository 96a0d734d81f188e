import { signedIn } from '../support/console.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

describe('The log of requests', () => {
  const log: string[] = [];
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startHub({ log });
  });
  afterAll(() => hub.close());

  it.each(['/console', '/console/search', '/console/no/such/page', '/console/facilities/nobody/webhooks/dry-run', '/api/v1/facilities'])(
    'has one line for %s',
    async path => {
      const visitor = await signedIn(hub, ADMIN_KEY);

      const { headers } = await visitor.get(path);

      const lines = log.map(line => JSON.parse(line) as { requestId?: string; msg: string });
      expect(lines.filter(({ requestId }) => requestId === headers.get('x-request-id')).map(({ msg }) => msg)).toEqual(['request']);
    },
  );
});
