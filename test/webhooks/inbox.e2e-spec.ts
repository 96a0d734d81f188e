import { randomUUID } from 'node:crypto';
import { acrossFacilities } from '../../src/database/facility-scope.js';
import { WebhookInboxRepository } from '../../src/webhooks/webhook-inbox.repository.js';
import { WebhookInboxService } from '../../src/webhooks/webhook-inbox.service.js';
import { createFacility } from '../support/factories.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startHub, type TestHub } from '../support/hub.js';

const { jest } = import.meta;

describe('The inbox', () => {
  let hub: TestHub;
  let hospital: FakeHospital;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
  }, 60_000);
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  it('writes what arrives at one moment in one transaction, from the first on', async () => {
    const facilityId = await createFacility(hub, hospital);
    const inbox = hub.app.get(WebhookInboxService);
    const written = jest.spyOn(hub.app.get(WebhookInboxRepository), 'write');
    const rows = Array.from({ length: 10 }, (_, i) => ({
      ...{ id: randomUUID(), facilityId, identity: `msg_${i}`, isFromBytes: false, bodyDigest: `digest-${i}`, bodySealed: 'sealed' },
      ...{ receivedAt: new Date(), traceparent: null },
    }));

    const receipts = await acrossFacilities(() => Promise.all(rows.map(row => inbox.store(row))));

    expect(receipts.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(written.mock.calls.map(([, entries]) => entries.length)).toEqual([10]);
  });
});
