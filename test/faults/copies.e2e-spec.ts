import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Answer, Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { Traffic } from '../support/traffic.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';
import { startBuiltScene, type BuiltScene } from './a-built-hub.js';

const START_MS = 120_000;
const FACILITIES = 12;
const EVENTS = 60;
/** Within this the other copies have heard of a change. */
const HEARD_WITHIN_MS = 1_000;

describe('Three copies of the hub on one database', () => {
  let scene: BuiltScene;
  let pool: pg.Pool;
  let nextSlot = 0;
  let nextPatient = 1_000;

  beforeAll(async () => {
    scene = await startBuiltScene({ slots: 1_000, settings: { SHUTDOWN_GRACE_MS: '1000' } });
    pool = new pg.Pool({ connectionString: scene.databaseUrl, max: 2 });
    pool.on('error', () => undefined);
  }, START_MS);
  afterAll(async () => {
    await pool.end();
    await scene.close();
  });

  const sql = async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await pool.query<T>(text, values)).rows;
  const aBooking = (): Record<string, unknown> => {
    nextPatient += 1;
    const contact = { name: `Testa Inventada ${nextPatient}`, dateOfBirth: '1990-01-01', phone: `0917 000 ${nextPatient}` };
    return { ...scene.place, contact, start: scene.hospital.starts[nextSlot++] };
  };
  const book = (body: Record<string, unknown>, at: Api = scene.api, key: string = randomUUID()): Promise<Answer> =>
    at.call('POST', `/facilities/${scene.facilityId}/appointments`, body, { 'idempotency-key': key });
  const month = (at: Api): Promise<Answer> => {
    const query = new URLSearchParams({ month: scene.hospital.starts[0]?.slice(0, 7) ?? '', ...scene.place });
    return at.call('GET', `/facilities/${scene.facilityId}/availability?${query.toString()}`);
  };
  const startsOf = (answer: Answer): string[] =>
    (answer.body as { days: { slots: { start: string }[] }[] }).days.flatMap(day => day.slots.map(slot => slot.start));
  const aStaffBooking = (id: string): Record<string, unknown> => {
    nextPatient += 1;
    return {
      action: 'scheduled',
      appointment_id: id,
      patient_id: `P-${id}`,
      name: 'Testa Inventada',
      phone: `0917 000 ${nextPatient}`,
      calendar_id: 'c1',
      appointment_type_id: 't1',
      datetime: scene.hospital.starts.at(-1),
    };
  };

  it('sync each facility once each time that it is due', async () => {
    const { api, hospital } = scene;
    const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth: { scheme: 'bearer', apiKey: 'test-key-of-the-due' } };
    const made = await Promise.all(Array.from({ length: FACILITIES }, () => createFacility(api, hospital, { scheduler })));
    const runs = (): Promise<{ runs: number; open: number }[]> =>
      sql(
        `select count(*)::int as runs, count(*) filter (where status <> 'succeeded')::int as open
         from calendar_sync where facility_id = any($1) group by facility_id`,
        [made],
      );
    const untilRunTimes = (times: number): Promise<unknown> =>
      eventually(
        `all have been synced ${times} times`,
        async () => {
          const found = await runs();
          return found.length === FACILITIES && found.every(({ runs, open }) => runs >= times && open === 0);
        },
        30_000,
      );

    await untilRunTimes(1);
    await sql('update facility set calendar_sync_due_at = now() where id = any($1)', [made]);
    await untilRunTimes(2);

    expect(await runs()).toEqual(Array.from({ length: FACILITIES }, () => ({ runs: 2, open: 0 })));
    const calls = hospital.calls('GET /calendars').filter(({ headers }) => headers.authorization === 'Bearer test-key-of-the-due');
    expect(calls).toHaveLength(2 * FACILITIES);
  }, 60_000);

  it('apply each event once, and tell each patient once, though every copy gets every event', async () => {
    const { api, hospital, twilio, copies } = scene;
    const { baseUrl, accountSid, authToken } = twilio;
    const sms = { channel: 'sms', provider: 'twilio', baseUrl, accountSid, authToken, from: '+15005550006' };
    const facilityId = await createFacility(api, hospital, { notifications: { channels: [sms] } });
    const sender = await webhookSender(api, facilityId, () => new Date());
    await eventually('the calendars are synced', async () => {
      const { body } = await api.call('GET', `/facilities/${facilityId}/calendars`);
      return (body as { data: unknown[] }).data.length > 0;
    });

    const deliveries = Array.from({ length: EVENTS }, (_, i) => ({ id: `msg_${i}`, body: aStaffBooking(`S-${i}`) }));
    const answers = await Promise.all(deliveries.flatMap(({ id, body }) => copies.map(hub => sender.send(body, { id, hub }))));
    await eventually(
      'nothing is left to do',
      async () => {
        const [left] = await sql<{ open: number }>(
          `select ((select count(*) from webhook_event where facility_id = $1 and outcome = 'pending')
             + (select count(*) from notification where facility_id = $1 and status in ('expected', 'sending')))::int as open`,
          [facilityId],
        );
        return left?.open === 0 && twilio.sent.length >= EVENTS;
      },
      30_000,
    );

    expect(answers.map(({ body }) => body.status).sort()).toEqual([
      ...Array.from({ length: EVENTS }, () => 'accepted'),
      ...Array.from({ length: 2 * EVENTS }, () => 'duplicate'),
    ]);
    expect(
      await sql('select outcome, deliveries, count(*)::int from webhook_event where facility_id = $1 group by 1, 2', [facilityId]),
    ).toEqual([{ outcome: 'applied', deliveries: 3, count: EVENTS }]);
    expect(
      await sql('select count(*)::int, count(distinct reference)::int as references from appointment_event where facility_id = $1', [
        facilityId,
      ]),
    ).toEqual([{ count: EVENTS, references: EVENTS }]);
    expect({ messages: twilio.sent.length, patients: new Set(twilio.sent.map(({ to }) => to)).size }).toEqual({
      messages: EVENTS,
      patients: EVENTS,
    });
  }, 60_000);

  it('book once for one idempotency key, whichever copies its repeats reach, and give all of them the same answer', async () => {
    const requests = Array.from({ length: 5 }, () => ({ key: randomUUID(), body: aBooking() }));
    const before = scene.hospital.calls('POST /appointments').length;

    const answers = await Promise.all(
      requests.map(({ key, body }) => Promise.all([...scene.copies, ...scene.copies].map(copy => book(body, copy, key)))),
    );
    const others = await Promise.all(requests.flatMap(({ key }) => scene.copies.map(copy => book(aBooking(), copy, key))));

    for (const repeats of answers) {
      expect(new Set(repeats.map(({ status, body }) => `${status} ${body.status} ${body.id}`)).size).toBe(1);
      expect(repeats.map(({ headers }) => headers.get('idempotency-replayed')).filter(value => value === null)).toHaveLength(1);
      expect(repeats[0]).toMatchObject({ status: 201, body: { status: 'SCHEDULED' } });
    }
    expect(scene.hospital.calls('POST /appointments')).toHaveLength(before + requests.length);
    expect(new Set(others.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['422 idempotency-key-reused']));
  });

  it.each([
    {
      what: 'that a slot is booked',
      know: month,
      change: async ([first]: Api[]) => {
        const body = aBooking();
        await book(body, first);
        return (answer: Answer) => !startsOf(answer).includes(String(body['start']));
      },
    },
    {
      what: "of a facility's new name",
      know: (at: Api) => at.call('GET', `/facilities/${scene.facilityId}`),
      change: async ([first]: Api[]) => {
        await first?.call('PATCH', `/facilities/${scene.facilityId}`, { name: 'Test Hospital, renamed' });
        return (answer: Answer) => answer.body.name === 'Test Hospital, renamed';
      },
    },
  ])('hear of one another $what', async ({ know, change }) => {
    const { copies } = scene;
    for (const copy of [...copies, ...copies]) await know(copy);

    const isNew = await change(copies);

    for (const copy of copies) await eventually('the change is heard of', async () => isNew(await know(copy)), HEARD_WITHIN_MS);
    expect(await Promise.all(copies.map(async copy => isNew(await know(copy))))).toEqual([true, true, true]);
  });

  it('honour at once that one of them has revoked an API key', async () => {
    const { copies } = scene;
    const { body: made } = await scene.api.call('POST', '/api-keys', { name: 'Test', scopes: ['read'] });
    const ask = (copy: Api): Promise<Answer> => copy.call('GET', '/facilities', undefined, { authorization: `Bearer ${made.key}` });
    const before = await Promise.all([...copies, ...copies].map(ask));

    await copies[0]?.call('DELETE', `/api-keys/${made.id}`);

    expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]));
    for (const copy of copies) await eventually('the key is refused', async () => (await ask(copy)).status === 401, HEARD_WITHIN_MS);
  });

  describe('restarted one after the other', () => {
    let sender: WebhookSender;

    beforeAll(async () => {
      sender = await webhookSender(scene.api, scene.facilityId, () => new Date());
      scene.hospital.bookingMs = 300;
    });

    it('fail no request', async () => {
      const { api, balancer, copies } = scene;
      const traffic = new Traffic();
      const expecting = async (statuses: number[], sent: Promise<Answer>): Promise<string | null> => {
        const answer = await sent;
        return statuses.includes(answer.status) ? null : `${answer.status} ${JSON.stringify(answer.body)}`;
      };
      traffic.begin('month', 2, () => expecting([200], month(api)));
      traffic.begin('facility', 1, () => expecting([200], api.call('GET', `/facilities/${scene.facilityId}`)));
      traffic.begin('booking', 2, () => expecting([201, 202], book(aBooking())));
      traffic.begin('webhook', 2, () => expecting([202], sender.send(aStaffBooking(randomUUID()))));

      const exits = [];
      for (const old of copies.splice(0)) {
        traffic.pauseMs = 20;
        exits.push(await old.stop());
        balancer.remove(old.url);
        // Nobody ends now, and who begins needs the processor.
        traffic.pauseMs = 100;
        await scene.add();
      }
      await traffic.end();
      expect({ failed: traffic.failed, byBalancer: balancer.failures }).toEqual({ failed: [], byBalancer: [] });
      expect(exits).toEqual(Array.from({ length: 3 }, () => ({ code: 0, signal: null })));
      expect([...traffic.answered.keys()].sort()).toEqual(['booking', 'facility', 'month', 'webhook']);
    }, 90_000);

    it('are not ready from the moment they are told to end, still serve, and let go of each connection', async () => {
      const [copy] = scene.copies;
      if (!copy) throw new Error('There is no copy');
      const before = await copy.call('GET', `/facilities/${scene.facilityId}`);
      const ending = copy.stop();
      const ready = await eventually('it is not ready', async () => {
        const answer = await fetch(`${copy.url}/health/ready`);
        return answer.status === 503 && answer;
      });
      const served = await copy.call('GET', `/facilities/${scene.facilityId}`);
      const shown = await month(copy);
      const webhook = await sender.send(aStaffBooking(randomUUID()), { hub: copy });
      const exit = await ending;

      // Longer than balancers keep an idle connection: it is theirs to close.
      expect(before.headers.get('keep-alive')).toBe('timeout=65');
      expect(await ready.json()).toMatchObject({ code: 'not-ready', detail: expect.stringContaining('about to end') });
      expect([served, shown, webhook].map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
        [200, 'close'],
        [200, 'close'],
        [202, 'close'],
      ]);
      expect(exit).toEqual({ code: 0, signal: null });
      await expect(fetch(`${copy.url}/health/live`)).rejects.toThrow('fetch failed');
    }, 30_000);
  });
});
