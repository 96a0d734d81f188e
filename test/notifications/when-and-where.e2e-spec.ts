import { OutboxRepository } from '../../src/notifications/outbox.repository.js';
import { RemindersCron } from '../../src/appointments/reminders.cron.js';
import { eventually } from '../support/eventually.js';
import { aPatient } from '../support/journey.js';
import { smsChannel, startTelling, type Telling } from '../support/told.js';

/** The clock stands at 08:00 in Manila at first. */
const NIGHT = { from: '21:00', to: '07:00' };

const { jest } = import.meta;

describe('Whom messages may not reach', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling();
  });

  afterAll(async () => {
    await t.close();
  });

  const report = (body: object) => t.hub.call('POST', `/facilities/${t.facilityId}/channel-events`, body);
  const now = (): string => t.clock.now().toISOString();

  it('is everybody on a phone that has sent STOP, until it opts in again', async () => {
    const phone = t.nextPhone();
    expect((await report({ channel: 'sms', address: phone, type: 'opt-out', at: now() })).status).toBe(204);

    const mother = await t.staffBook('F-mother', phone, { name: 'Testa Mother' });
    const child = await t.staffBook('F-child', phone, { name: 'Testa Child', datetime: '2026-10-05T10:00:00+08:00' });

    for (const { appointmentId } of [mother, child])
      expect(await t.settled(appointmentId)).toMatchObject([{ status: 'suppressed', verdict: 'opted-out', attempts: [] }]);
    expect(t.smsTo(phone)).toEqual([]);

    t.clock.advance(1_000);
    expect((await report({ channel: 'sms', address: phone, type: 'opt-in', at: now() })).status).toBe(204);
    expect((await report({ channel: 'sms', address: phone, type: 'opt-out', at: '2026-09-30T08:00:00+08:00' })).status).toBe(204);
    const [message] = await t.messages(child.appointmentId);
    expect((await t.hub.call('POST', `/notifications/${message?.id ?? ''}/resend`, {})).status).toBe(202);
    expect(await t.settled(child.appointmentId)).toMatchObject([{ status: 'sent' }]);
  });

  it('is who has no channel: it is said so, with what to do', async () => {
    const { body } = await t.book({ contact: { name: 'Testa Nowhere', dateOfBirth: '1990-01-01' }, start: t.nextStart() });
    const { id } = body as { id: string };

    expect(await t.settled(id)).toMatchObject([{ status: 'failed', verdict: 'no-channel' }]);
    expect(await t.explain(id)).toMatchObject({ verdict: 'no-channel' });
  });

  it.each([
    ['no type', { channel: 'sms', address: '+639170000001', at: '2026-10-01T08:00:00+08:00' }, 'type'],
    ['no number', { channel: 'sms', address: 'STOP', type: 'opt-out', at: '2026-10-01T08:00:00+08:00' }, 'address'],
    ['no time', { channel: 'viber', address: 'u1', type: 'inbound' }, 'at'],
    ['another field', { channel: 'viber', address: 'u1', type: 'inbound', at: '2026-10-01T08:00:00+08:00', text: 'x' }, 'text'],
  ])('refuses a report with %s', async (_title, body, field) => {
    const { status, body: problem } = await report(body);

    expect(status).toBe(400);
    expect(problem).toMatchObject({ errors: [{ field }] });
  });

  it('takes the same first report many times at once', async () => {
    const event = { channel: 'viber', address: 'viber-user-1', type: 'inbound', at: now() };

    const answers = await Promise.all(Array.from({ length: 8 }, () => report(event)));

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 204));
    expect(await t.hub.sql(`select from channel_address where channel = 'viber'`)).toHaveLength(1);
  });

  it('answers whoever booked where they asked for it', async () => {
    const [child, mother] = [t.nextPhone(), t.nextPhone()];

    const { body } = await t.book({
      contact: aPatient({ phone: child }),
      start: t.nextStart(),
      replyTo: { channel: 'sms', address: mother },
    });

    await t.settled((body as { id: string }).id);
    expect(t.smsTo(mother)).toHaveLength(1);
    expect(t.smsTo(child)).toEqual([]);
  });

  it('refuses a replyTo that is no number', async () => {
    const { status, body } = await t.book({ contact: aPatient(), start: t.nextStart(), replyTo: { channel: 'sms', address: 'mother' } });

    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ field: 'replyTo.address' }] });
  });
});

