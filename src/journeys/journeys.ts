import { randomBytes, randomUUID } from 'node:crypto';
import { JourneyFailedError, type HubClient, type Json } from './hub-client.js';

interface Setting {
  facilityId: string;
  calendarId: string;
  appointmentTypeId: string;
}

interface Slot {
  start: string;
  end: string;
}

/** Plays the mission's flows in their order; throws `JourneyFailedError` at the first that fails. */
export async function playJourneys(hub: HubClient, now: Date): Promise<void> {
  const setting = await setUp(hub);
  const first = await book(hub, setting, now);
  const second = await reschedule(hub, setting, first, now);
  await cancel(hub, second);
}

async function setUp(hub: HubClient): Promise<Setting> {
  hub.heading('Initial set-up: connect the scheduling system');
  const { data: facilities } = (await hub.send('Which hospitals may this key touch?', 'GET', '/facilities', 200)) as { data: Json[] };
  const facility = facilities[0];
  if (!facility) throw new JourneyFailedError('This key may touch no facility');
  const facilityId = text(facility, 'id');
  const check = await hub.send('Does its scheduling system answer?', 'POST', `/facilities/${facilityId}/connection-check`, 200);
  hub.check(check['ok'] === true, 'every required endpoint answers');
  const { data: calendars } = (await hub.send('Which calendars were synced?', 'GET', `/facilities/${facilityId}/calendars`, 200)) as {
    data: Json[];
  };
  const calendar = calendars.find(c => c['enabled'] === true && c['removedAt'] === null && types(c).length > 0);
  if (!calendar) throw new JourneyFailedError('No calendar can be booked');
  hub.check(true, `calendar "${text(calendar, 'name')}" offers ${types(calendar).length} appointment type(s)`);
  return { facilityId, calendarId: text(calendar, 'id'), appointmentTypeId: text(types(calendar)[0] ?? {}, 'id') };
}

async function book(hub: HubClient, setting: Setting, now: Date): Promise<Json> {
  hub.heading('Journey 1: book an appointment');
  const contact = await hub.send(
    'The chat collected the patient: create or update the contact',
    'PUT',
    `/facilities/${setting.facilityId}/contacts`,
    [200, 201],
    inventedPatient(),
  );
  const slot = await freeSlot(hub, setting, now, null);
  const booking = {
    contactId: text(contact, 'id'),
    calendarId: setting.calendarId,
    appointmentTypeId: setting.appointmentTypeId,
    start: slot.start,
  };
  const key = randomUUID();
  const path = `/facilities/${setting.facilityId}/appointments`;
  const booked = await hub.send('The patient chose a slot: book it', 'POST', path, 201, booking, { 'idempotency-key': key });
  hub.check(
    booked['status'] === 'SCHEDULED' && typeof booked['appointmentId'] === 'string',
    'the hospital said yes, and gave its appointment id',
  );
  const repeated = await hub.send('The connection broke: the same request again', 'POST', path, 201, booking, { 'idempotency-key': key });
  hub.check(repeated['id'] === booked['id'], 'a repeat books nothing twice');
  return booked;
}

async function reschedule(hub: HubClient, setting: Setting, booked: Json, now: Date): Promise<Json> {
  hub.heading('Journey 3: reschedule it');
  const { data } = (await hub.send(
    'Retrieve the stored appointments',
    'GET',
    `/contacts/${text(booked, 'contactId')}/appointments`,
    200,
  )) as { data: Json[] };
  hub.check(
    data.some(a => a['id'] === booked['id']),
    'the appointment is found without asking the hospital',
  );
  const slot = await freeSlot(hub, setting, now, text(booked, 'start'));
  const moved = await hub.send('Move it to the new slot', 'PUT', `/appointments/${text(booked, 'id')}/reschedule`, 200, {
    start: slot.start,
  });
  hub.check(
    moved['start'] === slot.start && moved['appointmentId'] === booked['appointmentId'],
    `it is at ${slot.start} now, the same appointment`,
  );
  return moved;
}

async function cancel(hub: HubClient, appointment: Json): Promise<void> {
  hub.heading('Journey 2: cancel it');
  const id = text(appointment, 'id');
  const canceled = await hub.send('Cancel', 'PUT', `/appointments/${id}/cancel`, 200, { reason: 'The patient is travelling (invented).' });
  hub.check(canceled['status'] === 'CANCELED', 'the hospital canceled it');
  await hub.send('A second cancel is refused', 'PUT', `/appointments/${id}/cancel`, 409, {});
  const { data } = (await hub.send('Its timeline', 'GET', `/appointments/${id}/timeline`, 200)) as { data: Json[] };
  hub.check(
    ['booked', 'rescheduled', 'canceled'].every(type => data.some(entry => entry['type'] === type)),
    'every change is on the timeline',
  );
}

/** A slot of the coming months that is not the one at `besides`, days ahead so that no cutoff is near. */
async function freeSlot(hub: HubClient, setting: Setting, now: Date, besides: string | null): Promise<Slot> {
  const earliest = now.getTime() + 3 * 24 * 3_600_000;
  for (let ahead = 0; ahead < 3; ahead++) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString().slice(0, 7);
    const query = new URLSearchParams({ month, calendarId: setting.calendarId, appointmentTypeId: setting.appointmentTypeId });
    const { days } = (await hub.send(
      `Which slots are free in ${month}?`,
      'GET',
      `/facilities/${setting.facilityId}/availability?${query.toString()}`,
      200,
    )) as { days: { slots: Slot[] }[] };
    const slot = days.flatMap(day => day.slots).find(s => Date.parse(s.start) > earliest && s.start !== besides);
    if (slot) return slot;
  }
  throw new JourneyFailedError('No free slot in three months');
}

/** Obviously nobody: a new one each time, so that each run begins with a new patient. */
function inventedPatient(): Json {
  const tag = randomBytes(4)
    .toString('hex')
    .replace(/[0-9]/g, digit => 'ghijklmnop'.charAt(Number(digit)));
  return {
    name: `Testa ${tag.charAt(0).toUpperCase()}${tag.slice(1)} Inventada`,
    dateOfBirth: '1990-01-01',
    phone: `+63917${String(parseInt(randomBytes(3).toString('hex'), 16) % 10_000_000).padStart(7, '0')}`,
    gender: 'female',
    nationalId: `TEST-${randomBytes(6).toString('hex').toUpperCase()}`,
  };
}

function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new JourneyFailedError(`The answer has no ${name}`);
  return value;
}

function types(calendar: Json): Json[] {
  return Array.isArray(calendar['appointmentTypes']) ? (calendar['appointmentTypes'] as Json[]) : [];
}
