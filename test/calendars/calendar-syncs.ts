import type { ServerResponse } from 'node:http';
import { CalendarSyncCron } from '../../src/calendars/calendar-sync.cron.js';
import type { CalendarDto } from '../../src/calendars/calendar.dto.js';
import type { CalendarSyncDto } from '../../src/calendars/calendar-sync.dto.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import type { FakeHospital } from '../support/fake-hospital.js';
import type { TestHub } from '../support/hub.js';

/** Opens every run that is due, and waits until the facility has none open. */
export async function settle(hub: TestHub, facilityId: string): Promise<CalendarSyncDto[]> {
  await hub.app.get(CalendarSyncCron).tick();
  return eventually('all runs are finished', async () => {
    const runs = await runsOf(hub, facilityId);
    return runs.length > 0 && runs.every(run => run.status !== 'running') && runs;
  });
}

/** A facility whose first sync is done, so that it is not due again while the test lasts. */
export async function createSyncedFacility(hub: TestHub, hospital: FakeHospital, overrides: Record<string, unknown> = {}): Promise<string> {
  const facilityId = await createFacility(hub, hospital, overrides);
  await settle(hub, facilityId);
  return facilityId;
}

export async function runsOf(hub: TestHub, facilityId: string): Promise<CalendarSyncDto[]> {
  const answer = await hub.call('GET', `/facilities/${facilityId}/calendar-syncs`);
  return (answer.body as { data: CalendarSyncDto[] }).data;
}

/** Forces a run and waits for its end. */
export async function forceSync(hub: TestHub, facilityId: string): Promise<CalendarSyncDto> {
  const { body } = await hub.call('POST', `/facilities/${facilityId}/calendar-syncs`);
  return finished(hub, facilityId, (body as CalendarSyncDto).id);
}

export async function finished(hub: TestHub, facilityId: string, runId: string): Promise<CalendarSyncDto> {
  return eventually('the run is finished', async () => {
    const runs = await runsOf(hub, facilityId);
    return runs.find(run => run.id === runId && run.status !== 'running');
  });
}

export async function calendarsOf(hub: TestHub, facilityId: string): Promise<CalendarDto[]> {
  const answer = await hub.call('GET', `/facilities/${facilityId}/calendars`);
  return (answer.body as { data: CalendarDto[] }).data;
}

/** The calendar of the hospital's id; fails where there is none. */
export async function calendarOf(hub: TestHub, facilityId: string, externalId: string): Promise<CalendarDto> {
  const calendar = (await calendarsOf(hub, facilityId)).find(c => c.externalId === externalId);
  if (!calendar) throw new Error(`There is no calendar ${externalId}`);
  return calendar;
}

/** Every row of the calendars' tables with the transaction that wrote it: the same again means nothing was written. */
export async function rowVersions(hub: TestHub, facilityId: string): Promise<object[]> {
  return hub.sql(
    `select 'calendar' as t, id, xmin::text from calendar where facility_id = $1
     union all select 'type', id, xmin::text from appointment_type where facility_id = $1
     union all select 'offering', id, xmin::text from calendar_offering where facility_id = $1 order by 1, 2`,
    [facilityId],
  );
}

/** A hospital's list that the test holds back until it says go. */
export function heldBack(hospital: FakeHospital): { isAsked: () => boolean; answer: (body: object) => void } {
  const waiting: ServerResponse[] = [];
  hospital.on('GET /calendars', (_request: unknown, response: ServerResponse) => {
    waiting.push(response);
  });
  return {
    isAsked: () => waiting.length > 0,
    answer: body => {
      hospital.on('GET /calendars', body);
      for (const response of waiting.splice(0)) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  };
}
