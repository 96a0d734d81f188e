import pg from 'pg';
import { TwilioClient } from '../../src/notifications/channels/sms/twilio.client.js';
import { OutboxRepository } from '../../src/notifications/outbox.repository.js';
import { ReceiptRepository } from '../../src/notifications/receipts/receipt.repository.js';
import { eventually } from '../support/eventually.js';
import { aPatient } from '../support/journey.js';
import { smsChannel, startTelling, type MessageView, type Telling } from '../support/told.js';

const { jest } = import.meta;

const OCCURRED = '2026-10-01T07:30:00+08:00';

describe('A patient is told once', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling();
  });

  afterAll(async () => {
    expect(t.twilio.mismatches).toEqual([]);
    await t.close();
  });

  async function booked(phone: string, start = t.nextStart()): Promise<{ id: string; appointmentId: string; start: string }> {
    const { status, body } = await t.book({ contact: aPatient({ phone }), start });
    expect(status).toBe(201);
    return body as { id: string; appointmentId: string; start: string };
  }

  const told = (messages: MessageView[]): string[] => messages.map(({ kind, status, verdict }) => `${kind} ${status} ${String(verdict)}`);

  it('of a booking by chat, by one SMS, and of its delivery by the provider', async () => {
    const phone = t.nextPhone();
    const { id } = await booked(phone);

    expect(told(await t.settled(id))).toEqual(['booked sent sent-no-receipt']);
    expect(t.smsTo(phone)).toHaveLength(1);

    const sms = t.twilio.sent.find(each => each.to === phone);
    if (!sms) throw new Error('No SMS was sent');
    expect(await t.twilio.report(sms, 'sent', { via: t.hub.url })).toBe(200);
    expect(await t.twilio.report(sms, 'delivered', { via: t.hub.url })).toBe(200);
    expect(await t.twilio.report(sms, 'delivered', { via: t.hub.url })).toBe(200);
    const delivered = await eventually('it is delivered', async () => (await t.messages(id)).find(m => m.status === 'delivered'));
    expect(delivered).toMatchObject({ verdict: 'delivered', source: 'chat', channel: 'sms', attempts: [{ outcome: 'accepted' }] });
    expect(await t.explain(id)).toMatchObject({ verdict: 'delivered', nextAction: 'Nothing.' });
  });

  it.each(['before the answer', 'after it', 'twice'])('of its own booking, whose echo comes %s', async when => {
    const phone = t.nextPhone();
    const start = t.nextStart();
    const appointmentId = `A-echo-${when.replaceAll(' ', '-')}`;
    const echo = (reference: string) => ({
      action: 'scheduled',
      appointment_id: appointmentId,
      external_reference: reference,
      datetime: start,
      calendar_id: 'cal',
      occurred_at: OCCURRED,
    });
    t.hospital.on('POST /appointments', (request, response) => {
      const { external_reference } = JSON.parse(request.body) as { external_reference: string };
      const answer = (): void => {
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ appointmentId }));
      };
      if (when === 'before the answer') void t.sender.sent(echo(external_reference)).then(answer);
      else answer();
    });

    const { id } = await booked(phone, start);
    if (when !== 'before the answer') await t.sender.sent(echo(id), { id: 'msg_echo_1' });
    t.answerBookings();
    if (when === 'twice') await t.sender.sent({ ...echo(id), event_id: 'another' });

    expect(told(await t.settled(id))).toEqual(['booked sent sent-no-receipt']);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('of each change by chat: moved, then canceled', async () => {
    const phone = t.nextPhone();
    const { id } = await booked(phone);
    await t.settled(id);
    t.hospital.on('PUT /appointments/:id/reschedule', {});
    t.hospital.on('PUT /appointments/:id/cancel', {});

    expect((await t.hub.call('PUT', `/appointments/${id}/reschedule`, { start: t.nextStart() })).status).toBe(200);
    await t.settled(id, 2);
    expect((await t.hub.call('PUT', `/appointments/${id}/cancel`, {})).status).toBe(200);

    expect(told(await t.settled(id, 3))).toEqual([
      'booked sent sent-no-receipt',
      'rescheduled sent sent-no-receipt',
      'canceled sent sent-no-receipt',
    ]);
    expect(t.smsTo(phone)).toHaveLength(3);
  });

  it('whom nobody has ever seen, of what the staff did', async () => {
    const phone = t.nextPhone();

    const { appointmentId } = await t.staffBook('S-new', phone);

    expect(await t.settled(appointmentId)).toMatchObject([{ kind: 'booked', source: 'staff', status: 'sent', channel: 'sms' }]);
    expect(t.smsTo(phone)).toHaveLength(1);
    expect((await t.explain(appointmentId)).steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(
      expect.arrayContaining(['appointment booked', 'contact matched', 'message expected', 'channel chosen', 'attempt accepted']),
    );
  });

  it('as it is now, when a booking was canceled before it could be told', async () => {
    const phone = t.nextPhone();
    t.twilio.next({ kind: 'error', code: 20429, retryAfterSeconds: 60 });
    const { id } = await booked(phone);
    await eventually('the provider has put it off', async () => (await t.messages(id))[0]?.attempts.length === 1);
    t.hospital.on('PUT /appointments/:id/cancel', {});
    await t.hub.call('PUT', `/appointments/${id}/cancel`, {});
    await eventually('the cancel is told', () => t.smsTo(phone).length === 1);
    t.clock.advance(120_000);

    expect(told(await t.settled(id, 2))).toEqual(['booked superseded superseded', 'canceled sent sent-no-receipt']);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('in the right order, when it is canceled while the booking is being told', async () => {
    const phone = t.nextPhone();
    t.twilio.next({ kind: 'late', afterMs: 300 });
    const { id } = await booked(phone);
    await eventually('the provider has the booking in hand', async () => (await t.messages(id))[0]?.attempts.length === 1);
    t.hospital.on('PUT /appointments/:id/cancel', {});
    await t.hub.call('PUT', `/appointments/${id}/cancel`, {});
    await eventually('the cancel waits its turn', async () => {
      const [cancel] = await t.messages(id);
      return cancel?.status === 'expected' && cancel.verdict === 'waiting';
    });
    await eventually('the booking is told', async () => (await t.messages(id))[1]?.status === 'sent');
    t.clock.advance(1_000);

    expect(told(await t.settled(id, 2))).toEqual(['booked sent sent-no-receipt', 'canceled sent sent-no-receipt']);
    expect(t.smsTo(phone)).toHaveLength(2);
  });

  describe('though a copy was stopped that had the message in hand', () => {
    /** Moves an appointment, whose message is then in the hand of one who does nothing until it is woken; nobody else takes it over. */
    async function stopped(): Promise<{ id: string; phone: string; wake: () => Promise<unknown> }> {
      const outbox = t.hub.app.get(OutboxRepository);
      const phone = t.nextPhone();
      const { id } = await booked(phone);
      await t.settled(id);
      for (const way of ['reschedule', 'cancel']) t.hospital.on(`PUT /appointments/:id/${way}`, {});
      const [isStopped, isAwake] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const prepare = outbox.prepare.bind(outbox);
      const prepared = jest.spyOn(outbox, 'prepare').mockImplementationOnce(async (...given) => {
        isStopped.resolve(undefined);
        await isAwake.promise;
        return prepare(...given);
      });
      const left = jest.spyOn(outbox, 'claimLeft').mockResolvedValue([]);
      await t.hub.call('PUT', `/appointments/${id}/reschedule`, { start: t.nextStart() });
      await isStopped.promise;
      t.clock.advance(11_000);
      const wake = async (): Promise<unknown> => {
        isAwake.resolve(undefined);
        const mine: unknown = await prepared.mock.results[0]?.value;
        left.mockRestore();
        prepared.mockRestore();
        return mine;
      };
      return { id, phone, wake };
    }

    it('which sends nothing when it wakes: the message is somebody else’s by now', async () => {
      const { id, phone, wake } = await stopped();

      expect(await wake()).toEqual(new Set());
      expect(told(await t.settled(id, 2))).toEqual(['booked sent sent-no-receipt', 'rescheduled sent sent-no-receipt']);
      expect(t.smsTo(phone)).toHaveLength(2);
    });

    it('which sends nothing, whatever the time, where a later one was told meanwhile', async () => {
      const { id, phone, wake } = await stopped();
      await t.hub.call('PUT', `/appointments/${id}/cancel`, {});
      await eventually('the cancellation is told', () => t.smsTo(phone).length === 2);
      await t.hub.sql(
        `update notification set lease_until = $2 where appointment_id = $1 and status = 'sending' and kind = 'rescheduled'`,
        [id, new Date(t.clock.now().getTime() + 5_000)],
      );

      expect(await wake()).toEqual(new Set());
      t.clock.advance(6_000);
      const messages = await t.settled(id, 3);
      expect(told(messages)).toEqual(['booked sent sent-no-receipt', 'rescheduled superseded superseded', 'canceled sent sent-no-receipt']);
      expect(t.smsTo(phone)).toHaveLength(2);
    });
  });

  it('not at all of what is over', async () => {
    const { appointmentId } = await t.staffBook('S-past', t.nextPhone(), { datetime: '2026-09-01T09:00:00+08:00' });

    expect(told(await t.settled(appointmentId))).toEqual(['booked suppressed too-late']);
  });

  it('when an outage of the provider is over', async () => {
    const phone = t.nextPhone();
    t.twilio.at(phone, { kind: 'error', code: 20429 });
    const { id } = await booked(phone);
    for (let tries = 1; tries <= 3; tries++) {
      await eventually(`try ${tries} is made`, async () => {
        const [message] = await t.messages(id);
        return message?.status === 'expected' && message.attempts.filter(({ outcome }) => outcome === 'retry').length === tries;
      });
      t.clock.advance(200_000);
    }
    t.twilio.at(phone, null);
    t.clock.advance(200_000);

    expect(told(await t.settled(id))).toEqual(['booked sent sent-no-receipt']);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('once more when a person asks for it, and it is kept who did', async () => {
    const phone = t.nextPhone();
    const { id } = await booked(phone);
    const [message] = await t.settled(id);

    const { status, body } = await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, { reason: 'Asked for at the desk.' });

    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'expected', resends: [{ reason: 'Asked for at the desk.' }] });
    await eventually('it is sent again', () => t.smsTo(phone).length === 2);
    await t.settled(id);
    const repeated = await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, {});
    expect(repeated).toMatchObject({ status: 202, body: { status: 'sent', resends: [{ reason: 'Asked for at the desk.' }] } });
    expect(t.smsTo(phone)).toHaveLength(2);
    for (let times = 2; times <= 5; times++) {
      t.clock.advance(30_000);
      expect((await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, {})).status).toBe(202);
      await eventually(`it is sent again, ${times} times`, () => t.smsTo(phone).length === times + 1);
      await t.settled(id);
    }
    t.clock.advance(30_000);
    const refused = await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, {});
    expect(refused).toMatchObject({ status: 409, body: { code: 'notification-resent-too-often' } });
    expect((await t.explain(id)).steps).toContainEqual(expect.objectContaining({ step: 'resend', outcome: 'asked' }));
  });
});

