import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { webhookSender } from '../support/webhooks.js';

interface GoLive {
  status: string;
  statusReason: string;
  statusCause: string | null;
  ready: boolean;
  requirements: { requirement: string; met: boolean; at: string | null; evidenceId: string | null; missing: string | null }[];
}

describe('A facility on its way to live', () => {
  let journey: Journey;
  let facility: string;

  beforeEach(async () => {
    journey = await startJourney({ status: undefined });
    facility = `/facilities/${journey.facilityId}`;
  });
  afterEach(() => journey.close());

  const goLive = async (): Promise<GoLive> => (await journey.hub.call('GET', `${facility}/go-live`)).body as GoLive;
  const missing = async (): Promise<string[]> => (await goLive()).requirements.filter(r => !r.met).map(r => r.requirement);
  const set = (body: Record<string, unknown>): Promise<Answer> => journey.hub.call('PUT', `${facility}/status`, body);
  const check = (): Promise<Answer> => journey.hub.call('POST', `${facility}/connection-check`);
  const bookAndCancel = async (start: string): Promise<string> => {
    const booked = await journey.book({ contact: aPatient(), ...journey.ids('cal-cardiology', 'type-consultation'), start });
    expect(booked.status).toBe(201);
    const id = booked.body.id as string;
    const canceled = await journey.hub.call('PUT', `/appointments/${id}/cancel`, { reason: 'Test' }, { 'idempotency-key': randomUUID() });
    expect(canceled.status).toBe(200);
    return id;
  };
  /** The sender turns the secret: what the sandbox signed with holds on. */
  const webhook = async (): Promise<string> => {
    const sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());
    const event = { event: 'appointmentCreated', appointment_id: 'T-1', name: 'Testa Walkin', datetime: '2026-10-07T13:00:00+08:00' };
    return (await sender.sent(event)).id;
  };

  it('is a draft at first, shows step by step what it lacks, and goes live once it has shown all', async () => {
    const { hub, clock } = journey;

    expect(await goLive()).toMatchObject({ status: 'draft', statusReason: 'created', ready: false });
    const refused = await set({ status: 'live' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'go-live-requirements-missing' } });
    expect((refused.body.errors as { code: string }[]).map(e => e.code)).toEqual(['connection-check', 'webhook', 'booking', 'cancel']);
    expect((await hub.call('PATCH', facility, { status: 'live' })).body).toMatchObject({ status: 409, code: 'go-live-elsewhere' });

    await check();
    const eventId = await webhook();
    await bookAndCancel('2026-10-05T13:00:00+08:00');
    expect(await missing()).toEqual(['booking', 'cancel']);

    clock.advance(1_000);
    expect((await set({ status: 'testing' })).body).toMatchObject({ status: 'testing', statusReason: 'set', ready: false });
    const appointmentId = await bookAndCancel('2026-10-05T13:30:00+08:00');
    const shown = await goLive();
    expect(shown.ready).toBe(true);
    expect(shown.requirements).toEqual([
      { requirement: 'connection-check', met: true, at: '2026-10-01T08:00:00+08:00', evidenceId: null, missing: null },
      { requirement: 'webhook', met: true, at: '2026-10-01T08:00:00+08:00', evidenceId: eventId, missing: null },
      { requirement: 'booking', met: true, at: '2026-10-01T08:00:01+08:00', evidenceId: appointmentId, missing: null },
      { requirement: 'cancel', met: true, at: '2026-10-01T08:00:01+08:00', evidenceId: appointmentId, missing: null },
    ]);

    expect(await set({ status: 'live' })).toMatchObject({ status: 200, body: { status: 'live', statusReason: 'requirements-met' } });
    expect((await hub.call('GET', facility)).body).toMatchObject({ status: 'live', statusSince: '2026-10-01T08:00:01+08:00' });
    const { body: feed } = await hub.call('GET', `/events?facilityId=${journey.facilityId}&limit=200`);
    const changes = (feed.data as { type: string; changed: string[]; contactId: string | null }[]).filter(
      e => e.type === 'facility.changed',
    );
    expect(changes).toMatchObject([
      { changed: ['status'], contactId: null },
      { changed: ['status'], contactId: null },
    ]);
  });

  it('lacks a check that failed last, and all of it with another scheduler', async () => {
    await set({ status: 'testing' });
    await check();
    await webhook();
    await bookAndCancel('2026-10-05T13:00:00+08:00');
    expect(await missing()).toEqual([]);

    await journey.hub.sql('update facility set has_connection_passed = false');
    expect(await missing()).toEqual(['connection-check']);
    journey.clock.advance(1_000);
    await journey.hub.call('PATCH', facility, { scheduler: { idempotentCreate: true } });
    await check();
    expect(await missing()).toEqual([]);
    await journey.hub.call('PATCH', facility, { scheduler: { auth: { scheme: 'header' } } });
    await check();
    expect(await missing()).toEqual(['webhook', 'booking', 'cancel']);
  });

  it('lacks all of it with other signatures, and what is tested once it is a draft again', async () => {
    await set({ status: 'testing' });
    await check();
    await webhook();
    await bookAndCancel('2026-10-05T13:00:00+08:00');

    await set({ status: 'draft' });
    expect(await missing()).toEqual(['booking', 'cancel']);
    journey.clock.advance(1_000);
    await journey.hub.call('PATCH', facility, { webhook: { scheme: 'hmac-sha256' } });
    expect(await missing()).toEqual(['connection-check', 'webhook', 'booking', 'cancel']);
  });

  it('does not come back by itself with another hospital', async () => {
    await set({ status: 'live', byHand: true, reason: 'Test' });
    await journey.hub.call('DELETE', facility);
    journey.clock.advance(1_000);
    await journey.hub.call('PATCH', facility, { scheduler: { auth: { scheme: 'header' } } });

    expect((await set({ status: 'live' })).body).toMatchObject({ status: 409, code: 'go-live-requirements-missing' });
  });

  it('has a time and a reason where a copy of before sets its status', async () => {
    await journey.hub.sql(`update facility set status = 'testing' where id = $1`, [journey.facilityId]);

    const [row] = await journey.hub.sql<{ since: Date; at: Date; reason: string }>(
      'select status_since as since, testing_since as at, status_reason as reason from facility where id = $1',
      [journey.facilityId],
    );
    expect(row).toMatchObject({ since: row?.at, reason: 'set' });
    expect(row?.at).toBeInstanceOf(Date);
  });

  it('counts no webhook that was rejected', async () => {
    const sender = await webhookSender(journey.hub, journey.facilityId, () => journey.clock.now());

    await sender.sent({ event: 'unheard-of' });

    expect(await missing()).toContain('webhook');
  });

  it('goes live by hand, for a reason that the audit log keeps', async () => {
    for (const reason of [undefined, '\u200b'])
      expect(await set({ status: 'live', byHand: true, reason })).toMatchObject({ status: 400, body: { errors: [{ field: 'reason' }] } });

    const reason = 'Certified on site';
    expect((await set({ status: 'live', byHand: true, reason })).body).toMatchObject({
      status: 'live',
      statusReason: 'set-by-hand',
      ready: false,
    });

    const { body } = await journey.hub.call('GET', `${facility}/audit-log?action=setFacilityStatus`);
    expect(body.data).toMatchObject([
      { status: 200, reason },
      { status: 400, reason: '\u200b' },
      { status: 400, reason: null },
    ]);
  });

  it('comes back by itself after it was off only if it was live before', async () => {
    const { hub } = journey;
    await hub.call('DELETE', facility);
    expect((await set({ status: 'live' })).status).toBe(409);

    await set({ status: 'live', byHand: true, reason: 'Test' });
    await hub.call('DELETE', facility);
    expect((await set({ status: 'live' })).body).toMatchObject({ status: 'live', statusReason: 'reactivated' });
    expect((await set({ status: 'degraded' })).status).toBe(400);
  });

  it('leaves its patients in the log until it is live', async () => {
    const { hub } = journey;
    const sms = { channel: 'sms', accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-token', from: 'TEST' };
    await hub.call('PATCH', facility, { notifications: { channels: [sms] } });
    const booked = await journey.book({
      contact: aPatient(),
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: '2026-10-05T13:00:00+08:00',
    });

    const explained = await eventually('the message is decided', async () => {
      const { body } = await hub.call('GET', `/appointments/${String(booked.body.id)}/explanation`);
      return body.verdict === 'logged' ? body : null;
    });
    expect(explained.steps).toContainEqual(expect.objectContaining({ step: 'channel', detail: 'sms', outcome: 'not-live' }));
    expect(explained.summary).toContain('is not live');
  });

  it('is set live at its creation by an admin who vouches for it', async () => {
    const id = await createFacility(journey.hub, journey.sandbox, { status: 'live' });

    expect((await journey.hub.call('GET', `/facilities/${id}`)).body).toMatchObject({ status: 'live', statusReason: 'set-at-creation' });
  });
});
