import { startTelling, type Telling } from '../support/told.js';

describe('Where nothing is traced', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling();
  });
  afterAll(() => t.close());

  it('requests have an id all the same, and nothing is kept of it', async () => {
    const { appointmentId } = await t.staffBook('U-1', t.nextPhone());
    await t.settled(appointmentId);

    const { headers } = await t.hub.call('GET', `/appointments/${appointmentId}`);

    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(await t.hub.sql('select traceparent from webhook_event union select traceparent from notification')).toEqual([
      { traceparent: null },
    ]);
  });
});