describe('What a patient is told late', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling(twilio => ({ notifications: { channels: [smsChannel(twilio)], quietHours: { from: '21:00', to: '07:00' } } }));
  });

  afterAll(async () => {
    await t.close();
  });

  it('is a booking, where it was moved before anybody was told of it', async () => {
    t.clock.set('2026-10-01T22:00:00+08:00');
    const phone = t.nextPhone();
    const { appointmentId } = await t.staffBook('L-moved', phone);
    const moved = { action: 'rescheduled', datetime: '2026-10-06T15:00:00+08:00', occurred_at: '2026-10-01T22:05:00+08:00' };
    t.clock.advance(300_000);
    await t.staffBook('L-moved', phone, moved);

    t.clock.set('2026-10-02T07:00:00+08:00');

    const messages = await t.settled(appointmentId, 2);
    expect(messages.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['booked superseded', 'rescheduled sent']);
    expect(t.smsTo(phone)).toEqual([expect.stringMatching(/booked/i)]);
  });

  it('is told though the hub was away for longer than a day', async () => {
    t.clock.set('2026-10-02T21:30:00+08:00');
    const phone = t.nextPhone();
    const { appointmentId } = await t.staffBook('L-away', phone, { datetime: '2026-10-08T15:00:00+08:00' });

    t.clock.set('2026-10-04T08:00:00+08:00');

    expect(await t.settled(appointmentId)).toMatchObject([{ status: 'sent', attempts: [{ outcome: 'accepted' }] }]);
  });

  it('is what a person sends anew, whatever comes in of the first try', async () => {
    t.clock.set('2026-10-05T12:00:00+08:00');
    const phone = t.nextPhone();
    const { appointmentId } = await t.staffBook('L-again', phone, { datetime: '2026-10-08T16:00:00+08:00' });
    const [message] = await t.settled(appointmentId);
    const sms = t.twilio.sent.find(each => each.to === phone);
    if (!sms) throw new Error('No SMS was sent');
    t.clock.set('2026-10-05T22:00:00+08:00');
    const { body } = await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, { reason: 'Testa Planted called.' });
    expect(body).toMatchObject({ resends: [{ reason: 'Testa Planted called.' }] });
    expect(JSON.stringify(await t.hub.sql('select resends from notification'))).not.toContain('Planted');

    await t.twilio.report(sms, 'delivered', { via: t.hub.url });
    await eventually('its try is marked', async () =>
      (await t.messages(appointmentId))[0]?.attempts.some(({ deliveredAt }) => deliveredAt !== null),
    );
    t.clock.set('2026-10-06T07:00:00+08:00');

    await eventually('it is sent again', () => t.smsTo(phone).length === 2);
  });

  it("is moved on by its reports though another message is in somebody's hand, and that one once it is not", async () => {
    t.clock.set('2026-10-06T12:00:00+08:00');
    const [held, free] = await Promise.all(
      ['L-held', 'L-free'].map(async externalId => {
        const phone = t.nextPhone();
        const { appointmentId } = await t.staffBook(externalId, phone, { datetime: '2026-10-08T18:00:00+08:00' });
        await t.settled(appointmentId);
        return { appointmentId, sms: t.twilio.sent.find(({ to }) => to === phone) };
      }),
    );
    if (!held?.sms || !free?.sms) throw new Error('No SMS was sent');
    const statusOf = async (id: string): Promise<string | undefined> => (await t.messages(id))[0]?.status;
    const holder = new pg.Client({ connectionString: t.hub.databaseUrl });
    await holder.connect();
    await holder.query(`begin; set local app.facility_ids = '*'`);
    await holder.query('select from notification where appointment_id = $1 for update', [held.appointmentId]);

    for (const { sms } of [held, free] as const) if (sms) await t.twilio.report(sms, 'delivered', { via: t.hub.url });

    await eventually('the other is delivered', async () => (await statusOf(free.appointmentId)) === 'delivered');
    expect(await statusOf(held.appointmentId)).toBe('sent');
    await holder.end();
    await eventually('so is the one that was held', async () => {
      t.clock.advance(1_000);
      return (await statusOf(held.appointmentId)) === 'delivered';
    });
  });

  it('is not held up by reports about what others have sent', async () => {
    t.clock.set('2026-10-06T12:00:00+08:00');
    const phone = t.nextPhone();
    const { appointmentId } = await t.staffBook('L-noise', phone, { datetime: '2026-10-08T17:00:00+08:00' });
    await t.settled(appointmentId);
    const [sms] = t.twilio.sent.filter(each => each.to === phone);
    if (!sms) throw new Error('No SMS was sent');
    await t.hub.sql(
      `insert into notification_receipt (id, facility_id, identity, channel, provider_message_id, state, at, received_at, try_after)
       select gen_random_uuid(), '${t.facilityId}', 'noise ' || n, 'sms', 'SM-of-others-' || n, 'delivered', at, at, at
       from generate_series(1, 3000) n, (select '2026-10-06T11:59:00+08:00'::timestamptz as at) times`,
    );

    await t.twilio.report(sms, 'delivered', { via: t.hub.url });

    await eventually('it is delivered', async () => (await t.messages(appointmentId))[0]?.status === 'delivered');
    expect(await t.hub.sql(`select from notification_receipt where applied_at is null`)).toHaveLength(3_000);
    t.clock.advance(660_000);
    await eventually(
      'the others are closed',
      async () => (await t.hub.sql('select from notification_receipt where applied_at is null')).length === 0,
    );
  });
});