describe('When messages go', () => {
  let t: Telling;

  beforeAll(async () => {
    t = await startTelling(twilio => ({
      notifications: { channels: [smsChannel(twilio)], quietHours: NIGHT, reminders: [{ minutesBefore: 1_440 }, { minutesBefore: 120 }] },
    }));
  });

  afterAll(async () => {
    await t.close();
  });

  const remind = (): Promise<void> => t.hub.app.get(RemindersCron).tick();

  it('in the morning what staff did at night, at once what the patient did', async () => {
    t.clock.set('2026-10-01T22:00:00+08:00');
    const [phone, other] = [t.nextPhone(), t.nextPhone()];

    const { appointmentId } = await t.staffBook('N-1', phone);
    const { body } = await t.book({ contact: aPatient({ phone: other }), start: t.nextStart() });

    await t.settled((body as { id: string }).id);
    expect(t.smsTo(other)).toHaveLength(1);
    expect(await t.messages(appointmentId)).toMatchObject([{ status: 'expected', sendAfter: '2026-10-02T07:00:00+08:00' }]);
    t.clock.set('2026-10-02T07:00:00+08:00');
    await t.settled(appointmentId);
    expect(t.smsTo(phone)).toHaveLength(1);
  });

  it('a day and two hours before, each once, as the appointment is then', async () => {
    t.clock.set('2026-10-02T12:00:00+08:00');
    const phone = t.nextPhone();
    const { appointmentId } = await t.staffBook('R-1', phone, { datetime: '2026-10-05T15:00:00+08:00' });
    await t.settled(appointmentId);

    t.clock.set('2026-10-04T15:00:00+08:00');
    await Promise.all([remind(), remind()]);
    await remind();
    expect(await t.settled(appointmentId, 2)).toMatchObject([{ kind: 'booked' }, { kind: 'reminder', source: 'reminder', status: 'sent' }]);

    const moved = { action: 'rescheduled', datetime: '2026-10-05T18:00:00+08:00', occurred_at: '2026-10-04T16:00:00+08:00' };
    t.clock.set('2026-10-04T16:00:00+08:00');
    await t.staffBook('R-1', phone, moved);
    await t.settled(appointmentId, 3);
    t.clock.set('2026-10-05T13:00:00+08:00');
    await remind();
    expect(await t.messages(appointmentId)).toHaveLength(3);
    t.clock.set('2026-10-05T16:00:00+08:00');
    await remind();
    expect((await t.settled(appointmentId, 4)).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'booked sent',
      'reminder sent',
      'rescheduled sent',
      'reminder sent',
    ]);
    expect(t.smsTo(phone)).toHaveLength(4);
  });

  it('not where the moment had passed when it was booked, nor after a cancel', async () => {
    t.clock.set('2026-10-06T08:00:00+08:00');
    const [late, gone] = [t.nextPhone(), t.nextPhone()];
    const short = await t.staffBook('R-2', late, { datetime: '2026-10-06T09:00:00+08:00' });
    const canceled = await t.staffBook('R-3', gone, { datetime: '2026-10-06T15:00:00+08:00' });
    await t.settled(short.appointmentId);
    await t.settled(canceled.appointmentId);
    t.clock.advance(60_000);
    await t.staffBook('R-3', gone, {
      action: 'cancelled',
      datetime: '2026-10-06T15:00:00+08:00',
      occurred_at: '2026-10-06T08:01:00+08:00',
    });
    await t.settled(canceled.appointmentId, 2);

    await remind();
    t.clock.set('2026-10-06T13:30:00+08:00');
    await remind();

    expect(t.smsTo(late)).toHaveLength(1);
    expect(t.smsTo(gone)).toHaveLength(2);
  });
});

describe('A facility that is not live', () => {
  it('writes to its test addresses alone; all else is noted in the log', async () => {
    const t = await startTelling(twilio => ({
      status: 'testing',
      notifications: { channels: [smsChannel(twilio)], testAddresses: [{ channel: 'sms', address: '+639170099999' }] },
    }));
    const tester = await t.staffBook('T-1', '+639170099999');
    const patient = await t.staffBook('T-2', t.nextPhone(), { name: 'Testa Patient', datetime: '2026-10-05T10:00:00+08:00' });

    expect(await t.settled(tester.appointmentId)).toMatchObject([{ status: 'sent', channel: 'sms' }]);
    expect(await t.settled(patient.appointmentId)).toMatchObject([{ status: 'sent', channel: 'log', verdict: 'logged' }]);
    expect(t.twilio.sent).toHaveLength(1);
    await t.close();
  });
});

describe('A try whose outcome is not noted before its lease ends', () => {
  it('is not made again where the note comes just when another looks', async () => {
    const t = await startTelling();
    const outbox = t.hub.app.get(OutboxRepository);
    const [record, claimLeft] = [outbox.record.bind(outbox), outbox.claimLeft.bind(outbox)];
    const [isSent, isTakenOver] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    // Whoever has sent it is stopped, and wakes between the other's claim and its look.
    const noted = jest.spyOn(outbox, 'record').mockImplementationOnce(async (...given) => {
      isSent.resolve(undefined);
      await isTakenOver.promise;
      return record(...given);
    });
    const left = jest.spyOn(outbox, 'claimLeft').mockImplementation(async (...given) => {
      const rows = await claimLeft(...given);
      if (rows.length > 0) {
        isTakenOver.resolve(undefined);
        await noted.mock.results[0]?.value;
      }
      return rows;
    });
    const phone = t.nextPhone();
    const { body } = await t.book({ contact: aPatient({ phone }), start: t.nextStart() });
    const { id } = body as { id: string };
    await isSent.promise;
    t.clock.advance(15_000);

    const [message] = await eventually('it is settled', async () => {
      const messages = await t.messages(id);
      return messages[0]?.status === 'sent' && messages;
    });

    expect(left).toHaveBeenCalled();
    expect(message).toMatchObject({ verdict: 'sent-no-receipt', attempts: [{ outcome: 'accepted' }] });
    expect(t.smsTo(phone)).toHaveLength(1);
    await t.close();
  });

  it('leaves the outcome unknown until the receipt comes, and sends no second message', async () => {
    const t = await startTelling();
    const phone = t.nextPhone();
    t.twilio.next({ kind: 'hang', isTaken: true });
    const { body } = await t.book({ contact: aPatient({ phone }), start: t.nextStart() });
    const { id } = body as { id: string };
    await eventually('the provider has it', () => t.smsTo(phone).length === 1);
    // As when the process that has it in hand is gone: another one looks.
    t.clock.advance(15_000);

    await eventually('its outcome is unknown', async () => (await t.messages(id))[0]?.verdict === 'outcome-unknown');
    const [sms] = t.twilio.sent;
    if (!sms) throw new Error('No SMS was sent');
    await t.twilio.report(sms, 'delivered', { via: t.hub.url });

    await eventually('it is delivered', async () => (await t.messages(id))[0]?.status === 'delivered');
    expect(t.smsTo(phone)).toHaveLength(1);
    await t.close();
  });
});
