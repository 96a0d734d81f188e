import type { Api } from './api.js';
import { eventually } from './eventually.js';

export interface SyncedCalendar {
  id: string;
  externalId: string;
  appointmentTypes: { id: string; externalId: string | null }[];
}

/** The facility's calendars, once its first sync, which its creation made due, is through. */
export async function syncedCalendars(hub: Api, facilityId: string): Promise<SyncedCalendar[]> {
  await hub.call('POST', `/facilities/${facilityId}/calendar-syncs`);
  await eventually('the calendars are synced', async () => {
    const { body } = await hub.call('GET', `/facilities/${facilityId}/calendar-syncs`);
    return (body as { data: { status: string }[] }).data.some(run => run.status === 'succeeded');
  });
  const { body } = await hub.call('GET', `/facilities/${facilityId}/calendars?limit=200`);
  return (body as { data: SyncedCalendar[] }).data;
}
