import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, type LoggedEvent, type Sender } from './sender.js';

const LIST = 'GET /appointments';
const START = '2026-10-05T09:00:00+08:00';

describe("Asking the hospital's list of appointments", () => {
  let hospitals: FakeHospital[];
  let hub: TestHub;
  let clock: TestClock;

  beforeEach(async () => {
    hospitals = [await startFakeHospital(), await startFakeHospital()];
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock, config: { upstreamAllowedHosts: hospitals.map(hospital => hospital.host) } });
  });
  afterEach(async () => {
    await hub.close();
    for (const hospital of hospitals) await hospital.close();
  });

  const senderAt = (hospital: FakeHospital): Promise<Sender> => {
    const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth: { scheme: 'bearer', apiKey: 'test-upstream-key' } };
    return createSender(hub, () => clock.now(), { scheduler });
  };
  /** Of patients with the ids 0 to `count` - 1, each moved to a time that only the list can tell. */
  const sendMoved = async (sender: Sender, count: number): Promise<string[]> => {
    const events = Array.from({ length: count }, (_, i) =>
      anEvent({ action: 'rescheduled', datetime: undefined, appointment_id: `A-${i}`, patient_id: `P-${i}` }),
    );
    return (await Promise.all(events.map(event => sender.send(event)))).map(answer => answer.body.id as string);
  };
  const checked = (sender: Sender, ids: readonly string[], deadlineMs?: number): Promise<LoggedEvent[]> =>
    eventually(
      'the events are decided',
      async () => {
        const events = (await sender.events()).filter(event => ids.includes(event.id));
        return events.every(event => event.outcome !== 'pending' && event.outcome !== 'held') && events;
      },
      deadlineMs,
    );
  const answerList = (hospital: FakeHospital): void => {
    hospital.on(LIST, (request, response) => {
      const patientId = request.query.get('patient_id') ?? '';
      const appointment_id = patientId.replace('P', 'A');
      answerJson(response, 200, [{ appointment_id, status: 'scheduled', datetime: START, calendar_id: 'cal', patient_id: patientId }]);
    });
  };

  it('at one that hangs keeps no event of another waiting, and asks it once', async () => {
    const [hanging, healthy] = hospitals as [FakeHospital, FakeHospital];
    hanging.on(LIST, () => undefined);
    answerList(healthy);
    const [stuck, well] = [await senderAt(hanging), await senderAt(healthy)];
    const waiting = await sendMoved(stuck, 20);
    await eventually('the list is asked', () => hanging.calls(LIST).length > 0);

    const startedMs = performance.now();
    const [decided] = await checked(well, await sendMoved(well, 1));
    const tookMs = performance.now() - startedMs;
    const inTheEnd = await checked(stuck, waiting);

    expect(decided).toMatchObject({ outcome: 'applied', reason: null });
    expect(healthy.calls(LIST)).toHaveLength(1);
    expect(tookMs).toBeLessThan(2_000);
    expect(inTheEnd.map(event => event.outcome)).toEqual(waiting.map(() => 'applied'));
    expect(hanging.calls(LIST)).toHaveLength(1);
  }, 30_000);

  it('at one that answers is done for each event, one after the other, without a wait for the next look', async () => {
    const [hospital] = hospitals as [FakeHospital];
    let [atOnce, most] = [0, 0];
    hospital.on(LIST, (request, response) => {
      most = Math.max(most, ++atOnce);
      response.on('close', () => atOnce--);
      const patientId = request.query.get('patient_id') ?? '';
      const appointment_id = patientId.replace('P', 'A');
      const listed = [{ appointment_id, status: 'scheduled', datetime: START, calendar_id: 'cal', patient_id: patientId }];
      // Long enough for asks that are under way together to be seen together.
      setTimeout(() => {
        answerJson(response, 200, listed);
      }, 20);
    });
    const sender = await senderAt(hospital);

    const events = await checked(sender, await sendMoved(sender, 20), 8_000);

    expect(events.map(event => event.outcome)).toEqual(events.map(() => 'applied'));
    expect(hospital.calls(LIST)).toHaveLength(20);
    expect(most).toBe(1);
    const starts = await Promise.all(
      events.map(async event => ((await hub.call('GET', `/appointments/${event.appointmentId}`)).body as { start: string }).start),
    );
    expect(new Set(starts)).toEqual(new Set([START]));
  }, 30_000);

  it('whose answer is older than the appointment that it is about is asked once more', async () => {
    const [hospital] = hospitals as [FakeHospital];
    const sender = await senderAt(hospital);
    const about = { appointment_id: 'A-new', patient_id: 'P-new', occurred_at: undefined };
    const answers: ((datetime: string) => void)[] = [];
    hospital.on(LIST, (_request, response) => {
      answers.push(datetime => {
        answerJson(response, 200, [{ appointment_id: 'A-new', status: 'scheduled', datetime, calendar_id: 'cal', patient_id: 'P-new' }]);
      });
    });
    const moved = await sender.send(anEvent({ ...about, action: 'rescheduled', datetime: undefined }));
    await eventually('the list is asked', () => answers.length === 1);
    const booked = await sender.send(anEvent({ ...about, datetime: '2026-10-05T15:00:00+08:00' }));
    await eventually('the booking is applied', async () => (await sender.decided(booked.body.id as string)).outcome === 'applied');

    answers[0]?.(START);
    await eventually('the list is asked again', () => {
      clock.advance(1_000);
      return answers.length > 1;
    });
    answers[1]?.('2026-10-05T16:00:00+08:00');
    const [event] = await checked(sender, [moved.body.id as string]);

    const { body } = await hub.call('GET', `/appointments/${String(event?.appointmentId)}`);
    expect(body).toMatchObject({ start: '2026-10-05T16:00:00+08:00' });
  }, 30_000);

  it('whose answer is older than an event that came meanwhile does not undo that', async () => {
    const [hospital] = hospitals as [FakeHospital];
    const sender = await senderAt(hospital);
    const about = { appointment_id: 'A-slow', patient_id: 'P-slow', occurred_at: undefined };
    const listed = { appointment_id: 'A-slow', status: 'scheduled', datetime: START, calendar_id: 'cal', patient_id: 'P-slow' };
    await checked(sender, [(await sender.send(anEvent(about))).body.id as string]);
    clock.advance(60_000);
    await checked(sender, [
      (await sender.send(anEvent({ ...about, action: 'rescheduled', datetime: '2026-10-05T15:00:00+08:00' }))).body.id as string,
    ]);
    const answers: (() => void)[] = [];
    hospital.on(LIST, (_request, response) => {
      const present = { ...listed };
      answers.push(() => {
        answerJson(response, 200, [present]);
      });
    });

    const moved = await sender.send(anEvent({ ...about, action: 'rescheduled', datetime: START }));
    await eventually('the list is asked', () => answers.length === 1);
    listed.status = 'canceled';
    const canceled = await sender.send(anEvent({ ...about, action: 'canceled', datetime: undefined }));
    await eventually('the cancel is applied', async () => (await sender.decided(canceled.body.id as string)).outcome === 'applied');
    answers.shift()?.();
    await eventually('the list is asked again', () => {
      clock.advance(1_000);
      answers.shift()?.();
      return hospital.calls(LIST).length > 1;
    });
    const [event] = await checked(sender, [moved.body.id as string]);

    const { body } = await hub.call('GET', `/appointments/${String(event?.appointmentId)}`);
    expect(body).toMatchObject({ status: 'CANCELED' });
  }, 30_000);
});
