import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import type { WebhookTarget } from '../../src/sandbox/webhooks/webhook-target.js';
import { eventually } from '../support/eventually.js';
import { aBooking, aPatient, aSandbox, textOf, type Answer, type SandboxUnderTest } from './a-sandbox.js';
import { aWebhookReceiver, type ReceivedWebhook, type WebhookReceiver } from './a-webhook-receiver.js';

/** 24 invented bytes. */
const SECRET = 'whsec_aW52ZW50ZWQtdGVzdC1zZWNyZXQtMDAx';
const AT_14 = '2026-10-05T14:00:00+08:00';

let receiver: WebhookReceiver;
let hospital: SandboxUnderTest;
let folder: string;

beforeEach(async () => {
  receiver = await aWebhookReceiver();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-webhooks-'));
});

afterEach(async () => {
  await hospital.sandbox.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function aTarget(change: Partial<WebhookTarget> = {}): WebhookTarget {
  return { url: receiver.url, scheme: 'standard-webhooks', secret: SECRET, ...change };
}

/** A hospital that tells the receiver, and tries again at once. */
async function open(options: Partial<SandboxOptions> = {}): Promise<SandboxUnderTest> {
  hospital = await aSandbox({ webhook: aTarget(), retryDelaysMs: [5], ...options });
  return hospital;
}

/** Booked at the desk; the ids as the sandbox answered them. */
async function staffBook(change: Record<string, unknown> = {}): Promise<{ id: string; temporaryId: string }> {
  const { body } = await hospital.post('/staff/appointments', aBooking(change));
  const { appointment } = body as { appointment: { appointment_id: string; temporary_patient_id: string } };
  return { id: appointment.appointment_id, temporaryId: appointment.temporary_patient_id };
}

async function deliveries(): Promise<Record<string, unknown>[]> {
  return (await hospital.get('/staff/webhook-deliveries')).body as Record<string, unknown>[];
}

const untilNothingWaits = (): Promise<true> =>
  eventually('no webhook waits', async () => (await deliveries()).every(({ status }) => status !== 'waiting') || null);

/** As a receiver that has only read the specification would. */
function standardSignature({ headers, rawBody }: ReceivedWebhook): string {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${rawBody}`;
  return `v1,${createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
    .update(content)
    .digest('base64')}`;
}

describe('what staff do', () => {
  it("is told in the mission's words, one webhook an action, in order", async () => {
    await open();
    const { id, temporaryId } = await staffBook({ patient: aPatient({ email: 'test.maria@example.test' }) });
    await hospital.post(`/staff/appointments/${id}/move`, { datetime: AT_14 });
    await hospital.post(`/staff/appointments/${id}/check-in`, { queue_number: 'A-12' });
    await receiver.until(3);
    await hospital.post(`/staff/patients/${temporaryId}/permanent-id`, { patient_id: 'P-1' });
    await receiver.until(4);
    const other = await staffBook();
    await hospital.post(`/staff/appointments/${other.id}/cancel`, { reason: 'The doctor is ill (invented).' });
    const [booked, moved, queued, permanent, , canceled] = await receiver.until(6);

    expect(booked?.body).toEqual({
      action: 'scheduled',
      event_id: booked?.headers['webhook-id'],
      occurred_at: '2026-10-01T00:00:00.000Z',
      appointment_id: id,
      patient_id: null,
      temporary_patient_id: temporaryId,
      name: 'Test Maria Santos',
      date_of_birth: '1990-02-01',
      phone: '+639175550101',
      email: 'test.maria@example.test',
      datetime: '2026-10-05T13:00:00+08:00',
      calendar_id: 'cal-cardiology',
      appointment_type_id: 'type-consultation',
      external_reference: null,
      queue_number: null,
      reason: null,
    });
    expect(moved?.body).toMatchObject({ action: 'rescheduled', appointment_id: id, datetime: AT_14 });
    expect(queued?.body).toMatchObject({ action: 'queued', appointment_id: id, queue_number: 'A-12' });
    expect(permanent?.body).toEqual({
      event: 'patientCreated',
      event_id: permanent?.headers['webhook-id'],
      occurred_at: '2026-10-01T00:00:00.000Z',
      patient_id: 'P-1',
      temporary_patient_id: temporaryId,
    });
    expect(canceled?.body).toMatchObject({ action: 'cancelled', patient_id: 'P-1', reason: 'The doctor is ill (invented).' });
  });

  it('is told under data in camelCase by a hospital that speaks so', async () => {
    await open({ dialect: 'camel' });

    await hospital.post('/staff/appointments', aBooking());
    const [booked] = await receiver.until(1);
    const { temporaryPatientId } = booked?.body.data as { temporaryPatientId: string };
    await hospital.post(`/staff/patients/${temporaryPatientId}/permanent-id`, { patientId: 'P-1' });
    const [, permanent] = await receiver.until(2);

    expect(booked?.body).toMatchObject({
      event: 'appointmentCreated',
      data: {
        eventId: booked?.headers['webhook-id'],
        appointmentId: expect.stringMatching(/^apt-/),
        dateOfBirth: '1990-02-01',
        queueNumber: null,
      },
    });
    expect(permanent?.body).toMatchObject({ event: 'patientCreated', data: { patientId: 'P-1', temporaryPatientId } });
  });

  it('is told to nobody, and queued for nobody, without a target', async () => {
    hospital = await aSandbox();
    await staffBook();
    hospital.sandbox.connectWebhook(aTarget());
    const { id } = await staffBook({ datetime: AT_14 });
    await untilNothingWaits();

    expect(receiver.received.map(({ body }) => body.appointment_id)).toEqual([id]);
  });

  it('is not told when it was refused', async () => {
    await open();
    await staffBook();
    const refused = await hospital.post('/staff/appointments', aBooking());
    await untilNothingWaits();

    expect(refused.status).toBe(409);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('the signature', () => {
  it("is that of Standard Webhooks, over the hospital's time", async () => {
    await open();
    await staffBook();
    const [webhook] = await receiver.until(1);

    expect(webhook?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^msg_/),
      'webhook-timestamp': String(Date.parse('2026-10-01T00:00:00Z') / 1_000),
      'webhook-signature': webhook && standardSignature(webhook),
    });
  });

  it.each([
    ['x-signature', 'base64', {}],
    ['x-hospital-mac', 'hex', { headerName: 'X-Hospital-Mac', encoding: 'hex' as const }],
  ] as const)('is a plain HMAC of the body in %s as %s', async (header, encoding, change) => {
    const secret = 'invented secret, with ü';
    await open({ webhook: aTarget({ scheme: 'hmac-sha256', secret, ...change }) });
    await staffBook();
    const [webhook] = await receiver.until(1);

    expect(webhook?.headers[header]).toBe(
      createHmac('sha256', secret)
        .update(webhook?.rawBody ?? '')
        .digest(encoding),
    );
    expect(webhook?.headers).not.toHaveProperty('webhook-signature');
    expect(webhook?.body.event_id).toMatch(/^msg_/);
  });
});

describe('a webhook that did not arrive', () => {
  it('is sent again with the same id and bytes, but a fresh time and signature', async () => {
    await open();
    receiver.answer((_webhook, nth) => {
      hospital.clock.set(`2026-10-01T00:00:0${nth}Z`);
      return nth < 3 ? 503 : 202;
    });
    const { id } = await staffBook();
    await untilNothingWaits();
    const [first, second, third] = receiver.received;

    expect(receiver.received).toHaveLength(3);
    expect([second?.rawBody, third?.rawBody]).toEqual([first?.rawBody, first?.rawBody]);
    expect(receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']) % 60)).toEqual([0, 1, 2]);
    expect(receiver.received.map(({ headers }) => headers['webhook-signature'])).toEqual(receiver.received.map(standardSignature));
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveries()).toEqual([
      {
        id: first?.headers['webhook-id'],
        type: 'appointmentCreated',
        appointment_id: id,
        attempts: 3,
        status: 'delivered',
        last_http_status: 202,
      },
    ]);
  });

  it.each([302, 400, 401, 404, 500])('is sent again after %s', async status => {
    await open();
    receiver.answer((_webhook, nth) => (nth === 1 ? status : 200));
    await staffBook();
    await untilNothingWaits();

    expect(receiver.received).toHaveLength(2);
  });

  it("keeps later events of its appointment back, and no other appointment's", async () => {
    await open();
    let isHubWell = false;
    const { id } = await (async () => {
      receiver.answer(({ body }) => (isHubWell || body.calendar_id === 'cal-pediatrics' ? 202 : 503));
      return staffBook();
    })();
    await hospital.post(`/staff/appointments/${id}/cancel`);
    await staffBook({ calendar_id: 'cal-pediatrics', datetime: '2026-10-05T09:00:00+08:00' });
    await eventually('the other appointment arrives', async () => (await deliveries()).some(({ status }) => status === 'delivered'));
    const whileStuck = receiver.received.filter(({ body }) => body.action === 'cancelled').length;
    isHubWell = true;
    await untilNothingWaits();

    expect(whileStuck).toBe(0);
    expect(receiver.received.slice(-2).map(({ body }) => [body.appointment_id, body.action])).toEqual([
      [id, 'scheduled'],
      [id, 'cancelled'],
    ]);
  });

  it('is sent after a restart, with the same id and bytes', async () => {
    const stateFile = join(folder, 'sandbox.json');
    receiver.answer(() => 503);
    await open({ stateFile });
    await staffBook();
    await receiver.until(2);
    await hospital.sandbox.close();
    const before = receiver.received.length;

    receiver.answer(() => 202);
    hospital = await aSandbox({ stateFile });
    await untilNothingWaits();
    await eventually('the outbox is kept empty', () => readFileSync(stateFile, 'utf8').includes('"outbox":[]'));

    expect(receiver.received).toHaveLength(before + 1);
    expect(receiver.received.at(-1)?.rawBody).toBe(receiver.received[0]?.rawBody);
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(receiver.received[0]?.headers['webhook-id']);
  });

  it.each(['while it waits', 'while it is tried'])('goes to a target that is connected %s, at once', async when => {
    const second = await aWebhookReceiver();
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>(resolve => (refuse = resolve));
    receiver.answer(() => refused.then(() => 503));
    await open({ retryDelaysMs: [60_000] });
    await staffBook();
    await receiver.until(1);
    if (when === 'while it waits') {
      refuse();
      await eventually('it has failed once', async () => (await deliveries()).some(({ attempts }) => attempts === 1));
    }

    hospital.sandbox.connectWebhook(aTarget({ url: second.url }));
    refuse();
    const [webhook] = await second.until(1);
    await second.close();

    expect(webhook?.rawBody).toBe(receiver.received[0]?.rawBody);
  });

  it('is cut off by close after two seconds, and stays to be sent', async () => {
    const stateFile = join(folder, 'sandbox.json');
    receiver.answer(() => null);
    await open({ stateFile });
    await staffBook();
    await receiver.until(1);

    const begin = performance.now();
    await hospital.sandbox.close();

    expect(performance.now() - begin).toBeLessThan(8_000);
    expect(readFileSync(stateFile, 'utf8')).toContain('"outbox":[{"id":"msg_');
  });
});

describe('410', () => {
  it('stops all webhooks until a target is connected again', async () => {
    receiver.answer((_webhook, nth) => (nth === 1 ? 410 : 202));
    await open();
    await staffBook();
    await untilNothingWaits();
    await staffBook({ datetime: AT_14 });
    const gone = await hospital.get('/staff/webhook');
    const stopped = await deliveries();

    hospital.sandbox.connectWebhook(aTarget());
    const { id } = await staffBook({ datetime: '2026-10-05T15:00:00+08:00' });
    await receiver.until(2);

    expect(gone.body).toMatchObject({ status: 'gone' });
    expect(stopped).toMatchObject([{ status: 'given-up', attempts: 1, last_http_status: 410 }]);
    expect(receiver.received.map(({ body }) => body.appointment_id).slice(1)).toEqual([id]);
  });
});

describe("the echo of the hub's own changes", () => {
  /** The order in which the hub's test learns of its booking. */
  async function bookAndWatch(): Promise<string[]> {
    const order: string[] = [];
    receiver.answer(() => {
      order.push('webhook');
      return 202;
    });
    await hospital.post('/api/v1/appointments', aBooking({ external_reference: 'hub-1' }));
    order.push('answer');
    await untilNothingWaits();
    return order;
  }

  it('comes once the answer is out', async () => {
    await open();

    expect(await bookAndWatch()).toEqual(['answer', 'webhook']);
    expect(receiver.received[0]?.body).toMatchObject({ action: 'scheduled', external_reference: 'hub-1' });
  });

  it('comes before the answer where it is set so', async () => {
    await open({ echo: 'before' });

    expect(await bookAndWatch()).toEqual(['webhook', 'answer']);
  });

  it("comes never where it is set so, while staff's changes come", async () => {
    await open({ echo: 'never' });
    await bookAndWatch();
    const { id } = await staffBook({ datetime: AT_14 });
    await untilNothingWaits();

    expect(receiver.received.map(({ body }) => body.appointment_id)).toEqual([id]);
  });

  it('comes for each change, and not for a repeat that changes nothing', async () => {
    await open();
    const send = (): Promise<Answer> => hospital.post('/api/v1/appointments', aBooking(), { 'Idempotency-Key': 'k-1' });
    const id = textOf(await send(), 'appointment_id');
    await send();
    await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime: AT_14 });
    await hospital.put(`/api/v1/appointments/${id}/reschedule`, { datetime: AT_14 });
    await hospital.put(`/api/v1/appointments/${id}/cancel`, { reason: 'The patient is travelling (invented).' });
    await untilNothingWaits();

    expect(receiver.received.map(({ body }) => body.action)).toEqual(['scheduled', 'rescheduled', 'cancelled']);
  });

  it('holds the answer back for two seconds at most, though the webhook is not answered', async () => {
    await open({ echo: 'before' });
    receiver.answer(() => null);

    const begin = performance.now();
    const answer = await hospital.post('/api/v1/appointments', aBooking());
    const tookMs = performance.now() - begin;

    expect(answer.status).toBe(201);
    expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(8_000);
  });

  it('comes also where the hub hung up before it was answered', async () => {
    await open({ latencyMs: 200 });
    const { apiKey } = hospital.sandbox.credentials;
    const hub = new AbortController();
    const hungUp = fetch(`${hospital.sandbox.baseUrl}/appointments`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(aBooking()),
      signal: hub.signal,
    }).catch((error: unknown) => error);
    await eventually('the hospital works on it', () => hospital.sandbox.calls('createAppointment') === 1);
    hub.abort();
    await receiver.until(1);

    expect(await hungUp).toMatchObject({ name: 'AbortError' });
    expect(hospital.sandbox.appointments()).toHaveLength(1);
  });
});

describe('PUT and GET /staff/webhook', () => {
  it('set the target and show it without its secret, also after a restart', async () => {
    const stateFile = join(folder, 'sandbox.json');
    hospital = await aSandbox({ stateFile });
    const none = await hospital.get('/staff/webhook');
    const set = await hospital.put('/staff/webhook', { url: receiver.url, secret: SECRET, echo: 'never' });
    await hospital.sandbox.close();

    hospital = await aSandbox({ stateFile });
    const shown = await hospital.get('/staff/webhook');
    await staffBook();
    await receiver.until(1);

    const expected = {
      status: 'connected',
      url: receiver.url,
      scheme: 'standard-webhooks',
      header_name: null,
      encoding: null,
      echo: 'never',
    };
    expect(none.body).toMatchObject({ status: 'none', url: null, echo: 'after' });
    expect([set.body, shown.body]).toEqual([expected, expected]);
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  });

  it('change the echo alone, and disconnect with a null url', async () => {
    await open();
    const changed = await hospital.put('/staff/webhook', { echo: 'before' });
    const disconnected = await hospital.put('/staff/webhook', { url: null });
    await staffBook();

    expect(changed.body).toMatchObject({ status: 'connected', url: receiver.url, echo: 'before' });
    expect(disconnected.body).toMatchObject({ status: 'none', echo: 'before' });
    expect(await deliveries()).toEqual([]);
  });

  it.each([
    ['a URL that is none', { url: 'hub', secret: SECRET }],
    ['a URL with a password', { url: 'http://u:p@hub.test/', secret: SECRET }],
    ['another protocol', { url: 'ftp://hub.test/', secret: SECRET }],
    ['no secret', { url: 'http://hub.test/' }],
    ['no URL', { secret: SECRET }],
    ['a secret of another kind', { url: 'http://hub.test/', secret: 'plain-secret' }],
    ['an unknown scheme', { url: 'http://hub.test/', secret: SECRET, scheme: 'md5' }],
    ['a header that is none', { url: 'http://hub.test/', secret: 's', scheme: 'hmac-sha256', header_name: 'X Signature' }],
    ['an unknown echo', { echo: 'sometimes' }],
  ])('refuse %s, and repeat no secret', async (_title, body) => {
    await open();

    const answer = await hospital.put('/staff/webhook', body);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret-');
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    expect((await hospital.get('/staff/webhook')).body).toMatchObject({ url: receiver.url, echo: 'after' });
  });
});

it('a state file from before webhooks is still read', async () => {
  const stateFile = join(folder, 'sandbox.json');
  writeFileSync(stateFile, '{"version":1,"credentials":{"userId":"u","apiKey":"k"},"patients":[],"appointments":[]}');

  await open({ stateFile });

  expect(hospital.sandbox.credentials).toMatchObject({ userId: 'u', apiKey: 'k' });
});
