import { randomUUID } from 'node:crypto';
import net, { type AddressInfo } from 'node:net';
import { ReconciliationCron } from '../../src/appointments/reconciliation.cron.js';
import { ReconciliationService } from '../../src/appointments/reconciliation.service.js';
import { Random } from '../../storm/random.js';
import { aBooking, aConnection, aScheduler } from '../schedulers/a-hospital.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { guardConnects, type ConnectGuard } from './connect-guard.js';
import { EvilHospital } from './evil-hospital.js';
import { EVILS, isDoneBy, REDIRECT_TARGETS, type AnswerEvil, type Evil } from './evils.js';

const STARTS = ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30'].map(time => `2026-10-05T${time}:00+08:00`);
const CALLS = ['read', 'book', 'reschedule', 'cancel'] as const;
type Call = (typeof CALLS)[number];
const WITHIN_MS = 240_000;

/** What the platform is told, and what it sees of the appointment at that moment. */
interface Seen {
  answer: Answer;
  id: string | null;
  state: AppointmentSeen | null;
  /** Once the hospital is well, and all that was unknown is known. */
  isTrueInTheEnd: boolean;
}

interface AppointmentSeen {
  status: string;
  start: string;
  appointmentId: string | null;
  pendingChange: { kind: string } | null;
}

