import { randomUUID } from 'node:crypto';
import { eventually } from './eventually.js';
import { startFakeHospital, type FakeHospital } from './fake-hospital.js';
import { startFakeTwilio, type FakeTwilio } from './fake-twilio.js';
import { createFacility } from './factories.js';
import { startHub, type Answer, type HubOptions, type TestHub } from './hub.js';
import { JOURNEY_NOW, syncedCalendars } from './journey.js';
import { TestClock } from './test-clock.js';
import { webhookSender, type WebhookSender } from './webhooks.js';

/** A message of the ledger, as the API shows it. */
export interface MessageView {
  id: string;
  kind: string;
  source: string;
  channel: string | null;
  status: string;
  verdict: string | null;
  sendAfter: string;
  attempts: {
    id: string;
    channel: string;
    outcome: string | null;
    providerMessageId: string | null;
    error: string | null;
    deliveredAt: string | null;
  }[];
}

/** A hub, a hospital and an SMS provider, connected, with a patient's slots: what every story of a message begins with. */
export interface Telling {
  hub: TestHub;
  hospital: FakeHospital;
  twilio: FakeTwilio;
  clock: TestClock;
  sender: WebhookSender;
  facilityId: string;
  /** One that nobody has, ever later. */
  nextStart(): string;
  /** A phone that nobody has, in E.164. */
  nextPhone(): string;
  /** The hospital says yes to all bookings, as it does at first. */
  answerBookings(): void;
  /** Books with a new key. */
  book(body: Record<string, unknown>): Promise<Answer>;
  /** The hospital's staff book; the event as the hub has decided it. */
  staffBook(id: string, phone: string, overrides?: Record<string, unknown>): Promise<{ appointmentId: string }>;
  /** All messages of an appointment, newest first. */
  messages(appointmentId: string): Promise<MessageView[]>;
  /** Those of an appointment once there are so many and none waits or is on its way, oldest first. */
  settled(appointmentId: string, count?: number): Promise<MessageView[]>;
  /** What went to a phone. */
  smsTo(phone: string): string[];
  explain(appointmentId: string): Promise<{ verdict: string; nextAction: string; steps: { step: string; outcome: string }[] }>;
  close(): Promise<void>;
}

const DAYS = ['2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08'];
const TIMES = Array.from(
  { length: 36 },
  (_, i) => `${String(8 + Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')}`,
);
const OPEN = new Set(['expected', 'sending']);

export async function startTelling(
  facility: (twilio: FakeTwilio) => Record<string, unknown> = withSms,
  { config, ...options }: Pick<HubOptions, 'config' | 'log'> = {},
): Promise<Telling> {
  const clock = new TestClock(JOURNEY_NOW);
  const [hospital, twilio] = await Promise.all([startFakeHospital(), startFakeTwilio(() => clock.now())]);
  hospital.on('GET /calendars', [{ id: 'cal', name: 'Dr. Test', appointmentTypes: [{ id: 'type', name: 'Consultation', duration: 15 }] }]);
  hospital.on(
    'GET /availability',
    DAYS.map(date => ({ date, slots: TIMES })),
  );
  const hub = await startHub({ ...options, clock, config: { ...config, upstreamAllowedHosts: [hospital.host, twilio.host] } });
  const facilityId = await createFacility(hub, hospital, facility(twilio));
  const [calendar] = await syncedCalendars(hub, facilityId);
  const ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  const sender = await webhookSender(hub, facilityId, () => clock.now());
  let starts = 0;
  let phones = 0;
  let booked = 0;
  const answerBookings = (): void => {
    hospital.on('POST /appointments', (_request, response) => {
      booked += 1;
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ appointmentId: `A-${booked}` }));
    });
  };
  answerBookings();
  const messages = async (appointmentId: string): Promise<MessageView[]> => {
    const { body } = await hub.call('GET', `/facilities/${facilityId}/notifications?appointmentId=${appointmentId}`);
    return (body as { data: MessageView[] }).data;
  };
  return {
    hub,
    hospital,
    twilio,
    clock,
    sender,
    facilityId,
    nextStart: () => {
      const place = starts++;
      return `${DAYS[Math.floor(place / TIMES.length)] ?? ''}T${TIMES[place % TIMES.length] ?? ''}:00+08:00`;
    },
    nextPhone: () => `+6391700${String(10_000 + phones++)}`,
    answerBookings,
    book: body => hub.call('POST', `/facilities/${facilityId}/appointments`, { ...ids, ...body }, { 'idempotency-key': randomUUID() }),
    staffBook: async (id, phone, overrides = {}) => {
      const event = await sender.sent({
        action: 'scheduled',
        appointment_id: id,
        patient_id: `P-${id}`,
        name: 'Testa Inventada',
        phone,
        calendar_id: 'cal',
        appointment_type_id: 'type',
        datetime: '2026-10-05T09:00:00+08:00',
        ...overrides,
      });
      return { appointmentId: event.appointmentId ?? '' };
    },
    messages,
    settled: (appointmentId, count = 1) =>
      eventually(`${count} message(s) are settled`, async () => {
        const found = await messages(appointmentId);
        return found.length >= count && found.every(message => !OPEN.has(message.status)) ? found.toReversed() : null;
      }),
    smsTo: phone => twilio.sent.filter(sms => sms.to === phone).map(sms => sms.body),
    explain: async appointmentId => (await hub.call('GET', `/appointments/${appointmentId}/explanation`)).body as never,
    close: async () => {
      // The provider first: what hangs there would hold up the hub's end.
      await twilio.close();
      await hub.close();
      await hospital.close();
    },
  };
}

export function smsChannel(twilio: FakeTwilio): Record<string, unknown> {
  const { baseUrl, accountSid, authToken } = twilio;
  return { channel: 'sms', provider: 'twilio', baseUrl, accountSid, authToken, from: '+15005550006' };
}

function withSms(twilio: FakeTwilio): Record<string, unknown> {
  return { notifications: { channels: [smsChannel(twilio)] } };
}
