import { randomBytes } from 'node:crypto';
import type { ApiClient } from './api-client.js';
import { JourneyFailedError } from './journey-failed.error.js';
import { list, text, type Json } from './json.js';

/** What the journeys play with: a facility, a calendar and a type, each by the hub's id and the hospital's. */
export interface Setting {
  facilityId: string;
  calendarId: string;
  appointmentTypeId: string;
  hospitalCalendarId: string;
  /** null: a type that the hospital knows nothing of. */
  hospitalTypeId: string | null;
}

interface Slot {
  start: string;
  end: string;
}

/** Days ahead, so that no cutoff is near. */
export function earliestStart(now: Date): number {
  return now.getTime() + 3 * 24 * 3_600_000;
}

/** `YYYY-MM` of this month and the next two. */
export function comingMonths(now: Date): string[] {
  return [0, 1, 2].map(ahead => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString().slice(0, 7));
}

export async function setUp(hub: ApiClient): Promise<Setting> {
  hub.heading('Initial set-up: connect the scheduling system');
  const [facility] = list(await hub.send('Which hospitals may this key touch?', 'GET', '/facilities', 200), 'data');
  if (!facility) throw new JourneyFailedError('This key may touch no facility');
  const facilityId = text(facility, 'id');
  const check = await hub.send('Does its scheduling system answer?', 'POST', `/facilities/${facilityId}/connection-check`, 200);
  hub.check(check['ok'] === true, 'every required endpoint answers');
  const calendars = list(await hub.send('Which calendars were synced?', 'GET', `/facilities/${facilityId}/calendars`, 200), 'data');
  const calendar = calendars.find(c => c['enabled'] === true && c['removedAt'] === null && list(c, 'appointmentTypes').length > 0);
  if (!calendar) throw new JourneyFailedError('No calendar can be booked');
  const [type = {}, ...others] = list(calendar, 'appointmentTypes');
  hub.check(true, `calendar "${text(calendar, 'name')}" offers ${others.length + 1} appointment type(s)`);
  return {
    facilityId,
    calendarId: text(calendar, 'id'),
    appointmentTypeId: text(type, 'id'),
    hospitalCalendarId: text(calendar, 'externalId'),
    hospitalTypeId: type['externalId'] === null ? null : text(type, 'externalId'),
  };
}

/** A slot of the coming months that is not the one at `besides`. */
export async function freeSlot(hub: ApiClient, setting: Setting, now: Date, besides: string | null): Promise<Slot> {
  for (const month of comingMonths(now)) {
    const query = new URLSearchParams({ month, calendarId: setting.calendarId, appointmentTypeId: setting.appointmentTypeId });
    const path = `/facilities/${setting.facilityId}/availability?${query.toString()}`;
    const { days } = (await hub.send(`Which slots are free in ${month}?`, 'GET', path, 200)) as { days: { slots: Slot[] }[] };
    const slot = days.flatMap(day => day.slots).find(s => Date.parse(s.start) > earliestStart(now) && s.start !== besides);
    if (slot) return slot;
  }
  throw new JourneyFailedError('No free slot in three months');
}

/** Obviously nobody: a new one each time, so that each run begins with a new patient. */
export function inventedPatient(): Json {
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
