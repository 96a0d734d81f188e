import { eventually } from '../support/eventually.js';
import { startFakeViber, type FakeViber } from '../support/fake-viber.js';
import { aPatient } from '../support/journey.js';
import { smsChannel, startTelling, type MessageView, type Telling } from '../support/told.js';

const CAP = 3;

describe('The cap of SMS a day', () => {
  let t: Telling;
  let viber: FakeViber;

  beforeAll(async () => {
    viber = await startFakeViber();
    t = await startTelling(twilio => ({ notifications: { channels: [smsChannel(twilio)], smsDailyCap: CAP } }));
  });
  afterAll(async () => {
    await t.close();
    await viber.close();
  });

  const change = (notifications: object) => t.hub.call('PATCH', `/facilities/${t.facilityId}`, { notifications });
  const booked = async (phone: string, contact: Record<string, unknown> = {}): Promise<string> => {
    const { body } = await t.book({
      contact: aPatient({ name: `Testa ${phone.slice(-3)}x`, phone, ...contact }),
      start: t.nextStart(),
    });
    return (body as { id: string }).id;
  };
  const held = (id: string): Promise<MessageView> =>
    eventually('the message is held', async () => (await t.messages(id)).find(({ verdict }) => verdict === 'spend-cap'));
  const spendAll = async (): Promise<void> => {
    for (let i = 0; i < CAP; i++) await t.settled(await booked(t.nextPhone()));
  };
  const metric = async (): Promise<string | undefined> =>
    /^hub_notifications_held_by_spend_cap (\d+)$/m.exec(await (await fetch(`${t.hub.url}/metrics`)).text())?.[1];

  it('holds back what is over until the next day of the facility, and says so', async () => {
    await spendAll();
    const phone = t.nextPhone();
    const id = await booked(phone);

    expect(await held(id)).toMatchObject({ status: 'expected', sendAfter: '2026-10-02T00:00:00+08:00', attempts: [] });
    expect(await t.explain(id)).toMatchObject({
      verdict: 'spend-cap',
      nextAction: expect.stringContaining('raise the cap'),
      steps: expect.arrayContaining([expect.objectContaining({ step: 'channel', outcome: 'spend-cap' })]),
    });
    expect([t.smsTo(phone), t.twilio.sent.length, await metric()]).toEqual([[], CAP, '1']);
    t.clock.set('2026-10-02T00:00:00+08:00');
    expect(await t.settled(id)).toMatchObject([{ status: 'sent' }]);
    expect(t.smsTo(phone)).toHaveLength(1);
    expect(await t.hub.sql('select day::text, segments from sms_spend order by day')).toEqual([
      { day: '2026-10-01', segments: CAP },
      { day: '2026-10-02', segments: 1 },
    ]);
  });

  it('lets what is held go when it is raised and a person says so, and all when there is none', async () => {
    t.clock.set('2026-10-03T09:00:00+08:00');
    await spendAll();
    const id = await booked(t.nextPhone());
    const { id: messageId } = await held(id);

    const raised = await change({ smsDailyCap: CAP + 1 });
    const resent = await t.hub.call('POST', `/notifications/${messageId}/resend`, {});

    expect([raised.body.notifications.smsDailyCap, resent.status]).toEqual([CAP + 1, 202]);
    expect(await t.settled(id)).toMatchObject([{ status: 'sent' }]);
    await held(await booked(t.nextPhone()));
    await change({ smsDailyCap: null });
    expect(await t.settled(await booked(t.nextPhone()))).toMatchObject([{ status: 'sent' }]);
    await change({ smsDailyCap: CAP });
  });

  it('holds among messages that are due together', async () => {
    t.clock.set('2026-10-04T14:00:00+08:00');
    const before = t.twilio.sent.length;
    await change({ quietHours: { from: '13:00', to: '20:00' } });
    const ids: string[] = [];
    for (const letter of 'abcd')
      ids.push((await t.staffBook(`T-${letter}`, t.nextPhone(), { name: `Testa Together${letter}` })).appointmentId);

    // The message that was held yesterday was the first of today.
    await eventually('that one is sent', () => t.twilio.sent.length === before + 1);
    t.clock.set('2026-10-04T20:00:00+08:00');

    const messages = await eventually('all are decided', async () => {
      const all = (await Promise.all(ids.map(id => t.messages(id)))).flat();
      return all.every(({ status, verdict }) => status === 'sent' || verdict === 'spend-cap') && all;
    });
    expect(messages.filter(({ status }) => status === 'sent')).toHaveLength(CAP - 1);
    expect(t.twilio.sent).toHaveLength(before + CAP);
  });

  it('lets a message that would come too late tomorrow end, for a person to see', async () => {
    const { appointmentId } = await t.staffBook('F-today', t.nextPhone(), { datetime: '2026-10-04T23:30:00+08:00' });

    expect(await t.settled(appointmentId)).toMatchObject([{ status: 'failed', verdict: 'spend-cap', attempts: [] }]);
  });

  it('is none of other channels: a patient who has one is written to there', async () => {
    t.hub.config.upstreamAllowedHosts.push(viber.host);
    const channel = { channel: 'viber', baseUrl: viber.baseUrl, authToken: viber.authToken, senderName: 'Test' };
    await change({ order: ['sms', 'viber'], channels: [{ channel: 'sms' }, channel] });
    const id = await booked(t.nextPhone(), { channels: [{ channel: 'viber', address: 'user-1', primary: false }] });

    expect(await t.settled(id)).toMatchObject([{ status: 'sent', channel: 'viber' }]);
    expect(viber.sent).toHaveLength(1);
  });
});
