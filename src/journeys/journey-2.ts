import type { ApiClient } from './api-client.js';
import { list, text, type Json } from './json.js';
import { told } from './told.js';

/** The patient cancels by chat. */
export async function cancel(hub: ApiClient, appointment: Json): Promise<void> {
  hub.heading('Journey 2: cancel it');
  const id = text(appointment, 'id');
  const canceled = await hub.send('Cancel', 'PUT', `/appointments/${id}/cancel`, 200, { reason: 'The patient is travelling (invented).' });
  hub.check(canceled['status'] === 'CANCELED', 'the hospital canceled it');
  await told(hub, canceled, 'canceled');
  await hub.send('A second cancel is refused', 'PUT', `/appointments/${id}/cancel`, 409, {});
  const entries = list(await hub.send('Its timeline', 'GET', `/appointments/${id}/timeline`, 200), 'data');
  hub.check(
    ['booked', 'rescheduled', 'canceled'].every(type => entries.some(entry => entry['type'] === type)),
    'every change is on the timeline',
  );
}
