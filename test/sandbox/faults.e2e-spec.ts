import { eventually } from '../support/eventually.js';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { aBooking, aSandbox, textOf, type SandboxUnderTest } from './a-sandbox.js';
import { aWebhookReceiver, type WebhookReceiver } from './a-webhook-receiver.js';

/** 24 invented bytes. */
const SECRET = 'whsec_aW52ZW50ZWQtdGVzdC1zZWNyZXQtMDAx';
const AT_14 = '2026-10-05T14:00:00+08:00';

let receiver: WebhookReceiver;
let hospital: SandboxUnderTest;

beforeEach(async () => {
  receiver = await aWebhookReceiver();
});

afterEach(async () => {
  await hospital.sandbox.close();
  await receiver.close();
});

async function open(options: Partial<SandboxOptions> = {}): Promise<void> {
  hospital = await aSandbox({
    webhook: { url: receiver.url, scheme: 'standard-webhooks', secret: SECRET },
    retryDelaysMs: [5],
    ...options,
  });
}

/** The booking's way: by the setting for all calls, or by one call's header. */
const WAYS = ['setting', 'header'] as const;

/** Booked by the hub with that fault; whether the webhook had come by the time of the answer. */
async function bookWith(fault: string, way: (typeof WAYS)[number]): Promise<{ id: string; toldBefore: number }> {
  await open(way === 'setting' ? { fault } : {});
  const answer = await hospital.post('/api/v1/appointments', aBooking(), way === 'header' ? { 'X-Sandbox-Fault': fault } : {});
  return { id: textOf(answer, 'appointment_id'), toldBefore: receiver.received.length };
}

const untilNothingWaits = (): Promise<true> =>
  eventually('no webhook waits', async () => {
    const { body } = await hospital.get('/staff/webhook-deliveries');
    return (body as { status: string }[]).every(({ status }) => status !== 'waiting') || null;
  });

describe.each(WAYS)('a fault of the webhooks, by %s:', way => {
  it('duplicates sends each webhook twice, with one id', async () => {
    const { id } = await bookWith('duplicates', way);
    const [one, other] = await receiver.until(2);
    await untilNothingWaits();

    expect(receiver.received).toHaveLength(2);
    expect(one?.body).toMatchObject({ action: 'scheduled', appointment_id: id });
    expect(other?.rawBody).toBe(one?.rawBody);
    expect(other?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
  });

  it('lost-echo tells nothing of the hub’s change, but of staff’s', async () => {
    const { id } = await bookWith('lost-echo', way);
    await hospital.post(`/staff/appointments/${id}/move`, { datetime: AT_14 });
    await receiver.until(1);
    await untilNothingWaits();

    expect(receiver.received.map(({ body }) => body.action)).toEqual(['rescheduled']);
  });

  it('echo-first tells the hub before it is answered', async () => {
    const { toldBefore } = await bookWith('echo-first', way);

    expect(toldBefore).toBe(1);
  });
});

it('the header is of one call alone', async () => {
  const { id } = await bookWith('lost-echo', 'header');
  await hospital.put(`/api/v1/appointments/${id}/cancel`);
  await receiver.until(1);

  expect(receiver.received.map(({ body }) => body.action)).toEqual(['cancelled']);
});

it('duplicates doubles what staff do, too', async () => {
  await open({ fault: 'duplicates' });
  await hospital.post('/staff/appointments', aBooking());

  expect(await receiver.until(2)).toHaveLength(2);
});

it('one of two that is taken is enough', async () => {
  await open({ fault: 'duplicates' });
  receiver.answer((_webhook, nth) => (nth === 1 ? 503 : 202));
  await hospital.post('/staff/appointments', aBooking());
  await untilNothingWaits();

  expect(receiver.received).toHaveLength(2);
});

describe('a fault of the answer, by header:', () => {
  it.each([
    ['status=503', 503],
    ['status=429', 429],
    ['latency=5', 200],
    ['explode', 400],
  ])('%s is answered with %i', async (fault, status) => {
    await open();

    expect((await hospital.get('/api/v1/calendars', { 'X-Sandbox-Fault': fault })).status).toBe(status);
  });

  it('html is no JSON', async () => {
    await open();

    await expect(hospital.get('/api/v1/calendars', { 'X-Sandbox-Fault': 'html' })).rejects.toThrow(SyntaxError);
  });

  it('half-body books, and breaks off', async () => {
    await open();

    await expect(hospital.post('/api/v1/appointments', aBooking(), { 'X-Sandbox-Fault': 'half-body' })).rejects.toThrow('terminated');
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });
});
