import type { ApiClient } from './api-client.js';
import type { FrontDesk } from './front-desk.js';
import { object, text } from './json.js';

/** The patient arrives and checks in. */
export async function checkIn(hub: ApiClient, desk: FrontDesk): Promise<void> {
  hub.heading('Journey 5: queue check-in');
  const booked = await desk.book();
  await desk.record(booked, 'The hub has the appointment', a => a['status'] === 'SCHEDULED');
  const path = `/appointments/${text(object(booked, 'appointment'), 'appointment_id')}/check-in`;
  const queued = await desk.act('The patient arrives and checks in', path);
  const queueNumber = text(object(queued, 'appointment'), 'queue_number');
  const record = await desk.record(queued, 'The hub shows that the patient is there', a => a['status'] === 'SHOW');
  hub.check(record['queueNumber'] === queueNumber, `it has the queue number ${queueNumber}`);
}
