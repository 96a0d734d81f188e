import type { ApiClient } from './api-client.js';
import type { FrontDesk } from './front-desk.js';
import { list, object, text } from './json.js';
import { told } from './told.js';

/** Staff book, move and cancel in the hospital's own system; the hub hears of it by webhook. */
export async function adminSync(hub: ApiClient, desk: FrontDesk): Promise<void> {
  hub.heading('Journey 4: what staff change reaches the record');
  const booked = await desk.book();
  const patient = object(booked, 'patient');
  const record = await desk.record(booked, 'The hub has the appointment', a => a['status'] === 'SCHEDULED');
  hub.check(record['source'] === 'hospital', "it is the hospital's booking, under the hospital's appointment id");
  const contact = await hub.send('Its contact', 'GET', `/contacts/${text(record, 'contactId')}`, 200);
  hub.check(
    contact['name'] === patient['name'] && contact['temporaryPatientId'] === patient['temporary_patient_id'],
    "the contact was made from the webhook, with the hospital's patient id",
  );

  await told(hub, record, 'booked');

  const path = `/appointments/${text(object(booked, 'appointment'), 'appointment_id')}`;
  const datetime = await desk.freeStart();
  const moved = await desk.act('Staff move it', `${path}/move`, { datetime });
  await desk.record(moved, `The hub shows it at ${datetime}`, a => Date.parse(String(a['start'])) === Date.parse(datetime));
  await told(hub, record, 'rescheduled');
  const canceled = await desk.act('Staff cancel it', `${path}/cancel`, { reason: 'The doctor is ill (invented).' });
  await desk.record(canceled, 'The hub shows it as canceled', a => a['status'] === 'CANCELED');

  await told(hub, record, 'canceled');

  const entries = list(await hub.send('Its timeline', 'GET', `/appointments/${text(record, 'id')}/timeline`, 200), 'data');
  hub.check(
    ['booked', 'rescheduled', 'canceled'].every(type => entries.some(e => e['type'] === type && e['source'] === 'hospital')),
    "each change is on the timeline, as the hospital's",
  );
}
