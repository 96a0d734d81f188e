import type { Scheduler, SchedulerConnection, UpstreamListedAppointment } from '../../src/schedulers/scheduler.js';
import { aBooking, aSandbox, type SandboxUnderTest } from '../sandbox/a-sandbox.js';
import { aConnection, aHospital, aScheduler, closeHospitals, sends, type Hospital } from './a-hospital.js';

const REFERENCE = '0199c0de-0000-7000-8000-00000000000a';
const TIMEOUT_MS = 5_000;
const MONDAY = { from: new Date('2026-10-04T16:00:00Z'), to: new Date('2026-10-05T16:00:00Z') };

let scheduler: Scheduler;
let close: () => Promise<void> = () => Promise.resolve();

async function allowing(host: string): Promise<void> {
  ({ scheduler, close } = await aScheduler({ allowedHosts: [host] }));
}

afterEach(async () => {
  await close();
  await closeHospitals();
});

describe.each(['snake', 'camel'] as const)('the list of a hospital that speaks the dialect %s', dialect => {
  let hospital: SandboxUnderTest;
  let connection: SchedulerConnection;

  beforeEach(async () => {
    hospital = await aSandbox({ dialect });
    const { baseUrl, credentials, port } = hospital.sandbox;
    connection = { facilityId: 'f', baseUrl, auth: { scheme: 'bearer', apiKey: credentials.apiKey } };
    await allowing(`127.0.0.1:${port}`);
  });

  afterEach(async () => {
    await hospital.sandbox.close();
  });

  /** The hospital's id of the new appointment. */
  async function booked(change: Record<string, unknown> = {}): Promise<string> {
    const { status } = await hospital.post('/api/v1/appointments', aBooking(change));
    expect(status).toBe(201);
    return hospital.sandbox.appointments().at(-1)?.appointmentId ?? '';
  }

  it('shows the appointment of a reference, whole', async () => {
    const appointmentId = await booked({ external_reference: REFERENCE });
    await booked({ datetime: '2026-10-05T14:00:00+08:00' });

    const listed = await scheduler.listAppointments(connection, { externalReference: REFERENCE }, TIMEOUT_MS);

    expect(listed).toEqual([
      {
        appointmentId,
        status: 'scheduled',
        start: new Date('2026-10-05T05:00:00Z'),
        calendarExternalId: 'cal-cardiology',
        appointmentTypeExternalId: 'type-consultation',
        externalReference: REFERENCE,
        patientId: null,
        temporaryPatientId: expect.stringMatching(/^tmp-/) as string,
        queueNumber: null,
        updatedAt: new Date('2026-10-01T00:00:00Z'),
      },
    ]);
  });

  it('shows what became of the appointments of a patient', async () => {
    const [canceled, present] = [await booked(), await booked({ datetime: '2026-10-05T14:00:00+08:00' })];
    const temporaryPatientId = hospital.sandbox.appointments()[0]?.temporaryPatientId ?? '';
    await hospital.put(`/api/v1/appointments/${canceled}/cancel`, { reason: 'Test' });
    const checkIn = await hospital.post(`/staff/appointments/${present}/check-in`, {});
    expect(checkIn.status).toBe(200);

    const listed = await scheduler.listAppointments(connection, { temporaryPatientId }, TIMEOUT_MS);

    expect(listed).toMatchObject([
      { appointmentId: canceled, status: 'canceled', queueNumber: null },
      { appointmentId: present, status: 'checked-in', queueNumber: expect.any(String) as string },
    ]);
  });

  it('shows a day of a calendar, and no other', async () => {
    const appointmentId = await booked();
    await booked({ datetime: '2026-10-12T13:00:00+08:00' });

    const filter = { calendarExternalId: 'cal-cardiology', ...MONDAY };

    await expect(scheduler.listAppointments(connection, filter, TIMEOUT_MS)).resolves.toMatchObject([{ appointmentId }]);
  });

  it('is empty for whom it does not know', async () => {
    await booked();

    await expect(scheduler.listAppointments(connection, { patientId: 'nobody' }, TIMEOUT_MS)).resolves.toEqual([]);
  });
});

