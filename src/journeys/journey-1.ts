import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.js';
import { text, type Json } from './json.js';
import { freeSlot, inventedPatient, type Setting } from './setting.js';
import { told } from './told.js';

/** A patient books by chat. Returns the appointment. */
export async function book(hub: ApiClient, setting: Setting, now: Date): Promise<Json> {
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
  await told(hub, booked, 'booked');
  return booked;
}
