import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { answerJson, type FakeHospital } from '../support/fake-hospital.js';
import type { Answer, TestHub } from '../support/hub.js';
import { aPatient, syncedCalendars } from '../support/journey.js';
import { smsChannel } from '../support/told.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';
import type { BuiltHub } from './built-hubs.js';
import { CALENDAR, MONTH, type CopiesScene } from './hub-copies-scene.js';

const start = (time: string): string => `${MONTH}-05T${time}:00+08:00`;

/** A facility, its calendars synced, with an appointment of whose booking the patient has been told. */
export interface Ward {
  facilityId: string;
  hospital: FakeHospital;
  sender: WebhookSender;
  ids: { calendarId: string; appointmentTypeId: string };
  booked: { id: string; appointmentId: string };
  /** Whoever is written to while it is in hand. */
  phone: string;
}

/** What one copy has in hand of a ward. */
export interface InHand {
  ward: Ward;
  booking: Promise<Answer | null>;
  appointmentId: string;
  eventId: string;
  syncId: string;
  messageId: string;
  /** The hospital answers what it was asked, and nothing holds up the event any more. */
  letGo: () => Promise<void>;
}

export async function aWard(scene: CopiesScene, copy: BuiltHub, hospital: FakeHospital, phone: string): Promise<Ward> {
  const hub = copy as unknown as TestHub;
  const sms = { ...smsChannel(scene.twilio), baseUrl: `https://${scene.gate.host}` };
  const facilityId = await createFacility(hub, hospital, { notifications: { channels: [sms] } });
  const [calendar] = await syncedCalendars(hub, facilityId);
  const ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  hospital.on('POST /appointments', (_request, response) => {
    answerJson(response, 201, { appointmentId: `H-${randomUUID()}` });
  });
  const { body: booked } = await book(copy, facilityId, { ...ids, contact: aPatient(), start: start('09:00') });
  await eventually('it is told', async () => {
    const told = await scene.sql(`select 1 from notification where facility_id = $1 and status = 'sent'`, [facilityId]);
    return told.length === 1;
  });
  return { facilityId, hospital, sender: await webhookSender(hub, facilityId, () => new Date()), ids, booked, phone };
}

/** A sync, a message, a booking and an event, each half done. Only this copy runs: it is this one that takes them. */
export async function putInHand(scene: CopiesScene, copy: BuiltHub, ward: Ward): Promise<InHand> {
  const { facilityId, hospital, ids } = ward;
  const lists: http.ServerResponse[] = [];
  const bookings: { response: http.ServerResponse; body: string }[] = [];
  hospital.on('GET /calendars', (_request, response) => lists.push(response));
  hospital.on('POST /appointments', ({ body }, response) => bookings.push({ response, body }));

  const { body: sync } = await copy.call('POST', `/facilities/${facilityId}/calendar-syncs`);
  await eventually('the hospital is asked for its list', () => lists.length === 1);
  const messageId = await beginMessage(scene, copy, ward);
  const wanted = { ...ids, contact: aPatient({ phone: '0917 000 0004' }), start: start('10:00') };
  const booking = book(copy, facilityId, wanted).catch(() => null);
  await eventually('the hospital is asked to book', () => bookings.length === 1);
  const { eventId, free } = await beginEvent(scene, copy, ward);
  const [pending] = await scene.sql<{ id: string }>(`select id from appointment where facility_id = $1 and status = 'PENDING'`, [
    facilityId,
  ]);

  const letGo = async (): Promise<void> => {
    const { external_reference: reference, datetime } = JSON.parse(bookings[0]?.body ?? '{}') as Record<string, string>;
    const made = { appointmentId: `H-${randomUUID()}`, calendarId: 'cal', appointmentTypeId: 'type', datetime, status: 'scheduled' };
    hospital.on('GET /appointments', [{ ...made, external_reference: reference }]);
    hospital.on('GET /calendars', [{ ...CALENDAR, name: 'Dr. After' }]);
    for (const { response } of bookings) answerJson(response, 201, made);
    for (const response of lists) answerJson(response, 200, [{ ...CALENDAR, name: 'Dr. Meanwhile' }]);
    await free();
  };
  return { ward, booking, appointmentId: pending?.id ?? '', eventId, syncId: sync.id, messageId, letGo };
}

