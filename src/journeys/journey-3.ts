import type { ApiClient } from './api-client.js';
import { list, text, type Json } from './json.js';
import { freeSlot, type Setting } from './setting.js';
import { told } from './told.js';

/** The patient moves the appointment by chat. Returns it as it is then. */
export async function reschedule(hub: ApiClient, setting: Setting, booked: Json, now: Date): Promise<Json> {
  hub.heading('Journey 3: reschedule it');
  const path = `/contacts/${text(booked, 'contactId')}/appointments`;
  const stored = list(await hub.send('Retrieve the stored appointments', 'GET', path, 200), 'data');
  hub.check(
    stored.some(a => a['id'] === booked['id']),
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
  await told(hub, moved, 'rescheduled');
  return moved;
}
