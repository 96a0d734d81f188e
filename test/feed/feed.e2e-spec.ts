import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createFacility } from '../support/factories.js';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

interface Entry {
  id: string;
  type: string;
  facilityId: string;
  appointmentId: string | null;
  contactId: string | null;
  revision: number | null;
  changed: string[];
  at: string;
}

describe('The feed', () => {
  let journey: Journey;
  let clients: pg.Client[];
  let patients = 0;

  beforeAll(async () => {
    journey = await startJourney();
  });
  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    await Promise.all(clients.map(client => client.end()));
  });
  afterAll(() => journey.close());

  const feed = (query: Record<string, string>, headers?: Record<string, string>): Promise<Answer> =>
    journey.hub.call('GET', `/events?${String(new URLSearchParams(query))}`, undefined, headers);
  /** Where the feed ends now. */
  const end = async (query: Record<string, string> = {}): Promise<string> => {
    let after: string | undefined;
    for (;;) {
      const { body } = await feed({ ...query, limit: '200', ...(after === undefined ? {} : { after }) });
      after = body.nextCursor as string;
      if (body.data.length === 0) return after;
    }
  };
  const since = async (after: string, query: Record<string, string> = {}): Promise<Entry[]> =>
    (await feed({ after, limit: '200', ...query })).body.data as Entry[];
  const another = (): Record<string, unknown> =>
    aPatient({ name: `Testa Inventada ${String.fromCharCode(65 + (patients % 26))}`, phone: `0917 000 ${String(1_000 + patients++)}` });
  const aContact = async (facilityId = journey.facilityId): Promise<string> =>
    (await journey.hub.call('PUT', `/facilities/${facilityId}/contacts`, another())).body.id as string;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: journey.hub.databaseUrl });
    await client.connect();
    clients.push(client);
    return client;
  };
  const change = (client: pg.Client, contactId: string, locale: string): Promise<unknown> =>
    client.query('update contact set locale = $2 where id = $1', [contactId, locale]);
  /** Ten requests one after the other: a reader that does not wait is answered before them. */
  const othersAreAnswered = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await journey.hub.call('GET', '/facilities');
  };

  it('is of the one facility that is asked for, however its id is written', async () => {
    const { hub, facilityId } = journey;
    await aContact();

    const [lower, upper] = await Promise.all(
      [facilityId, facilityId.toUpperCase()].map(id => hub.call('GET', `/events?facilityId=${id}&limit=1`)),
    );

    expect([lower?.status, (lower?.body.data as unknown[]).length]).toEqual([200, 1]);
    expect([upper?.status, upper?.body]).toEqual([200, lower?.body]);
  });

  it('shows every change of an appointment and its patient, in the order in which they were made', async () => {
    const { hub, clock, facilityId } = journey;
    const after = await end();
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const change = (method: string, path: string, body: unknown): Promise<Answer> =>
      hub.call(method, path, body, { 'idempotency-key': randomUUID() });

    clock.advance(60_000);
    const booked = await journey.book({ contact: another(), ...ids, start: '2026-10-05T13:00:00+08:00' });
    const { id, contactId } = booked.body as { id: string; contactId: string };
    const moved = await change('PUT', `/appointments/${id}/reschedule`, { start: '2026-10-05T13:30:00+08:00' });
    const patched = await change('PATCH', `/contacts/${contactId}`, { email: 'testa@example.test', gender: 'other' });
    const canceled = await change('PUT', `/appointments/${id}/cancel`, { reason: 'Test' });
    const put = await change('PUT', `/facilities/${facilityId}/contacts`, another());

    expect([booked, moved, patched, canceled, put].map(a => a.status)).toEqual([201, 200, 200, 200, 201]);
    const entries = await since(after);
    const ofAppointment = entries.filter(e => e.appointmentId === id);
    expect(entries.every(e => e.facilityId === facilityId && /^2026-10-01T08:0\d:00\+08:00$/.test(e.at))).toBe(true);
    expect(ofAppointment[0]).toMatchObject({ type: 'appointment.created', contactId, changed: [] });
    expect(ofAppointment.slice(1).every(e => e.type === 'appointment.changed' && e.contactId === contactId)).toBe(true);
    expect(ofAppointment.map(e => e.revision)).toEqual(ofAppointment.map(e => e.revision).sort((a, b) => (a ?? 0) - (b ?? 0)));
    const seen = (type: string, field?: string): number =>
      entries.findIndex(e => e.type === type && (field === undefined || e.changed.includes(field)));
    const order = [
      seen('contact.created'),
      seen('appointment.created'),
      seen('appointment.changed', 'appointmentId'),
      seen('appointment.changed', 'start'),
      seen('contact.changed', 'email'),
      entries.findLastIndex(e => e.changed.includes('status')),
      entries.findLastIndex(e => e.type === 'contact.created'),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(entries.at(-1)).toMatchObject({ type: 'contact.created', contactId: put.body.id, appointmentId: null, revision: null });
  });

  it('shows the last revision of an appointment that was moved and moved back in one go, and nothing of a change that is no news', async () => {
    const { hub } = journey;
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const booked = await journey.book({ contact: another(), ...ids, start: '2026-10-05T14:00:00+08:00' });
    const { id, revision } = booked.body as { id: string; revision: number };
    const after = await end();

    await hub.sql('update appointment set updated_at = updated_at where id = $1', [id]);
    await hub.sql(`update appointment set updated_at = updated_at + interval '1 second' where id = $1`, [id]);
    await hub.sql('update appointment set revision = revision + 2 where id = $1', [id]);

    const entries = await since(after);
    expect(entries).toMatchObject([{ type: 'appointment.changed', appointmentId: id, revision: revision + 2, changed: ['revision'] }]);
  });

  it('names fields, and holds no value of a patient', async () => {
    const after = await end();
    const id = await aContact();
    await journey.hub.call('PATCH', `/contacts/${id}`, { name: 'Quixotesca Plantada', nationalId: 'PLNT-1' });

    const entries = await since(after);

    expect(entries.at(-1)?.changed.sort()).toEqual(['name', 'nationalId']);
    expect(JSON.stringify(entries)).not.toMatch(/Quixotesca|PLNT-1|Testa|0917/);
  });

  it('loses nothing and repeats nothing over pages of any size', async () => {
    const after = await end();
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push(await aContact());
    const whole = await since(after);

    for (const limit of [1, 2, 3, 100]) {
      const seen: Entry[] = [];
      let cursor = after;
      for (;;) {
        const { body } = await feed({ after: cursor, limit: String(limit) });
        if (body.data.length === 0) break;
        expect(body.data.length).toBeLessThanOrEqual(limit);
        expect(body.nextCursor).toBe(body.data.at(-1).id);
        seen.push(...(body.data as Entry[]));
        cursor = body.nextCursor as string;
      }
      expect(seen).toEqual(whole);
    }
    expect(whole.filter(e => e.type === 'contact.created').map(e => e.contactId)).toEqual(made);
  });

  it('gives a cursor also where nothing is left, that the next change is behind', async () => {
    const after = await end();

    const empty = await feed({ after });
    const contactId = await aContact();

    expect(empty).toMatchObject({ status: 200, body: { data: [], nextCursor: after } });
    expect((await since(empty.body.nextCursor as string))[0]?.contactId).toBe(contactId);
  });

  it('begins at the beginning, 50 entries a page', async () => {
    for (let i = 0; i < 51; i++) await aContact();

    const { body } = await feed({});

    const [first] = await journey.hub.sql<{ contact_id: string }>('select contact_id from platform_event order by position limit 1');
    expect(body.data).toHaveLength(50);
    expect(body.data[0].contactId).toBe(first?.contact_id);
  });

  it.each([
    ['a cursor that is none', { after: 'x' }, 'after'],
    ['an empty cursor', { after: '' }, 'after'],
    ['a bare position', { after: '1' }, 'after'],
    ['a facility that is no id', { facilityId: 'all' }, 'facilityId'],
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a limit beyond 200', { limit: '201' }, 'limit'],
  ])('refuses %s', async (_, query, field) => {
    expect(await feed(query)).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field }] } });
  });

  describe('while changes are written', () => {
    it('waits for one that began earlier and commits later, and shows both in their order', async () => {
      const [slow, quick] = [await aContact(), await aContact()];
      const after = await end();
      const [one, two] = [await connect(), await connect()];
      await one.query('begin');
      await change(one, slow, 'fil');
      await change(two, quick, 'fil');

      let isAnswered = false;
      const reading = since(after).finally(() => (isAnswered = true));
      await othersAreAnswered();
      const answeredEarly = isAnswered;
      await one.query('commit');
      const entries = await reading;

      expect(answeredEarly).toBe(false);
      expect(entries.map(e => e.contactId)).toEqual([slow, quick]);
    });

    it('does not wait for one that is rolled back longer than it takes, and does not show it', async () => {
      const [slow, quick] = [await aContact(), await aContact()];
      const after = await end();
      const [one, two] = [await connect(), await connect()];
      await one.query('begin');
      await change(one, slow, 'fil');
      await change(two, quick, 'fil');

      const reading = since(after);
      await othersAreAnswered();
      await one.query('rollback');

      expect((await reading).map(e => e.contactId)).toEqual([quick]);
    });

    it('never shows behind a cursor what was open when the cursor was given out', async () => {
      const [slow, quick] = [await aContact(), await aContact()];
      const after = await end();
      const one = await connect();
      await one.query('begin');
      await change(one, slow, 'fil');

      const before = await feed({ after });
      await one.query('commit');
      await change(one, quick, 'fil');
      const later = await since(before.body.nextCursor as string);

      expect(before.body).toEqual({ data: [], nextCursor: after });
      expect(later.map(e => e.contactId)).toEqual([slow, quick]);
    });

    it('loses none of many that commit in any order, to readers who follow all the while', async () => {
      const contacts = await Promise.all(Array.from({ length: 8 }, () => aContact()));
      const after = await end();
      const writers = await Promise.all(contacts.map(() => connect()));
      const rounds = 15;
      let isWriting = true;
      const follow = async (limit: string): Promise<Entry[]> => {
        const seen: Entry[] = [];
        let cursor = after;
        for (;;) {
          const isLast = !isWriting;
          const { status, body } = await feed({ after: cursor, limit });
          expect(status).toBe(200);
          seen.push(...(body.data as Entry[]));
          cursor = body.nextCursor as string;
          if (isLast && body.data.length === 0) return seen;
        }
      };
      const followers = ['3', '200'].map(follow);

      await Promise.all(
        writers.map(async (writer, i) => {
          for (let round = 0; round < rounds; round++) {
            await writer.query('begin');
            await change(writer, contacts[i] ?? '', `x${round}`);
            await writer.query('select count(*) from generate_series(1, $1::int)', [((i * 7 + round * 3) % 5) * 20_000]);
            await writer.query(round % 5 === 4 ? 'rollback' : 'commit');
          }
        }),
      );
      isWriting = false;
      const seen = await Promise.all(followers);
      const whole = await since(after);

      expect(whole).toHaveLength(contacts.length * rounds * 0.8);
      expect(seen.map(entries => entries.map(e => e.id))).toEqual(seen.map(() => whole.map(e => e.id)));
    });

    it('says 503 and when to come back, where one hangs, and lets the writers behind it through', async () => {
      const [slow, quick] = [await aContact(), await aContact()];
      const after = await end();
      const [one, two] = [await connect(), await connect()];
      await one.query('begin');
      await change(one, slow, 'fil');
      await change(two, quick, 'fil');

      const busy = await feed({ after });
      await change(two, quick, 'en');
      await one.query('commit');

      expect(busy).toMatchObject({ status: 503, body: { code: 'feed-busy' } });
      expect(busy.headers.get('retry-after')).toBe('1');
      expect((await since(after)).map(e => e.contactId)).toEqual([slow, quick, quick]);
    });

    it('keeps nobody waiting where there is nothing to read', async () => {
      const slow = await aContact();
      const after = await end();
      const one = await connect();
      await one.query('begin');
      await change(one, slow, 'fil');

      expect((await feed({ after })).status).toBe(200);
      expect((await feed({ after, facilityId: journey.facilityId })).status).toBe(200);
    });
  });

  describe('of several facilities', () => {
    it('is each one’s own, for whoever asks and for whoever may see no more', async () => {
      const { hub, sandbox, facilityId } = journey;
      const scheduler = { connector: 'botmd', baseUrl: sandbox.baseUrl, auth: { scheme: 'bearer', apiKey: 'test-upstream-key' } };
      const second = await createFacility(hub, sandbox, { scheduler, timezone: 'Europe/Berlin' });
      const key = await hub.call('POST', '/api-keys', { name: 'Bound', scopes: ['read'], facilityIds: [second] });
      const bound = { authorization: `Bearer ${key.body.key}` };
      const after = await end();
      const mine = await aContact();
      const theirs = await aContact(second);

      const contactsOf = async (query: Record<string, string>, headers?: Record<string, string>): Promise<(string | null)[]> =>
        ((await feed({ after, ...query }, headers)).body.data as Entry[]).filter(e => e.type === 'contact.created').map(e => e.contactId);

      expect(await contactsOf({})).toEqual([mine, theirs]);
      expect(await contactsOf({ facilityId })).toEqual([mine]);
      expect(await contactsOf({ facilityId: second })).toEqual([theirs]);
      expect(await contactsOf({}, bound)).toEqual([theirs]);
      expect(await contactsOf({ facilityId: second }, bound)).toEqual([theirs]);
      expect((await feed({ after, facilityId: second })).body.data[0].at).toMatch(/\+02:00$/);
      const whole = (await feed({ limit: '200' }, bound)).body.data as Entry[];
      expect(new Set(whole.map(e => e.facilityId))).toEqual(new Set([second]));
    });

    it('is not there for a key of another, as if there were no such facility', async () => {
      const { hub, sandbox, facilityId } = journey;
      const own = await createFacility(hub, sandbox);
      const key = await hub.call('POST', '/api-keys', { name: 'Bound', scopes: ['read'], facilityIds: [own] });
      const bound = { authorization: `Bearer ${key.body.key}` };
      await aContact();

      expect(await feed({ facilityId }, bound)).toMatchObject({ status: 404, body: { code: 'facility-not-found' } });
      expect(await feed({ facilityId: randomUUID() })).toMatchObject({ status: 404, body: { code: 'facility-not-found' } });
      expect((await feed({}, bound)).body.data).toEqual([]);
    });
  });
});
