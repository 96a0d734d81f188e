import { EntityManager } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { asWorker } from '../../src/database/worker-context.js';
import { ReachableContactsService, type ContactReach, type ReachedAddress } from '../../src/contacts/reachable-contacts.service.js';
import { ChannelAddressesService } from '../../src/contacts/channel-addresses.service.js';
import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';

const NOW = '2026-10-01T08:00:00.000Z';
const PHONE = '0917 000 0001';
const E164 = '+639170000001';

describe('What the platform tells of addresses', () => {
  let hub: TestHub;
  let facilityId: string;

  beforeAll(async () => {
    hub = await startHub({ clock: new TestClock(NOW) });
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    facilityId = await aHospital();
  });

  const aHospital = async (): Promise<string> => (await hub.call('POST', '/facilities', aFacility())).body.id as string;
  const tell = (event: Record<string, unknown>, at = facilityId): Promise<Answer> =>
    hub.call('POST', `/facilities/${at}/channel-events`, { channel: 'sms', address: PHONE, type: 'opt-out', at: NOW, ...event });
  const contact = async (overrides: Record<string, unknown>): Promise<string> => {
    const { body } = await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Testa Inventada', ...overrides });
    return (body as { id: string }).id;
  };
  const asRequest = <T>(work: () => Promise<T>): Promise<T> => asWorker(hub.app.get(EntityManager), work);
  const reach = (...ids: string[]): Promise<Map<string, ContactReach>> =>
    asRequest(() => hub.app.get(ReachableContactsService).reachOf(facilityId, ids));
  const rows = (): Promise<{ id: string; heard: Date | null; out: boolean; changed: Date | null }[]> =>
    hub.sql(
      'select id, last_inbound_at as heard, is_opted_out as out, opt_changed_at as changed from channel_address where facility_id = $1',
      [facilityId],
    );

  it('knows when somebody last wrote, from an address nobody knew', async () => {
    const told = await tell({ channel: 'messenger', address: 'psid-1', type: 'inbound', at: '2026-10-01T15:30:00+08:00' });

    const id = await contact({ channels: [{ channel: 'messenger', address: 'psid-1' }] });

    expect([told.status, told.body]).toEqual([204, undefined]);
    expect((await reach(id)).get(id)?.addresses).toMatchObject([
      { channel: 'messenger', address: 'psid-1', lastInboundAt: new Date('2026-10-01T07:30:00Z'), isOptedOut: false },
    ]);
  });

  it('silences everybody on a phone, whoever has it, and whoever gets it later', async () => {
    const before = await contact({ name: 'Testa Inventada', phone: PHONE });
    await tell({ address: '+63 917 000 0001' });
    const linked = await contact({ name: 'Otra Inventada', channels: [{ channel: 'sms', address: PHONE }] });
    const later = await contact({ name: 'Nadia Inventada', phone: '+63 (917) 000-0001' });

    const reached = await reach(before, linked, later);

    expect(reached.get(before)?.phone).toMatchObject({ address: E164, isOptedOut: true });
    expect(reached.get(later)?.phone).toMatchObject({ address: E164, isOptedOut: true });
    expect(reached.get(linked)).toMatchObject({ phone: null, addresses: [{ channel: 'sms', address: E164, isOptedOut: true }] });
  });

  it('keeps an opt-out on its channel and in its facility', async () => {
    const id = await contact({ phone: PHONE, channels: [{ channel: 'viber', address: E164 }] });
    await tell({}, await aHospital());
    await tell({ channel: 'messenger', address: E164 });

    expect((await reach(id)).get(id)).toMatchObject({ phone: { isOptedOut: false }, addresses: [{ isOptedOut: false }] });
  });

  const [T1, T2] = ['2026-10-01T01:00:00.000Z', '2026-10-01T02:00:00.000Z'];
  it.each<[string, [type: string, at: string][], { heard: string | null; out: boolean; changed: string | null }]>([
    [
      'one that is told twice',
      [
        ['opt-out', T1],
        ['opt-out', T1],
      ],
      { heard: null, out: true, changed: T1 },
    ],
    [
      'an opt-in after an opt-out',
      [
        ['opt-out', T1],
        ['opt-in', T2],
      ],
      { heard: null, out: false, changed: T2 },
    ],
    [
      'an opt-in that comes late',
      [
        ['opt-out', T2],
        ['opt-in', T1],
      ],
      { heard: null, out: true, changed: T2 },
    ],
    [
      'an opt-out that comes late',
      [
        ['opt-in', T2],
        ['opt-out', T1],
      ],
      { heard: null, out: false, changed: T2 },
    ],
    [
      'both at one moment, the opt-out last',
      [
        ['opt-in', T1],
        ['opt-out', T1],
      ],
      { heard: null, out: true, changed: T1 },
    ],
    [
      'both at one moment, the opt-in last',
      [
        ['opt-out', T1],
        ['opt-in', T1],
      ],
      { heard: null, out: true, changed: T1 },
    ],
    [
      'inbound messages in order',
      [
        ['inbound', T1],
        ['inbound', T2],
      ],
      { heard: T2, out: false, changed: null },
    ],
    [
      'an inbound message that comes late',
      [
        ['inbound', T2],
        ['inbound', T1],
      ],
      { heard: T2, out: false, changed: null },
    ],
    [
      'an inbound message after an opt-out',
      [
        ['opt-out', T1],
        ['inbound', T2],
      ],
      { heard: T2, out: true, changed: T1 },
    ],
    [
      'an opt-out after an inbound message',
      [
        ['inbound', T2],
        ['opt-out', T1],
      ],
      { heard: T2, out: true, changed: T1 },
    ],
    ['a clock that is a little ahead', [['opt-out', '2026-10-01T08:04:00Z']], { heard: null, out: true, changed: NOW }],
  ])('holds what came last, in whatever order it comes: %s', async (_, events, held) => {
    for (const [type, at] of events) await tell({ type, at });

    const date = (iso: string | null): Date | null => (iso === null ? null : new Date(iso));
    expect(await rows()).toEqual([{ id: expect.any(String), heard: date(held.heard), out: held.out, changed: date(held.changed) }]);
  });

  it('makes one address of many first sights at the same moment', async () => {
    const told = await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => tell({ type: i % 2 === 0 ? 'inbound' : 'opt-out' })),
      ...Array.from({ length: 4 }, (_, i) =>
        hub.call('PUT', `/facilities/${facilityId}/contacts`, {
          name: `Testa Number ${'ABCD'.charAt(i)}`,
          channels: [{ channel: 'sms', address: PHONE }],
        }),
      ),
    ]);

    expect(told.map(({ status }) => status)).toEqual([...Array.from({ length: 8 }, () => 204), 201, 201, 201, 201]);
    expect(await rows()).toEqual([{ id: expect.any(String), heard: new Date(NOW), out: true, changed: new Date(NOW) }]);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown channel', { channel: 'log' }, 'channel', 'is-in'],
    ['an unknown type', { type: 'seen' }, 'type', 'is-in'],
    ['a phone that is none', { address: 'planted' }, 'address', 'invalid-phone'],
    ['an empty address', { channel: 'viber', address: ' ' }, 'address', 'matches'],
    ['a time without an offset', { at: '2026-10-01T08:00:00' }, 'at', 'instant'],
    ['a time in the future', { at: '2026-10-01T08:05:01Z' }, 'at', 'in-future'],
  ])('refuses %s', async (_, event, field, code) => {
    const refused = await tell(event);

    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field, code }] } });
    expect(JSON.stringify(refused.body)).not.toContain('planted');
    expect(await rows()).toEqual([]);
  });

  it('is told by whoever may write at the facility, and by nobody else', async () => {
    const reader = await hub.call('POST', '/api-keys', { name: 'Reader', scopes: ['read'], facilityIds: [facilityId] });
    const stranger = await hub.call('POST', '/api-keys', { name: 'Stranger', scopes: ['write'], facilityIds: [await aHospital()] });
    const event = { channel: 'sms', address: PHONE, type: 'opt-out', at: NOW };
    const by = (key: string): Promise<Answer> =>
      hub.call('POST', `/facilities/${facilityId}/channel-events`, event, { authorization: `Bearer ${key}` });

    expect((await by(reader.body.key as string)).status).toBe(403);
    expect(await by(stranger.body.key as string)).toMatchObject({ status: 404, body: { code: 'facility-not-found' } });
    expect((await tell({}, randomUUID())).status).toBe(404);
    expect(await rows()).toEqual([]);
  });

  describe('where contacts are reached', () => {
    it('is said for many at once, the primary address first, a merged contact’s as the kept one’s', async () => {
      const kept = await contact({
        name: 'Testa Kept',
        phone: PHONE,
        locale: 'fil-PH',
        channels: [
          { channel: 'viber', address: 'viber-1' },
          { channel: 'messenger', address: 'psid-1', primary: true },
        ],
      });
      const [middle, first] = [await contact({ name: 'Testa Middle' }), await contact({ name: 'Testa First' })];
      const bare = await contact({ name: 'Testa Bare' });
      await hub.sql('update contact set merged_into_id = $2 where id = $1', [middle, kept]);
      await hub.sql('update contact set merged_into_id = $2 where id = $1', [first, middle]);

      const reached = await reach(kept, first, bare, randomUUID());

      expect([...reached.keys()].sort()).toEqual([kept, first, bare].sort());
      expect(reached.get(kept)).toMatchObject({
        contactId: kept,
        locale: 'fil-PH',
        phone: { channelAddressId: null, address: E164, isOptedOut: false, lastInboundAt: null },
        addresses: [
          { channel: 'messenger', address: 'psid-1', isPrimary: true },
          { channel: 'viber', address: 'viber-1', isPrimary: false },
        ],
      });
      expect(reached.get(first)).toEqual(reached.get(kept));
      expect(reached.get(bare)).toEqual({ contactId: bare, locale: null, phone: null, addresses: [] });
    });

    it('is nowhere for a contact of another facility, and for nobody', async () => {
      const id = await contact({ phone: PHONE });
      facilityId = await aHospital();

      expect((await reach(id)).size).toBe(0);
      expect((await reach()).size).toBe(0);
    });

    it('is said of an address by its id, in its own facility alone', async () => {
      await tell({});
      const [row] = await rows();
      const of = (facility: string): Promise<Map<string, ReachedAddress>> =>
        asRequest(() => hub.app.get(ReachableContactsService).addressOf(facility, [row?.id ?? '', randomUUID()]));

      expect([...(await of(facilityId)).values()]).toMatchObject([
        { channelAddressId: row?.id, channel: 'sms', address: E164, isOptedOut: true },
      ]);
      expect((await of(await aHospital())).size).toBe(0);
    });

    it('has one address for all who ask for it at the same moment', async () => {
      const em = hub.app.get(EntityManager);
      const ask = (): Promise<{ channelAddressId: string }> =>
        asRequest(() =>
          em.transactional(inner => hub.app.get(ChannelAddressesService).ensureAddress(inner, facilityId, 'viber', 'viber-9')),
        );

      const asked = await Promise.all(Array.from({ length: 12 }, ask));

      expect(asked.map(({ channelAddressId }) => channelAddressId)).toEqual(asked.map(() => asked[0]?.channelAddressId));
      expect(await rows()).toHaveLength(1);
    });
  });
});
