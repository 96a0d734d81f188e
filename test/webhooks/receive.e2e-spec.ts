import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { startCuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, JSON_TYPE, type Sender } from './sender.js';

const KiB = 1024;
const MINUTE_MS = 60_000;

describe('Receiving a webhook', () => {
  let hub: TestHub;
  let clock: TestClock;
  let sender: Sender;

  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
    sender = await createSender(hub, () => clock.now());
  });
  afterAll(() => hub.close());

  const verdict = ({ status, body }: Answer): [number, string] => [status, (body as { code?: string; status: string }).code ?? body.status];
  const rowCount = async (): Promise<number> => {
    const [row] = await hub.sql<{ count: number }>('select count(*)::int as count from webhook_event');
    return row?.count ?? NaN;
  };
  /** As bytes on the wire; the answer's status. */
  const sendRaw = (head: string, ...parts: (string | Buffer)[]): Promise<number> =>
    new Promise(resolve => {
      const { hostname, port } = new URL(hub.url);
      const socket = net.connect(Number(port), hostname, () => {
        socket.write(`POST /api/v1${sender.path} HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
        for (const part of parts) socket.write(part);
      });
      let text = '';
      socket.on('error', () => undefined);
      socket.on('data', data => {
        text += data.toString('latin1');
        if (text.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('close', () => {
        resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]));
      });
    });

  describe('answers', () => {
    it('202 with the id of the stored event, whose body lies encrypted', async () => {
      const event = anEvent();

      const answer = await sender.send(event, { id: 'evt-1' });

      expect(answer.status).toBe(202);
      expect(answer.body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'accepted' });
      const [row] = await hub.sql<{ body_sealed: string }>('select * from webhook_event where id = $1', [answer.body.id]);
      expect(row).toMatchObject({ facility_id: sender.facilityId, identity: 'id:evt-1', deliveries: 1 });
      expect(row?.body_sealed).toMatch(/^v1\.k1\./);
      expect(JSON.stringify(row)).not.toContain('Inventada');
    });

    it.each<[string, () => Promise<Answer>, number, string]>([
      [
        'a token of nobody, before all else',
        () => sender.post('x'.repeat(300 * KiB), { 'content-type': 'text/plain' }, '/webhooks/nobody'),
        404,
        'webhook-endpoint-not-found',
      ],
      [
        'a token with one letter changed',
        () =>
          sender.post(
            '{}',
            JSON_TYPE,
            sender.path.replace(/.$/, last => (last === 'A' ? 'B' : 'A')),
          ),
        404,
        'webhook-endpoint-not-found',
      ],
      [
        'a body that is too large, before its kind',
        () => sender.post('x'.repeat(257 * KiB), { 'content-type': 'text/plain' }),
        413,
        'body-too-large',
      ],
      [
        'a form, before its signature',
        () => sender.post('action=scheduled', { 'content-type': 'application/x-www-form-urlencoded' }),
        415,
        'unsupported-media-type',
      ],
      [
        'a form that is signed',
        () => sender.send('action=scheduled', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        415,
        'unsupported-media-type',
      ],
      [
        'a gzip bomb, which is not unpacked',
        () => sender.send(gzipSync(Buffer.alloc(50 * KiB * KiB)), { headers: { 'content-encoding': 'gzip' } }),
        415,
        'unsupported-media-type',
      ],
      [
        'JSON in another charset',
        () => sender.send('{}', { headers: { 'content-type': 'application/json; charset=utf-16' } }),
        415,
        'unsupported-media-type',
      ],
      ['no signature, before the body is read', () => sender.post('[', JSON_TYPE), 401, 'missing-header'],
      ['a signature of another body', () => sender.post('[', { ...JSON_TYPE, ...sender.sign('{}') }), 401, 'no-matching-signature'],
      ['no body', () => sender.send(''), 400, 'empty-body'],
      ['an array', () => sender.send('[{}]'), 400, 'not-an-object'],
      ['a text', () => sender.send('"text"'), 400, 'not-an-object'],
      ['JSON that is cut', () => sender.send('{"action": "sched'), 400, 'malformed-json'],
      ['NUL bytes', () => sender.send(Buffer.from('{"action": "sche\0duled"}')), 400, 'malformed-json'],
      ['bytes that are no UTF-8', () => sender.send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, 'invalid-utf8'],
      ['10,000 levels of JSON', () => sender.send(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 400, 'too-deep'],
    ])('%s', async (_, send, status, code) => {
      const before = await rowCount();

      const answer = await send();

      expect(verdict(answer)).toEqual([status, code]);
      expect(await rowCount()).toBe(before);
    });

    it('410 for a deactivated facility, before the size of the body', async () => {
      const gone = await createSender(hub, () => clock.now());
      await hub.call('DELETE', `/facilities/${gone.facilityId}`);

      const answers = [await gone.post('x'.repeat(300 * KiB), {}), await gone.send(anEvent())];

      expect(answers.map(verdict)).toEqual([
        [410, 'facility-gone'],
        [410, 'facility-gone'],
      ]);
    });

    it('415 for a body without a content type, and 413 for one that turns out too large only on its way', async () => {
      const chunk = `10000\r\n${'x'.repeat(0x1_0000)}\r\n`;

      const statuses = [
        await sendRaw('Content-Length: 2', '{}'),
        await sendRaw('Transfer-Encoding: chunked\r\nContent-Type: text/plain', '2\r\n{}\r\n0\r\n\r\n'),
        await sendRaw('Transfer-Encoding: chunked\r\nContent-Type: text/plain', ...Array<string>(6).fill(chunk)),
        await sendRaw('Content-Length: 999999999\r\nContent-Type: application/json'),
      ];

      expect(statuses).toEqual([415, 415, 413, 413]);
    });

    it('401 without asking for an API key, and without the token in the problem', async () => {
      const answer = await sender.post('{}', JSON_TYPE);

      expect(answer.headers.get('www-authenticate')).toBe('Webhook-Signature');
      expect(answer.body.instance).toBe('/api/v1/webhooks/-');
      expect(JSON.stringify(answer.body)).not.toContain(sender.path.split('/').at(-1));
    });

    it.each([
      ['two minutes slow', -2, 202, 'accepted'],
      ['two minutes fast', 2, 202, 'accepted'],
      ['six minutes slow', -6, 401, 'timestamp-too-old'],
      ['six minutes fast', 6, 401, 'timestamp-too-new'],
    ])('a sender whose clock is %s', async (_, minutes, status, code) => {
      const body = JSON.stringify(anEvent());
      const at = new Date(clock.now().getTime() + minutes * MINUTE_MS);

      expect(verdict(await sender.post(body, { ...JSON_TYPE, ...sender.sign(body, { at }) }))).toEqual([status, code]);
    });
  });

  describe('cuts off', () => {
    it('a sender that goes on after it was refused', async () => {
      const { hostname, port } = new URL(hub.url);
      const socket = net.connect(Number(port), hostname);
      let sent = 0;
      const ended = new Promise<void>(resolve => {
        socket
          .on('error', () => undefined)
          .on('close', () => {
            resolve();
          });
      });
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(64 * KiB, 'x'))) sent++;
        sent++;
      };
      socket.on('drain', more);
      socket.write(`POST /api/v1/webhooks/nobody HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n`);
      more();

      await ended;

      expect(sent).toBeGreaterThan(0);
    });
  });

  describe('stores for later, whatever it turns out to be:', () => {
    it.each([
      ['an unknown event', anEvent({ action: 'danced' }), 'rejected', 'unknown-event'],
      ['an event without a name', anEvent({ action: undefined }), 'rejected', 'event-name-missing'],
      ['an appointment without an id', anEvent({ appointment_id: '' }), 'rejected', 'appointment-id-missing'],
      ['a date that is none', anEvent({ datetime: '2026-02-30T25:00:00' }), 'rejected', 'datetime-invalid'],
      ['a time of happening that is none', anEvent({ occurred_at: 'yesterday' }), 'rejected', 'occurred-at-invalid'],
    ])('%s', async (_, event, outcome, reason) => {
      const answer = await sender.send(event);

      expect(verdict(answer)).toEqual([202, 'accepted']);
      expect(await sender.decided(answer.body.id as string)).toMatchObject({ outcome, reason });
    });

    it('one that names the prototype, or holds a NUL as an escape', async () => {
      const event = JSON.stringify(anEvent());

      const answers = [
        await sender.send(event.replace('{', '{"__proto__": {"polluted": true}, "constructor": 1,')),
        await sender.send(event.replace('Inventada', 'Inven\\u0000tada')),
      ];

      expect(answers.map(verdict)).toEqual([
        [202, 'accepted'],
        [202, 'accepted'],
      ]);
      for (const { body } of answers) expect(await sender.decided(body.id as string)).toMatchObject({ type: 'appointmentCreated' });
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });

    it('the next event, unharmed by those before', async () => {
      const answer = await sender.send(anEvent());

      expect(await sender.decided(answer.body.id as string)).toMatchObject({ outcome: 'applied', type: 'appointmentCreated' });
    });
  });

  describe('knows an event again', () => {
    it('by its id, though its time and signature are new', async () => {
      const event = anEvent();
      const first = await sender.send(event, { id: 'evt-again' });
      clock.advance(MINUTE_MS);

      const second = await sender.send(event, { id: 'evt-again' });

      expect([verdict(first), verdict(second)]).toEqual([
        [202, 'accepted'],
        [202, 'duplicate'],
      ]);
      expect(second.body.id).toBe(first.body.id);
      expect(await sender.decided(first.body.id as string)).toMatchObject({ deliveries: 2 });
    });

    it('on many connections at the same moment: one is accepted', async () => {
      const [event, id] = [anEvent(), randomUUID()];

      const answers = await Promise.all(Array.from({ length: 30 }, () => sender.send(event, { id })));

      expect(answers.map(a => a.body.status as string).sort()).toEqual(['accepted', ...Array<string>(29).fill('duplicate')]);
      expect(new Set(answers.map(a => a.body.id as string)).size).toBe(1);
      expect(await sender.decided(answers[0]?.body.id as string)).toMatchObject({ deliveries: 30, outcome: 'applied' });
      expect(
        await hub.sql(`select 1 from pgboss.job where data->'webhookEventIds' ? $1 and name = 'webhook-apply'`, [answers[0]?.body.id]),
      ).toHaveLength(1);
    });

    it('on two copies of the hub at the same moment', async () => {
      const other = await startHub({ besides: hub, clock });
      const senders = Array.from({ length: 20 }, (_, i) => ({ id: `evt-two-${i % 5}`, to: i % 2 === 0 ? hub : other }));
      const events = new Map(senders.map(({ id }) => [id, anEvent()]));

      const answers = await Promise.all(senders.map(({ id, to }) => sender.send(events.get(id), { id, to })));
      await other.close();

      expect(answers.filter(a => a.body.status === 'accepted')).toHaveLength(5);
      expect(answers.every(a => a.status === 202)).toBe(true);
    });

    it('but not by an id alone: the same with other bytes is another event, and flagged', async () => {
      const first = await sender.send(anEvent(), { id: 'evt-reused' });
      const second = await sender.send(anEvent(), { id: 'evt-reused' });
      const together = await Promise.all([sender.send(anEvent(), { id: 'evt-at-once' }), sender.send(anEvent(), { id: 'evt-at-once' })]);

      expect([verdict(first), verdict(second)]).toEqual([
        [202, 'accepted'],
        [202, 'accepted'],
      ]);
      expect((await sender.decided(first.body.id as string)).flags).toEqual([]);
      expect((await sender.decided(second.body.id as string)).flags).toEqual(['id-reused']);
      expect(together.map(a => a.body.status as string)).toEqual(['accepted', 'accepted']);
    });

    it('not across facilities', async () => {
      const other = await createSender(hub, () => clock.now());
      const event = anEvent();

      const answers = [await sender.send(event, { id: 'evt-shared' }), await other.send(event, { id: 'evt-shared' })];

      expect(answers.map(a => a.body.status as string)).toEqual(['accepted', 'accepted']);
    });
  });

  describe('from a vendor who signs the body alone', () => {
    let vendor: Sender;

    beforeAll(async () => {
      vendor = await createSender(hub, () => clock.now(), { webhook: { scheme: 'hmac-sha256', headerName: 'X-Vendor-Signature' } });
    });

    it('takes the signature from the header that the facility names, and no other', async () => {
      const body = JSON.stringify(anEvent());
      const signature = vendor.sign(body)['X-Vendor-Signature'] ?? '';

      const answers = [
        await vendor.post(body, { ...JSON_TYPE, 'x-vendor-signature': `sha256=${signature}` }),
        await vendor.post(body, { ...JSON_TYPE, 'x-signature': signature }),
      ];

      expect(answers.map(verdict)).toEqual([
        [202, 'accepted'],
        [401, 'missing-header'],
      ]);
    });

    it('knows an event by its event_id', async () => {
      const event = anEvent({ event_id: 'vendor-1' });

      const answers = [await vendor.send(event), await vendor.send(event), await vendor.send({ ...event, reason: 'other bytes' })];

      expect(answers.map(a => a.body.status as string)).toEqual(['accepted', 'duplicate', 'accepted']);
      const [row] = await hub.sql('select identity from webhook_event where id = $1', [answers[0]?.body.id]);
      expect(row).toEqual({ identity: 'event:vendor-1' });
    });

    it('takes the same bytes for the same event, until another event of the appointment was applied', async () => {
      const appointment = { appointment_id: `A-${randomUUID()}`, patient_id: `P-${randomUUID()}`, occurred_at: undefined };
      const scheduled = anEvent(appointment);
      const canceled = anEvent({ ...appointment, action: 'canceled' });
      const send = async (event: object): Promise<[string, string]> => {
        const { body } = await vendor.send(event);
        await vendor.decided(body.id as string);
        clock.advance(1_000);
        return [body.status, body.id];
      };

      const first = await send(scheduled);
      const again = await send(scheduled);
      const other = await send(canceled);
      const repeated = await send(scheduled);
      const retried = await send(scheduled);

      expect([first, again, other, repeated, retried].map(([status]) => status)).toEqual([
        'accepted',
        'duplicate',
        'accepted',
        'accepted',
        'duplicate',
      ]);
      expect(again[1]).toBe(first[1]);
      expect(retried[1]).toBe(repeated[1]);
      expect((await vendor.decided(repeated[1])).flags).toContain('repeated');
      const [row] = await hub.sql<{ identity: string }>('select identity from webhook_event where id = $1', [repeated[1]]);
      expect(row?.identity).toMatch(/^body:[\w-]+#2$/);
    });

    it("takes them for another event, once the echo of a call of the hub's own came in between", async () => {
      const appointment = { appointment_id: `A-${randomUUID()}`, patient_id: `P-${randomUUID()}`, occurred_at: undefined };
      const scheduled = anEvent(appointment);
      const first = await vendor.send(scheduled);
      await vendor.decided(first.body.id as string);
      clock.advance(1_000);
      const echo = await vendor.send(anEvent({ ...appointment, action: 'canceled' }));
      await vendor.decided(echo.body.id as string);
      await hub.sql(`update webhook_event set outcome = 'duplicate', reason = 'echo' where id = $1`, [echo.body.id]);
      clock.advance(1_000);

      const again = await vendor.send(scheduled);

      expect(again.body.status).toBe('accepted');
      expect((await vendor.decided(again.body.id as string)).flags).toContain('repeated');
    });

    it('takes the same bytes for the same event at any time, where they say when it happened', async () => {
      const appointment = { appointment_id: `A-${randomUUID()}`, patient_id: `P-${randomUUID()}` };
      const scheduled = anEvent(appointment);
      const first = await vendor.send(scheduled);
      await vendor.decided(first.body.id as string);
      const other = await vendor.send(anEvent({ ...appointment, action: 'canceled', occurred_at: '2026-10-01T07:30:00+08:00' }));
      await vendor.decided(other.body.id as string);

      const again = await vendor.send(scheduled);

      expect(again.body).toEqual({ id: first.body.id, status: 'duplicate' });
    });
  });

  it('takes the old secret for 24 hours beside the new one', async () => {
    const rotating = await createSender(hub, () => clock.now());
    const { body } = await hub.call('POST', `/facilities/${rotating.facilityId}/webhook-secret`);
    const sendWith = async (secret: string): Promise<[number, string]> => {
      const text = JSON.stringify(anEvent());
      return verdict(await rotating.post(text, { ...JSON_TYPE, ...rotating.sign(text, { secret }) }));
    };
    const both = async (): Promise<[number, string][]> => [await sendWith(rotating.secret), await sendWith(body.secret as string)];

    const during = await both();
    clock.advance(24 * 60 * MINUTE_MS);
    const after = await both();

    expect(during).toEqual([
      [202, 'accepted'],
      [202, 'accepted'],
    ]);
    expect(after).toEqual([
      [401, 'no-matching-signature'],
      [202, 'accepted'],
    ]);
  });

  it('acknowledges nothing before the commit', async () => {
    const blocker = new pg.Client({ connectionString: hub.databaseUrl });
    await blocker.connect();
    await blocker.query('begin; lock table webhook_event in exclusive mode');
    let isAnswered = false;

    const sending = sender.send(anEvent()).finally(() => (isAnswered = true));
    await eventually('the inbox waits for the table', async () => (await hub.sql('select 1 from pg_locks where not granted')).length > 0);
    const wasAnswered = isAnswered;
    await blocker.query('commit');
    const answer = await sending;
    await blocker.end();

    expect(wasAnswered).toBe(false);
    expect(verdict(answer)).toEqual([202, 'accepted']);
  });

  it('tells a sender to come again when the commit is not there within 4 s, and then knows the event', async () => {
    const blocker = new pg.Client({ connectionString: hub.databaseUrl });
    await blocker.connect();
    await blocker.query('begin; lock table webhook_event in exclusive mode');
    const event = anEvent();

    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => sender.send(event, { id: 'evt-slow' })));
    const tookMs = performance.now() - startedMs;
    await blocker.query('commit');
    await blocker.end();
    const again = await sender.send(event, { id: 'evt-slow' });

    expect(answers.map(a => [...verdict(a), a.headers.get('retry-after')])).toEqual(answers.map(() => [503, 'database-unavailable', '5']));
    expect(tookMs).toBeLessThan(5_000);
    expect(again.status).toBe(202);
    expect(await sender.decided(again.body.id as string)).toMatchObject({ outcome: 'applied' });
  });

  it.each([
    ['that only this row raises', 'P0001'],
    ['of a database that is read-only', '25006'],
    ['of a table that is not there', '42P01'],
    ['of a disk that fails', '58030'],
  ])('asks for one row that cannot be stored again, and harms none of those that are written with it: an error %s', async (_, state) => {
    await hub.sql(`create or replace function refuse_poison() returns trigger language plpgsql as
      $$ begin if new.identity like 'id:poison%' then raise exception 'poison' using errcode = '${state}'; end if; return new; end $$`);
    await hub.sql('create trigger poison before insert on webhook_event for each row execute function refuse_poison()');
    const ids = Array.from({ length: 20 }, (_, i) => (i === 10 ? `poison-${state}` : randomUUID()));

    const answers = await Promise.all(ids.map(id => sender.send(anEvent(), { id })));
    await hub.sql('drop trigger poison on webhook_event');

    expect(answers.map(a => a.status)).toEqual(ids.map(id => (id.startsWith('poison') ? 503 : 202)));
    const refused = answers[10];
    expect([refused?.body.code, refused?.headers.get('retry-after')]).toEqual(['database-unavailable', '5']);
  });

  it('answers 503 when the database goes away before the commit, and loses no connection of its pool by it', async () => {
    const address = new URL(hub.databaseUrl);
    const proxy = await startCuttableProxy(address.hostname, Number(address.port));
    address.port = String(proxy.port);
    const copy = await startHub({ besides: hub, clock, config: { databaseUrl: address.href } });
    const blocker = new pg.Client({ connectionString: hub.databaseUrl });
    await blocker.connect();
    await blocker.query('begin; lock table webhook_event in exclusive mode');

    const sending = sender.send(anEvent(), { id: 'evt-cut', to: copy });
    await eventually(
      'the inbox waits',
      async () =>
        (await hub.sql(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into webhook_event%'`))
          .length > 0,
    );
    proxy.cut();
    const answer = await sending;
    await blocker.query('commit');
    await blocker.end();
    await copy.close();
    await proxy.close();

    expect([...verdict(answer), answer.headers.get('retry-after')]).toEqual([503, 'database-unavailable', '5']);
  });

  it('without its database answers 503 with Retry-After within 4 s, and takes the event when it is back', async () => {
    const address = new URL(hub.databaseUrl);
    const proxy = await startCuttableProxy(address.hostname, Number(address.port));
    address.port = String(proxy.port);
    const copy = await startHub({ besides: hub, clock, config: { databaseUrl: address.href } });
    const event = anEvent();
    await sender.send(anEvent(), { to: copy });

    proxy.cut();
    const startedMs = performance.now();
    const during = await Promise.all(Array.from({ length: 5 }, () => sender.send(event, { id: 'evt-away', to: copy })));
    const tookMs = performance.now() - startedMs;
    proxy.mend();
    const after = await eventually('the copy is well again', async () => {
      const answer = await sender.send(event, { id: 'evt-away', to: copy });
      return answer.status === 202 && answer;
    });
    await copy.close();
    await proxy.close();

    expect(during.map(a => [...verdict(a), a.headers.get('retry-after')])).toEqual(during.map(() => [503, 'database-unavailable', '5']));
    expect(tookMs).toBeLessThan(4_500);
    expect(verdict(after)).toEqual([202, 'accepted']);
  });
});
