import http from 'node:http';
import { aBooking, aSandbox, type SandboxUnderTest } from './a-sandbox.js';
import { aWebhookReceiver, type WebhookReceiver } from './a-webhook-receiver.js';

/** 24 invented bytes. */
const SECRET = 'whsec_aW52ZW50ZWQtdGVzdC1zZWNyZXQtMDAx';

let receiver: WebhookReceiver;
let hospital: SandboxUnderTest;

beforeEach(async () => {
  receiver = await aWebhookReceiver();
  hospital = await aSandbox({ webhook: { url: receiver.url, scheme: 'standard-webhooks', secret: SECRET } });
});

afterEach(async () => {
  await hospital.sandbox.close();
  await receiver.close();
});

/** As a browser sends a form of the page, and follows where it leads. */
async function submit(action: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${hospital.sandbox.url}/desk/${action}`, {
    method: 'POST',
    headers: { Origin: hospital.sandbox.url, 'Sec-Fetch-Site': 'same-origin', ...headers },
    body: new URLSearchParams(form),
  });
  return { status: response.status, page: await response.text() };
}

const page = async (): Promise<string> => (await fetch(hospital.sandbox.url)).text();

const BOOKING = {
  calendarId: 'cal-cardiology',
  appointmentTypeId: 'type-consultation',
  time: '2026-10-05T13:00',
  name: 'Test Maria Santos',
};

/** The id of the only appointment. */
async function booked(): Promise<string> {
  await submit('book', BOOKING);
  return hospital.sandbox.appointments()[0]?.appointmentId ?? 'none';
}

describe('the page of the sandbox', () => {
  it('shows its calendars and the coming appointments, without a key, a script or another file', async () => {
    await hospital.post('/staff/appointments', aBooking());
    const response = await fetch(hospital.sandbox.url);
    const text = await response.text();

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(text).toContain('cal-cardiology, Asia/Manila');
    expect(text).toContain('<b>2026-10-05 13:00</b> Test Maria Santos: scheduled');
    expect(text).not.toMatch(/<script|<link|<img|src=/);
  });

  it('does what staff do, and says which webhook was sent and what the hub answered', async () => {
    const id = await booked();
    const moved = await submit('move', { appointmentId: id, calendarId: 'cal-cardiology', time: '2026-10-05T14:00' });
    const queued = await submit('check-in', { appointmentId: id, queueNumber: '' });
    const { temporaryPatientId } = hospital.sandbox.appointments()[0] ?? {};
    const permanent = await submit('permanent-id', { temporaryPatientId: temporaryPatientId ?? '', patientId: 'P-1' });
    await submit('book', BOOKING);
    const other = hospital.sandbox.appointments()[1]?.appointmentId ?? 'none';
    const canceled = await submit('cancel', { appointmentId: other, reason: 'The doctor is ill (invented).' });
    const told = await receiver.until(6);

    expect(told.map(({ body }) => body.action ?? body.event)).toEqual([
      'scheduled',
      'rescheduled',
      'queued',
      'patientCreated',
      'scheduled',
      'cancelled',
    ]);
    const noticeOf = (nth: number, type: string): string =>
      `Done: ${type}<br>webhook ${String(told[nth]?.headers['webhook-id'])}: delivered, the hub answered 202`;
    expect(moved.page).toContain(noticeOf(1, 'appointmentRescheduled'));
    expect(queued.page).toContain(noticeOf(2, 'Queued'));
    expect(queued.page).toContain('Test Maria Santos: checked in, queue number 1');
    expect(permanent.page).toContain(noticeOf(3, 'patientCreated'));
    expect(canceled.page).toContain(noticeOf(5, 'appointmentCanceled'));
    expect(hospital.sandbox.appointments()).toMatchObject([
      { datetime: '2026-10-05T14:00:00+08:00', status: 'checked_in', queueNumber: '1', patientId: 'P-1' },
      { status: 'canceled', reason: 'The doctor is ill (invented).' },
    ]);
  });

  it('says what the hub refused', async () => {
    receiver.answer(() => 401);

    const { page: text } = await submit('book', BOOKING);

    expect(text).toMatch(/webhook msg_\w+: waiting, the hub answered 401/);
  });

  it('says that nobody is told where no hub is connected', async () => {
    hospital.sandbox.connectWebhook(null);

    expect((await submit('book', BOOKING)).page).toContain('no webhook: nobody is connected');
  });

  it.each([
    ['a taken time', 'book', BOOKING, 'not_available'],
    ['no time', 'book', { ...BOOKING, time: '' }, 'A date and a time are needed'],
    ['no name', 'book', { ...BOOKING, time: '2026-10-05T15:00', name: '' }, 'patient.name'],
    ['an unknown appointment', 'cancel', { appointmentId: 'apt-none' }, 'apt-none'],
    ['an unknown action', 'explode', {}, 'There is no such action.'],
  ])('refuses %s and says why', async (_what, action, form, why) => {
    await booked();

    const refused = await submit(action, form);

    expect(refused.status).toBe(400);
    expect(refused.page).toContain('role="alert">Refused (');
    expect(refused.page).toContain(why);
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });

  it('shows as text what patients and links hold', async () => {
    await submit('book', { ...BOOKING, name: '<script>alert("x")</script>' });
    const linked = await (await fetch(`${hospital.sandbox.url}/?done=%3Cb%3E&webhook=%3Cb%3E`)).text();

    expect(await page()).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(linked).not.toMatch(/<script|notice" /);
  });

  it('speaks plainly in every dialect', async () => {
    await hospital.sandbox.close();
    hospital = await aSandbox({ dialect: 'numeric' });

    const { page: text } = await submit('book', BOOKING);

    expect(text).toContain('Done: appointmentCreated');
  });
});

describe('a foreign site', () => {
  it.each<Record<string, string>>([
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'http://127.0.0.1:1', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'null' },
  ])('changes nothing with %j', async headers => {
    const { status } = await submit('book', BOOKING, headers);

    expect(status).toBe(403);
    expect(hospital.sandbox.appointments()).toEqual([]);
  });

  it('reads nothing under a name of its own that leads here', async () => {
    const status = await new Promise(resolve => {
      http.get(hospital.sandbox.url, { headers: { Host: 'evil.example' } }, response => {
        response.resume();
        resolve(response.statusCode);
      });
    });

    expect(status).toBe(403);
  });

  it('still needs the key for everything else', async () => {
    expect((await fetch(`${hospital.sandbox.url}/staff/appointments`)).status).toBe(401);
  });
});