describe('A message whose outcome nobody knows', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling();
  });

  afterAll(async () => {
    await t.close();
  });

  async function lost(isTaken: boolean): Promise<{ id: string; phone: string }> {
    const phone = t.nextPhone();
    t.twilio.next({ kind: 'reset', isTaken });
    const { body } = await t.book({ contact: aPatient({ phone }), start: t.nextStart() });
    const { id } = body as { id: string };
    await eventually('its outcome is unknown', async () => (await t.messages(id))[0]?.verdict === 'outcome-unknown');
    return { id, phone };
  }

  it('is not sent again, and the receipt that names its try decides', async () => {
    const { id, phone } = await lost(true);
    const sms = t.twilio.sent.find(each => each.to === phone);
    if (!sms) throw new Error('No SMS was sent');

    await t.twilio.report(sms, 'delivered', { via: t.hub.url });

    const message = await eventually('it is delivered', async () => (await t.messages(id)).find(m => m.status === 'delivered'));
    expect(message.attempts).toMatchObject([{ outcome: 'accepted', providerMessageId: sms.sid }]);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('is found on the list of the provider', async () => {
    const { id, phone } = await lost(true);

    t.clock.advance(31_000);

    const message = await eventually('it is found', async () => (await t.messages(id)).find(m => m.status === 'sent'));
    expect(message.attempts).toHaveLength(1);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('is sent when the list proves that it was not taken, not before', async () => {
    const { id, phone } = await lost(false);

    t.clock.advance(31_000);
    await eventually('the list was asked', () =>
      t.twilio.requests.some(({ method, url }) => method === 'GET' && url.searchParams.get('To') === phone),
    );
    expect((await t.messages(id))[0]).toMatchObject({ status: 'sending', verdict: 'outcome-unknown' });
    t.clock.advance(100_000);

    await eventually('it is sent', () => t.smsTo(phone).length === 1);
    expect(await t.settled(id)).toMatchObject([{ status: 'sent', attempts: [{ outcome: 'retry' }, { outcome: 'accepted' }] }]);
  });

  it('is looked for until the list can be had again', async () => {
    const { id, phone } = await lost(true);
    for (const seconds of [31, 100, 500]) {
      t.twilio.nextLists({ kind: 'html', status: 503, isTaken: false });
      const asked = t.twilio.requests.length;
      t.clock.advance(seconds * 1_000);
      await eventually('the list was asked, and is to be asked again', async () => {
        const [row] = await t.hub.sql<{ lease_until: Date }>('select lease_until from notification where appointment_id = $1', [id]);
        return t.twilio.requests.length > asked && Number(row?.lease_until) > t.clock.now().getTime() + 10_000;
      });
    }
    expect(await t.explain(id)).toMatchObject({ verdict: 'outcome-unknown' });
    t.clock.advance(3_600_000);

    await eventually('it is found when the list is back', async () => (await t.messages(id))[0]?.status === 'sent');
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('is not proved absent by a list that was read before it could be, however long that took', async () => {
    const { id, phone } = await lost(true);
    t.twilio.isListLagging = true;
    const client = t.hub.app.get(TwilioClient);
    const find = client.find.bind(client);
    const slow = jest.spyOn(client, 'find').mockImplementationOnce(async (...question) => {
      const found = await find(...question);
      t.twilio.isListLagging = false;
      t.clock.advance(120_000);
      return found;
    });

    t.clock.advance(31_000);

    await eventually('it was looked for', () => slow.mock.calls.length > 0);
    await eventually('it is found', async () => {
      t.clock.advance(60_000);
      return (await t.messages(id))[0]?.status === 'sent';
    });
    slow.mockRestore();
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('is looked for later where the hub itself fails to', async () => {
    const { id } = await lost(true);
    const client = t.hub.app.get(TwilioClient);
    const failing = jest.spyOn(client, 'find').mockRejectedValueOnce(new Error('Invented'));

    t.clock.advance(31_000);
    await eventually('it is to be looked for again', async () => {
      const [row] = await t.hub.sql<{ lease_until: Date }>('select lease_until from notification where appointment_id = $1', [id]);
      return failing.mock.calls.length > 0 && Number(row?.lease_until) > t.clock.now().getTime() + 60_000;
    });
    failing.mockRestore();
    t.clock.advance(120_000);

    const found = await eventually('it is found', async () => (await t.messages(id)).find(({ status }) => status === 'sent'));
    expect(found.attempts).toHaveLength(1);
  });
});

describe('A message whose try was written down, but its process was not told so', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling();
  });

  afterAll(async () => {
    await t.close();
  });

  it('was not sent, is in no doubt, and is sent by the next try', async () => {
    const outbox = t.hub.app.get(OutboxRepository);
    const prepare = outbox.prepare.bind(outbox);
    const cut = jest.spyOn(outbox, 'prepare').mockImplementationOnce(async (...rows) => {
      await prepare(...rows);
      throw new Error('The connection was cut');
    });
    const phone = t.nextPhone();
    const { body } = await t.book({ contact: aPatient({ phone }), start: t.nextStart() });
    const { id } = body as { id: string };
    await eventually('the try is called off', async () => (await t.messages(id))[0]?.attempts[0]?.outcome === 'retry');
    cut.mockRestore();
    expect((await t.messages(id))[0]).toMatchObject({ status: 'expected' });
    expect(t.smsTo(phone)).toEqual([]);

    t.clock.advance(10_000);

    expect(await t.settled(id)).toMatchObject([{ status: 'sent', attempts: [{ outcome: 'retry' }, { outcome: 'accepted' }] }]);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('nor where the database was still at work on it when that was noted first', async () => {
    const outbox = t.hub.app.get(OutboxRepository);
    const [prepare, record] = [outbox.prepare.bind(outbox), outbox.record.bind(outbox)];
    let late: () => Promise<unknown> = () => Promise.resolve();
    const cut = jest.spyOn(outbox, 'prepare').mockImplementationOnce((...rows) => {
      late = () => prepare(...rows);
      return Promise.reject(new Error('The connection was cut'));
    });
    const noting = jest.spyOn(outbox, 'record').mockImplementationOnce(async (...noted) => {
      const isFound = await record(...noted);
      await late();
      return isFound;
    });
    const phone = t.nextPhone();
    const { body } = await t.book({ contact: aPatient({ phone }), start: t.nextStart() });
    const { id } = body as { id: string };

    const message = await eventually('the try is called off', async () =>
      (await t.messages(id)).find(({ attempts }) => attempts[0]?.outcome === 'retry'),
    );
    cut.mockRestore();
    noting.mockRestore();

    expect(message).toMatchObject({ status: 'expected' });
    expect(t.smsTo(phone)).toEqual([]);
  });

  it('reports that fail together are applied one by one', async () => {
    const phones = [t.nextPhone(), t.nextPhone()];
    const ids = await Promise.all(
      phones.map(async phone => (await t.book({ contact: aPatient({ phone }), start: t.nextStart() })).body.id as string),
    );
    for (const id of ids) await t.settled(id);
    const receipts = t.hub.app.get(ReceiptRepository);
    const write = receipts.write.bind(receipts);
    const failing = jest.spyOn(receipts, 'write').mockImplementation(async (em, reported, now) => {
      if (reported.applied.length > 1) throw new Error('Invented');
      return write(em, reported, now);
    });
    const sids = phones.map(phone => t.twilio.sent.find(({ to }) => to === phone)?.sid);
    await t.hub.sql(
      `insert into notification_receipt (id, facility_id, identity, channel, provider_message_id, state, at, received_at, try_after)
       select gen_random_uuid(), $1, 'together ' || sid, 'sms', sid, 'delivered', $2::timestamptz, $2::timestamptz, $2::timestamptz from unnest($3::text[]) sid`,
      [t.facilityId, t.clock.now(), sids],
    );

    await eventually('both are delivered', async () => {
      t.clock.advance(1_000);
      return (await Promise.all(ids.map(id => t.messages(id)))).every(([message]) => message?.status === 'delivered');
    });
    expect(failing.mock.calls.some(([, { applied }]) => applied.length > 1)).toBe(true);
    failing.mockRestore();
  });
});
