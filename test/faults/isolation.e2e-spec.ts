import { randomUUID } from 'node:crypto';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalHandler } from '../support/fake-hospital.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';

const CALENDARS = 52;
/** `HospitalLimits`. */
const READ_PLACES = 32;
const PROBE_AFTER_MS = 5_000;
/** Whoever had to wait for a call to the hospital that hangs would wait for 3.5 s; on a machine that does other things too. */
const PROMPT_MS = 3_000;

const MONTH = '2026-10';
const START = `${MONTH}-05T09:00:00+08:00`;

/** A hospital connected to the hub, its calendars known. */
interface Clinic {
  hospital: FakeHospital;
  facilityId: string;
  calendars: Awaited<ReturnType<typeof syncedCalendars>>;
}

const hang: HospitalHandler = () => undefined;
const month: HospitalHandler = ({ query }, response) => {
  answerJson(response, 200, [{ date: `${query.get('month') ?? ''}-05`, slots: ['09:00', '10:00'] }]);
};
const booked: HospitalHandler = (_request, response) => {
  answerJson(response, 201, { appointmentId: randomUUID(), temporaryPatientId: 'T-1' });
};

describe('A hospital that is ill', () => {
  const clock = new TestClock(JOURNEY_NOW);
  const clinics: Clinic[] = [];
  let hospitals: FakeHospital[];
  let hub: TestHub;

  beforeAll(async () => {
    hospitals = await Promise.all(Array.from({ length: 3 }, startFakeHospital));
    hub = await startHub({ clock, config: { upstreamAllowedHosts: hospitals.map(({ host }) => host), availabilityTimeoutMs: PROMPT_MS } });
    for (const hospital of hospitals) {
      hospital.on(
        'GET /calendars',
        Array.from({ length: CALENDARS }, (_, i) => {
          return {
            id: `c${i}`,
            name: `Dr. Test ${i}`,
            timezone: 'Asia/Manila',
            appointmentTypes: [{ id: 't', name: 'Visit', duration: 60 }],
          };
        }),
      );
      makeWell(hospital);
      const facilityId = await createFacility(hub, hospital);
      clinics.push({ hospital, facilityId, calendars: await syncedCalendars(hub, facilityId) });
    }
  });
  afterAll(async () => {
    await hub.close();
    await Promise.all(hospitals.map(hospital => hospital.close()));
  });

  function makeWell(hospital: FakeHospital): void {
    hospital.on('GET /availability', month);
    hospital.on('POST /appointments', booked);
  }

  const clinic = (index: number): Clinic => {
    const found = clinics[index];
    if (!found) throw new Error(`No clinic ${index}`);
    return found;
  };
  const ids = ({ calendars }: Clinic, index: number): { calendarId: string; appointmentTypeId: string } => {
    const calendar = calendars[index];
    return { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  };
  const read = (of: Clinic, calendar: number, wanted = MONTH, at = hub): Promise<Answer> => {
    const query = new URLSearchParams({ month: wanted, ...ids(of, calendar) });
    return at.call('GET', `/facilities/${of.facilityId}/availability?${query.toString()}`);
  };
  const book = (of: Clinic, calendar: number): Promise<Answer> =>
    hub.call(
      'POST',
      `/facilities/${of.facilityId}/appointments`,
      { contact: aPatient(), ...ids(of, calendar), start: START },
      { 'idempotency-key': randomUUID() },
    );
  const health = async (of: Clinic, at = hub): Promise<Answer['body']> =>
    (await at.call('GET', `/facilities/${of.facilityId}/health`)).body;
  const timed = async (calls: Promise<Answer>[]): Promise<{ status: number; ms: number }[]> => {
    const startMs = performance.now();
    return Promise.all(calls.map(async call => ({ status: (await call).status, ms: performance.now() - startMs })));
  };
  const isOpen = (of: Clinic): Promise<boolean> => eventually('its breaker opens', async () => (await health(of)).breaker.state === 'open');

  describe('because it hangs', () => {
    it('takes so many calls and no more, and the others are answered as ever', async () => {
      const sick = clinic(0);
      for (const each of clinics) await read(each, 0);
      sick.hospital.on('GET /availability', hang);
      sick.hospital.on('POST /appointments', hang);
      sick.hospital.requests.length = 0;

      const ofSick = timed(Array.from({ length: CALENDARS - 1 }, (_, i) => read(sick, i + 1)));
      const others = await timed(
        [clinic(1), clinic(2)].flatMap(well => [
          ...Array.from({ length: 6 }, (_, i) => read(well, i + 1)),
          ...Array.from({ length: 3 }, (_, i) => read(well, i + 20).then(() => book(well, i + 20))),
        ]),
      );
      const unanswered = await ofSick;

      expect(others.map(({ status }) => status).sort()).toEqual([...Array<number>(12).fill(200), ...Array<number>(6).fill(201)]);
      expect(Math.max(...others.map(({ ms }) => ms))).toBeLessThan(PROMPT_MS);
      expect(new Set(unanswered.map(({ status }) => status))).toEqual(new Set([503]));
      expect(sick.hospital.calls('GET /availability')).toHaveLength(READ_PLACES);
    });

    it('is not called any more once that is known: reads show what was known, a booking is refused and leaves nothing pending', async () => {
      const sick = clinic(0);
      await isOpen(sick);
      clock.advance(2_000);
      sick.hospital.requests.length = 0;

      const unknown = await timed(Array.from({ length: 40 }, (_, i) => read(sick, i + 1)));
      const known = await read(sick, 0);
      const refused = await book(sick, 0);

      expect(new Set(unknown.map(({ status }) => status))).toEqual(new Set([503]));
      expect(known).toMatchObject({ status: 200 });
      expect(refused).toMatchObject({ status: 503, body: { code: 'upstream-circuit-open' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(sick.hospital.requests).toEqual([]);
      expect(await hub.sql("select 1 from appointment where status = 'PENDING'")).toEqual([]);
      expect(await hub.sql('select 1 from slot_claim where facility_id = $1', [sick.facilityId])).toEqual([]);
    });

    it('tells its state, since when, and its last errors, by any copy', async () => {
      const sick = clinic(0);
      const copy = await startHub({ clock, besides: hub });
      try {
        const [here, there] = [await health(sick), await health(sick, copy)];

        expect(here).toMatchObject({
          status: 'away',
          breaker: { state: 'open', since: expect.stringContaining('+08:00'), nextProbeAt: expect.stringContaining('+08:00') },
          pausedUntil: null,
          thisCopy: { breaker: 'open' },
          calendarSync: { ageSeconds: expect.any(Number), lastRun: { startedAt: expect.any(String) } },
        });
        expect(here.lastErrors).toHaveLength(10);
        expect(here.lastErrors[0]).toEqual({
          at: expect.stringContaining('+08:00'),
          call: 'availability',
          code: 'upstream-timeout',
          httpStatus: null,
        });
        expect(there).toMatchObject({ status: 'away', breaker: here.breaker, lastErrors: here.lastErrors });
        // It has none yet, unless it took one of the jobs that are any copy's.
        expect([null, 'closed']).toContain(there.thisCopy.breaker);
      } finally {
        await copy.close();
      }
    });

    it('is asked by one call, from time to time, whether it is back', async () => {
      const sick = clinic(0);
      clock.advance(PROBE_AFTER_MS);
      sick.hospital.requests.length = 0;

      await Promise.all(Array.from({ length: 10 }, (_, i) => read(sick, i + 1)));
      const probes = sick.hospital.requests.length;
      await isOpen(sick);
      await read(sick, 20);

      expect(probes).toBe(1);
      expect(sick.hospital.requests).toHaveLength(1);
    });

    it('is back with the first call that it answers', async () => {
      const sick = clinic(0);
      clock.advance(PROBE_AFTER_MS);
      makeWell(sick.hospital);

      const probe = await read(sick, 1);
      const after = await Promise.all([read(sick, 2), book(sick, 1)]);

      expect(probe).toMatchObject({ status: 200, body: { freshness: { source: 'live' } } });
      expect(after.map(({ status }) => status)).toEqual([200, 201]);
      expect(await health(sick)).toMatchObject({ status: 'up', breaker: { state: 'closed', nextProbeAt: null } });
    });

    it('shows in the metrics', async () => {
      const text = await (await fetch(`${hub.url}/metrics`)).text();

      expect(text).toMatch(/hub_hospital_calls_total\{call="availability",outcome="upstream-timeout"\} [1-9]/);
      expect(text).toMatch(/hub_hospital_calls_total\{call="book",outcome="answered"\} [1-9]/);
      expect(text).toMatch(/hub_hospital_calls_held_back_total\{code="upstream-circuit-open"\} [1-9]/);
      expect(text).toMatch(/hub_hospital_calls_held_back_total\{code="upstream-busy"\} [1-9]/);
      expect(text).toContain('hub_hospital_breakers{state="closed"} 3');
      expect(text).toContain(`hub_hospital_calls_by_facility_total{facility="${clinic(0).facilityId}",outcome="failed"}`);
      // It is well again.
      expect(text).not.toContain(`hub_hospital_breaker_open{facility="${clinic(0).facilityId}"}`);
      expect(text).not.toContain(clinic(1).facilityId);
    });
  });

  describe('and asks by Retry-After not to be called', () => {
    it('is called by no copy until then, for anything', async () => {
      const tired = clinic(1);
      const copy = await startHub({ clock, besides: hub });
      try {
        await read(tired, 40);
        tired.hospital.on('GET /availability', (_request, response) => {
          response.writeHead(429, { 'retry-after': '120' }).end();
        });
        await read(tired, 41);
        tired.hospital.requests.length = 0;
        await eventually('the other copy has heard of it', async () => (await health(tired, copy)).status === 'paused');

        const there = await eventually('the other copy leaves it alone', async () => {
          const answer = await read(tired, 42, MONTH, copy);
          return answer.body.code === 'upstream-rate-limited' && answer;
        });
        const refused = await book(tired, 40);
        clock.advance(120_000);
        makeWell(tired.hospital);

        expect(there.status).toBe(503);
        expect(Number(there.headers.get('retry-after'))).toBeGreaterThan(100);
        expect(refused).toMatchObject({ status: 503, body: { code: 'upstream-rate-limited' } });
        expect(refused.headers.get('retry-after')).toBe('120');
        expect(tired.hospital.requests).toEqual([]);
        expect((await read(tired, 43, MONTH, copy)).status).toBe(200);
        expect(await health(tired)).toMatchObject({ status: 'up', pausedUntil: null });
      } finally {
        await copy.close();
      }
    });
  });

  it('with a fault that passes is read again, and nobody notices', async () => {
    const well = clinic(2);
    const faults: HospitalHandler[] = [
      (_request, response) => {
        answerJson(response, 502, {});
      },
      (_request, response) => {
        response.destroy();
      },
    ];
    well.hospital.on('GET /availability', (request, response) => {
      (faults.shift() ?? month)(request, response);
    });

    expect(await read(well, 50, '2026-11')).toMatchObject({ status: 200, body: { freshness: { source: 'live' } } });
    expect(faults).toEqual([]);
  });
});