/** It is connected to its provider, and cannot send yet. */
async function beginMessage({ gate, sql }: CopiesScene, copy: BuiltHub, { facilityId, sender, phone }: Ward): Promise<string> {
  const before = gate.held();
  gate.hold();
  const event = { action: 'scheduled', appointment_id: `W-${facilityId}`, name: 'Testa Walkin', phone, datetime: start('11:00') };
  await sender.send({ ...event, calendar_id: 'cal', appointment_type_id: 'type' }, { hub: copy as unknown as TestHub });
  await eventually('a message is about to be sent', () => gate.held() > before);
  const [message] = await sql<{ id: string }>(`select id from notification where facility_id = $1 and status = 'sending'`, [facilityId]);
  return message?.id ?? '';
}

/** It waits within its transaction for a lock that is the test's, until it is freed. */
async function beginEvent(
  { pool, sql }: CopiesScene,
  copy: BuiltHub,
  { sender, booked }: Ward,
): Promise<{ eventId: string; free: () => Promise<void> }> {
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from appointment where id = $1 for update', [booked.id]);
  const event = { action: 'rescheduled', appointment_id: booked.appointmentId, datetime: start('15:00'), calendar_id: 'cal' };
  const { body } = await sender.send(event, { hub: copy as unknown as TestHub });
  await eventually('the event is being applied', async () => {
    const waiting = await sql(
      `select 1 from pg_stat_activity where datname = current_database() and application_name = 'hub' and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
  const free = async (): Promise<void> => {
    await holder.query('rollback');
    holder.release();
  };
  return { eventId: body.id, free };
}

function book(copy: BuiltHub, facilityId: string, body: object): Promise<Answer> {
  return copy.call('POST', `/facilities/${facilityId}/appointments`, body, { 'idempotency-key': randomUUID() });
}

/** After how many milliseconds each kind of work went on. */
export async function goesOn(
  { sql }: CopiesScene,
  { appointmentId, eventId, syncId, messageId }: InHand,
  sinceMs: number,
): Promise<Record<string, number>> {
  const looks: [string, string, string][] = [
    ['booking', `select 1 from appointment where id = $1 and status = 'SCHEDULED'`, appointmentId],
    ['event', `select 1 from webhook_event where id = $1 and outcome = 'applied'`, eventId],
    ['sync', `select 1 from calendar_sync where id = $1 and status = 'succeeded'`, syncId],
    ['message', 'select 1 from notification_attempt where notification_id = $1 and outcome is not null', messageId],
  ];
  const seen = await Promise.all(
    looks.map(async ([what, look, id]) => {
      await eventually(`${what} goes on`, async () => (await sql(look, [id])).length > 0, 40_000);
      return [what, Math.round(performance.now() - sinceMs)];
    }),
  );
  return Object.fromEntries(seen) as Record<string, number>;
}

/** What stands in the end, whoever has done it. `sent`: of the message in hand. */
export async function standing({ sql, twilio }: CopiesScene, { ward, appointmentId }: InHand): Promise<Record<string, unknown>> {
  const one = async (text: string, id: string): Promise<unknown> => Object.values((await sql(text, [id]))[0] ?? {})[0];
  return {
    booked: ward.hospital.calls('POST /appointments').length - 1,
    booking: await one('select status from appointment where id = $1', appointmentId),
    bookingTold: await one('select count(*)::int from notification where appointment_id = $1', appointmentId),
    moves: await one('select revision - 1 from appointment where id = $1', ward.booked.id),
    movesTold: await one(`select count(*)::int from notification where appointment_id = $1 and kind = 'rescheduled'`, ward.booked.id),
    calendar: await one('select name from calendar where facility_id = $1', ward.facilityId),
    sent: twilio.sent.filter(sms => sms.to.endsWith(ward.phone.replaceAll(' ', '').slice(1))).length,
  };
}