describe('What an evil hospital makes of each call', () => {
  const clock = new TestClock(JOURNEY_NOW);
  const seen = new Map<string, Seen>();
  const hospitals = new Map<Evil, EvilHospital>();
  let guard: ConnectGuard;
  let hub: TestHub;
  let trap: net.Server;
  let trapped = 0;
  let underWay = 0;

  beforeAll(async () => {
    guard = guardConnects();
    trap = net.createServer(socket => {
      trapped += 1;
      socket.destroy();
    });
    await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve));
    for (const evil of EVILS) hospitals.set(evil, await anEvilHospital());
    const upstreamAllowedHosts = [...[...hospitals.values()].map(({ host }) => host), trapHost()];
    hub = await startHub({ clock, config: { upstreamAllowedHosts, writeTimeoutMs: 2_500, availabilityTimeoutMs: 3_000 } });
    const reconciliation = hub.app.get(ReconciliationService);
    const look = reconciliation.look.bind(reconciliation);
    reconciliation.look = async key => {
      underWay++;
      await look(key).finally(() => underWay--);
    };
    // Alone: to read it takes so many small steps that a busy machine might not get to its end in time.
    await suffer('gzip-bomb');
    const waiting = EVILS.filter(evil => evil !== 'gzip-bomb').values();
    const inTurn = async (): Promise<void> => {
      for (const evil of waiting) await suffer(evil);
    };
    await Promise.all([inTurn(), inTurn(), inTurn()]);
    await untilKnown();
    for (const [name, each] of seen) each.isTrueInTheEnd = await isTrue(name, each);
  }, WITHIN_MS);
  afterAll(async () => {
    await hub.close();
    await Promise.all([...hospitals.values()].map(hospital => hospital.close()));
    trap.close();
    guard.undo();
  });

  /** Its redirects lead to a listener of this machine, which is allowed to be called. */
  function anEvilHospital(redirectTo = `http://${trapHost()}/api/v1/appointments`): Promise<EvilHospital> {
    const traits = { hasList: true, isIdempotent: false, hasEchoes: false, seats: 3 };
    return EvilHospital.start({ traits, starts: STARTS, random: new Random(1), redirectTo });
  }

  /** Each call by a facility of its own, so that none is spared for what another has met. */
  async function suffer(evil: Evil): Promise<void> {
    const hospital = hospitals.get(evil);
    if (!hospital) throw new Error(`No hospital is ${evil}`);
    const facilities = await Promise.all(CALLS.map(call => aFacilityOf(hospital, call)));
    const all = async (): Promise<unknown> =>
      Promise.all(facilities.map(async ({ call, make }) => seen.set(`${evil} ${call}`, await make())));
    if (evil === 'refused') await hospital.refusing(all);
    else if (evil === 'reset-unread') await hospital.resettingUnread(all);
    else {
      hospital.whim = () => ({ evil, isDone: isDoneBy(evil, true) });
      await all();
      hospital.recover();
    }
  }

  async function aFacilityOf(
    hospital: EvilHospital,
    call: Call,
  ): Promise<{ call: Call; make: () => Promise<Seen>; book: (start: string) => Promise<Answer> }> {
    const facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    const ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    const contact = aPatient({ patientId: `P-${call}` });
    const book = (start: string): Promise<Answer> =>
      hub.call('POST', `/facilities/${facilityId}/appointments`, { contact, ...ids, start }, { 'idempotency-key': randomUUID() });
    const place = CALLS.indexOf(call);
    // One that is well booked: what the list is believed by, and what is to be changed.
    const booked = await book(STARTS[place] ?? '');
    if (booked.status !== 201) throw new Error(`Not booked: ${booked.status} ${JSON.stringify(booked.body)}`);
    const { id } = booked.body as { id: string };
    const month = new URLSearchParams({ month: '2026-11', ...ids }).toString();
    const asking: Record<Call, () => Promise<Answer>> = {
      read: () => hub.call('GET', `/facilities/${facilityId}/availability?${month}`),
      book: () => book(STARTS[4] ?? ''),
      reschedule: () => hub.call('PUT', `/appointments/${id}/reschedule`, { start: STARTS[5] }),
      cancel: () => hub.call('PUT', `/appointments/${id}/cancel`, {}),
    };
    const make = async (): Promise<Seen> => {
      const answer = await asking[call]();
      const told = answer.body as { id?: string; appointmentId?: string };
      const about = { read: null, book: (answer.status < 300 ? told.id : told.appointmentId) ?? null, reschedule: id, cancel: id }[call];
      return { answer, id: about, state: about === null ? null : await read(about), isTrueInTheEnd: false };
    };
    return { call, make, book };
  }

  async function read(id: string): Promise<AppointmentSeen> {
    return (await hub.call('GET', `/appointments/${id}`)).body as AppointmentSeen;
  }

  /** Whether the hub has it as the hospital's books do. */
  async function isTrue(name: string, { id }: Seen): Promise<boolean> {
    if (id === null) return true;
    const { status, start, appointmentId, pendingChange } = await read(id);
    const made = hospitals.get(name.split(' ')[0] as Evil)?.books.list(id)[0];
    if (!made) return status === 'FAILED';
    const isSame = status === { scheduled: 'SCHEDULED', canceled: 'CANCELED' }[made.status] && Date.parse(start) === Date.parse(made.start);
    return isSame && appointmentId === made.id && pendingChange === null;
  }

  /** Lets time pass until the hub knows of each call what became of it. */
  async function untilKnown(atMost = 40): Promise<void> {
    for (let steps = 0; steps < atMost; steps += 1) {
      clock.advance(3_000);
      await hub.app.get(ReconciliationCron).tick();
      await eventually('what is due is looked at', async () => {
        const due = await hub.sql('select 1 from unknown_outcome where ended_at is null and next_look_at <= $1', [clock.now()]);
        return due.length === 0 && underWay === 0;
      });
      if ((await hub.sql('select 1 from unknown_outcome where ended_at is null')).length === 0) return;
    }
  }

  const seenOf = (evil: Evil, call: Call): Seen => {
    const found = seen.get(`${evil} ${call}`);
    if (!found) throw new Error(`Nothing was seen of ${evil} ${call}`);
    return found;
  };
  const trapHost = (): string => `127.0.0.1:${(trap.address() as AddressInfo).port}`;
  const textOf = ({ answer: { status, body } }: Seen): string =>
    status < 300 ? String(status) : `${status} ${(body as { code: string }).code}`;

  const UNKNOWN = '202';
  it.each<[Evil, read: string, book: string, reschedule: string, cancel: string]>([
    ['refused', '503 upstream-unreachable', '503 upstream-unreachable', '503 upstream-unreachable', '503 upstream-unreachable'],
    ['reset-read', '503 upstream-connection-lost', UNKNOWN, UNKNOWN, UNKNOWN],
    ['hang', '503 upstream-timeout', UNKNOWN, UNKNOWN, UNKNOWN],
    ['drip', '503 upstream-timeout', UNKNOWN, UNKNOWN, UNKNOWN],
    ['cut', '503 upstream-invalid-response', UNKNOWN, UNKNOWN, UNKNOWN],
    ['server-error', '503 upstream-error', UNKNOWN, UNKNOWN, UNKNOWN],
    ['html', '503 upstream-invalid-response', UNKNOWN, UNKNOWN, UNKNOWN],
    // Of a change the body may be empty or an object: the contract takes it for a yes.
    ['empty-object', '503 upstream-invalid-response', UNKNOWN, '200', '200'],
    ['another-id', '503 upstream-invalid-response', UNKNOWN, UNKNOWN, UNKNOWN],
    // A change is of an appointment, which both sides name; its patient may have got another id since.
    ['another-patient', '503 upstream-invalid-response', UNKNOWN, '200', '200'],
    ['two-answers', '200', '201', '200', '200'],
    ['endless', '503 upstream-response-too-large', UNKNOWN, UNKNOWN, UNKNOWN],
    ['gzip-bomb', '503 upstream-response-too-large', UNKNOWN, UNKNOWN, UNKNOWN],
    ['header-flood', '503 upstream-invalid-response', UNKNOWN, UNKNOWN, UNKNOWN],
    ['conflict', '503 upstream-error', '409 slot-unavailable', '409 slot-unavailable', '422 upstream-refused'],
    ['rate-limited', '503 upstream-rate-limited', '503 upstream-rate-limited', '503 upstream-rate-limited', '503 upstream-rate-limited'],
    ['redirect', '503 upstream-redirected', UNKNOWN, UNKNOWN, UNKNOWN],
  ])('%s: availability %s, booking %s, reschedule %s, cancel %s; then the truth', (evil, ...expected) => {
    expect(CALLS.map(call => textOf(seenOf(evil, call)))).toEqual(expected);
    expect(CALLS.map(call => stateSeen(seenOf(evil, call), call))).toEqual(CALLS.map((call, i) => stateToBeSeen(call, expected[i] ?? '')));
    expect(CALLS.map(call => seenOf(evil, call).isTrueInTheEnd)).toEqual([true, true, true, true]);
  });

  it('reset-unread: what may have been sent is unknown, what surely was not is refused; then the truth', () => {
    const codes = CALLS.map(call => textOf(seenOf('reset-unread', call)));

    expect(codes[0]).toBe('503 upstream-connection-lost');
    for (const code of codes.slice(1)) expect(['202', '503 upstream-unreachable']).toContain(code);
    expect(CALLS.map(call => seenOf('reset-unread', call).isTrueInTheEnd)).toEqual([true, true, true, true]);
  });

  it('hands a `Retry-After` on to who can wait so long', () => {
    expect(CALLS.map(call => seenOf('rate-limited', call).answer.headers.get('retry-after'))).toEqual(['120', '120', '120', '120']);
  });

  it.each(REDIRECT_TARGETS)('follows no redirect to %s', async redirectTo => {
    const hospital = await anEvilHospital(redirectTo);
    const { scheduler, close } = await aScheduler({ allowedHosts: [hospital.host, trapHost()] });
    hospital.whim = () => ({ evil: 'redirect', isDone: false });
    try {
      const written = await scheduler.book(aConnection(hospital.host), aBooking());

      expect(written).toMatchObject({ outcome: 'unknown', code: 'upstream-redirected' });
      await expect(scheduler.listCalendars(aConnection(hospital.host), null)).rejects.toMatchObject({ code: 'upstream-redirected' });
    } finally {
      await close();
      await hospital.close();
    }
  });

  it.each<Evil>(['another-id', 'another-patient'])(
    'does not give up a list that was odd once (%s): what is not there was not booked, and is known within a minute',
    async evil => {
      const hospital = hospitals.get('hang') ?? (await anEvilHospital());
      const { book } = await aFacilityOf(hospital, 'book');
      hospital.whim = () => ({ evil: 'reset-read', isDone: false });
      const { status, body: pending } = await book(STARTS[3] ?? '');
      let odd = 1;
      hospital.whim = ({ endpoint }) =>
        endpoint === 'GET /appointments' && odd-- > 0 ? { evil: evil as AnswerEvil, isDone: false } : null;

      await untilKnown(20);

      expect(status).toBe(202);
      expect(odd).toBeLessThanOrEqual(0);
      expect(await read((pending as { id: string }).id)).toMatchObject({ status: 'FAILED' });
    },
  );

  it('has connected to nobody that a hospital named', () => {
    expect(guard.refused).toEqual([]);
    expect(trapped).toBe(0);
  });

  function stateSeen({ state }: Seen, call: Call): string {
    if (state === null) return 'none';
    if (call === 'book') return state.status;
    return state.pendingChange?.kind ?? (state.status === 'CANCELED' || state.start === STARTS[5] ? 'changed' : 'as before');
  }
});

function stateToBeSeen(call: Call, told: string): string {
  if (call === 'read') return 'none';
  if (call === 'book') return { '201': 'SCHEDULED', '202': 'PENDING' }[told] ?? 'FAILED';
  return { '200': 'changed', '202': call }[told] ?? 'as before';
}
