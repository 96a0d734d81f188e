import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { eventually } from '../support/eventually.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { ADMIN_KEY, startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';

/** In two months far apart: nobody who asks for one is told of the other. */
const FIRST = '2026-10-05T09:00:00+08:00';
const SECOND = '2026-10-05T10:00:00+08:00';
/** Each for one who hangs up: on a busy machine the hub may hear of it only when the booking has begun. */
const THIRD = '2026-10-05T11:00:00+08:00';
const LATER = '2027-03-05T10:00:00+08:00';

/** Sends a request as it stands on the wire, and hangs up at once; resolves when the hub knows. */
async function sendAndHangUp(url: string, key: string, path: string, body: object): Promise<void> {
  const { hostname, port } = new URL(url);
  const text = JSON.stringify(body);
  const socket = net.connect(Number(port), hostname);
  const head = [
    `POST /api/v1${path} HTTP/1.1`,
    'host: hub.test',
    `authorization: Bearer ${ADMIN_KEY}`,
    `idempotency-key: ${key}`,
    'content-type: application/json',
    `content-length: ${text.length}`,
  ];
  socket.resume().end(`${head.join('\r\n')}\r\n\r\n${text}`);
  await once(socket, 'close');
}

/** A platform in doubt sends a request again while the first still runs, and another copy of the hub gets it. */
describe('One key at two copies at the same moment', () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let copy: TestHub;
  let facilityId: string;
  let ids: { calendarId: string; appointmentTypeId: string };
  const free = new Set([FIRST, SECOND, THIRD, LATER]);
  /** While there is one, whoever asks what is free waits in it. */
  let held: (() => void)[] | null = null;

  const take = (body: string): void => {
    for (const start of free) if (body.includes(start)) free.delete(start);
  };

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 30 }] },
    ]);
    hospital.on('GET /availability', ({ query }, response) => {
      const offer = (): void => {
        const ofMonth = [...free].filter(start => start.startsWith(query.get('month') ?? ''));
        answerJson(response, 200, ofMonth);
      };
      if (held) held.push(offer);
      else offer();
    });
    hospital.on('POST /appointments', ({ body }, response) => {
      take(body);
      answerJson(response, 201, { appointmentId: randomUUID() });
    });
    hospital.on('PUT /appointments/:id/reschedule', ({ body }, response) => {
      take(body);
      answerJson(response, 200, {});
    });
    const clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock, config: { upstreamAllowedHosts: [hospital.host] } });
    copy = await startHub({ clock, besides: hub });
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  });
  afterAll(async () => {
    await copy.close();
    await hub.close();
    await hospital.close();
  });

  /** The copy is told what is free only when the other has taken what both want. */
  async function atOnce(ask: (to: TestHub) => Promise<Answer>): Promise<[first: Answer, second: Answer]> {
    const waiting: (() => void)[] = [];
    held = waiting;
    const second = ask(copy);
    await eventually('the copy asks what is free', () => waiting.length > 0);
    held = null;
    const first = await ask(hub);
    for (const offer of waiting) offer();
    return [first, await second];
  }

  const book = (to: TestHub, start: string, key: string): Promise<Answer> =>
    to.call('POST', `/facilities/${facilityId}/appointments`, { contact: aPatient(), ...ids, start }, { 'idempotency-key': key });

  it('books once, and both are told of that booking', async () => {
    const key = randomUUID();

    const [first, second] = await atOnce(to => book(to, FIRST, key));

    expect(first).toMatchObject({ status: 201, body: { status: 'SCHEDULED' } });
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id, status: 'SCHEDULED' } });
    expect(hospital.calls('POST /appointments')).toHaveLength(1);
  });

  it('moves once, and both are told of that move', async () => {
    const { body: booked } = await book(hub, SECOND, randomUUID());
    const key = randomUUID();

    const [first, second] = await atOnce(to =>
      to.call('PUT', `/appointments/${booked.id}/reschedule`, { start: LATER }, { 'idempotency-key': key }),
    );

    expect(first).toMatchObject({ status: 200, body: { start: LATER } });
    expect(second).toMatchObject({ status: 200, body: { id: booked.id, start: LATER } });
    expect(hospital.calls('PUT /appointments/:id/reschedule')).toHaveLength(1);
  });

  it('books nothing for those who have hung up, and the repeat of one is the first', async () => {
    const key = randomUUID();
    const path = `/facilities/${facilityId}/appointments`;
    const keys = [key, ...Array.from({ length: 20 }, () => randomUUID())];
    await Promise.all(keys.map(each => sendAndHangUp(hub.url, each, path, { contact: aPatient(), ...ids, start: THIRD })));

    const repeat = await book(hub, THIRD, key);

    expect(repeat.status).toBe(201);
    expect(repeat.headers.get('idempotency-replayed')).toBeNull();
  });
});