describe('a list of appointments', () => {
  const item = (id: number, change: object = {}): object => ({ id, external_reference: REFERENCE, status: 'scheduled', ...change });
  const ask = (hospital: Hospital, timeoutMs = TIMEOUT_MS): Promise<UpstreamListedAppointment[] | 'not-supported'> =>
    scheduler.listAppointments(aConnection(hospital.host), { externalReference: REFERENCE }, timeoutMs);

  it('is read to the last page, each appointment once, as it was read last', async () => {
    const hospital = await aHospital((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 1);
      const link: Record<string, string> = page < 3 ? { link: `</api/v1/appointments?page=${page + 1}>; rel="next"` } : {};
      sends(200, { data: [item(page), item(1, { status: page === 3 ? 'canceled' : 'scheduled' })] }, link)(request, response);
    });
    await allowing(hospital.host);

    await expect(ask(hospital)).resolves.toMatchObject([
      { appointmentId: '1', status: 'canceled' },
      { appointmentId: '2', status: 'scheduled' },
      { appointmentId: '3', status: 'scheduled' },
    ]);
    expect(hospital.requests[0]?.path).toBe(`/api/v1/appointments?external_reference=${REFERENCE}`);
  });

  it.each([404, 405, 501])('that answers %i is not supported', async status => {
    const hospital = await aHospital(sends(status, '<html>', { 'content-type': 'text/html' }));
    await allowing(hospital.host);

    await expect(ask(hospital)).resolves.toBe('not-supported');
  });

  it('that ignores the filter is not supported', async () => {
    const hospital = await aHospital(sends(200, [item(1, { external_reference: 'another' })]));
    await allowing(hospital.host);

    await expect(ask(hospital)).resolves.toBe('not-supported');
  });

  it.each<[string, Parameters<typeof sends>, string]>([
    ['refuses the key', [401, {}], 'upstream-credentials-refused'],
    ['refuses the question', [400, {}], 'upstream-error'],
    ['is too busy', [429, {}], 'upstream-rate-limited'],
    ['is broken', [500, {}], 'upstream-error'],
    ['redirects', [302, '', { location: 'http://169.254.169.254/' }], 'upstream-redirected'],
    ['says nothing', [200, ''], 'upstream-invalid-response'],
    ['says HTML', [200, '<html>', { 'content-type': 'text/html' }], 'upstream-invalid-response'],
    ['says something else', [200, { greeting: 'Planted' }], 'upstream-invalid-response'],
    ['lists one without id', [200, [item(1), { status: 'scheduled' }]], 'upstream-invalid-response'],
  ])('of a hospital that %s is an error', async (_what, answer, code) => {
    const hospital = await aHospital(sends(...answer));
    await allowing(hospital.host);

    await expect(ask(hospital)).rejects.toMatchObject({ name: 'UpstreamError', code });
  });

  it.each([404, 500])('whose second page answers %i is an error, never a part', async status => {
    const hospital = await aHospital((request, response) => {
      if (request.url?.endsWith('?page=2')) sends(status, {})(request, response);
      else sends(200, [item(1)], { link: '<?page=2>; rel="next"' })(request, response);
    });
    await allowing(hospital.host);

    await expect(ask(hospital)).rejects.toMatchObject({ name: 'ListCutShortError', code: 'upstream-error', httpStatus: status });
  });

  it.each([
    ['in a circle', '<?page=1>; rel="next"'],
    ['elsewhere', '<http://127.0.0.1:9/>; rel="next"'],
  ])('whose pages lead %s is cut short', async (_where, link) => {
    const hospital = await aHospital(sends(200, [item(1)], { link }));
    await allowing(hospital.host);

    await expect(ask(hospital)).rejects.toMatchObject({ name: 'ListCutShortError', code: 'upstream-invalid-response' });
  });

  it('has one deadline for all pages together', async () => {
    let count = 0;
    const hospital = await aHospital((request, response) => {
      const answer = sends(200, [item(++count)], { link: `<?page=${count}>; rel="next"` });
      // Each page alone is well within the deadline.
      setTimeout(() => answer(request, response), 50);
    });
    await allowing(hospital.host);
    const startedAtMs = performance.now();

    await expect(ask(hospital, 400)).rejects.toMatchObject({ code: 'upstream-timeout' });
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
  });
});
