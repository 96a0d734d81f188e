import type http from 'node:http';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalRequest } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type HubOptions, type TestHub } from '../support/hub.js';
import { syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';

/** Sunday, 1 March 2026, 08:00 in Manila. */
export const NOW = '2026-03-01T00:00:00Z';

export const CALENDARS = [
  { id: 'cal-1', name: 'Dr. One', timezone: 'Asia/Manila', appointmentTypes: [{ id: 'type-1', name: 'Consultation', duration: 30 }] },
  {
    id: 'cal-2',
    name: 'Dr. Two',
    timezone: 'Asia/Manila',
    appointmentTypes: [
      { id: 'type-1', name: 'Consultation', duration: 30 },
      { id: 'type-2', name: 'Procedure', duration: 60 },
    ],
  },
];

/** A hub, a hospital and a facility whose calendars are synced. */
export interface Scene {
  hub: TestHub;
  hospital: FakeHospital;
  clock: TestClock;
  facilityId: string;
  calendars: { id: string; externalId: string; appointmentTypes: { id: string; externalId: string | null }[] }[];
  /** The hub's ids of a calendar and a type, by the hospital's. */
  ids(calendar?: string, type?: string): { calendarId: string; appointmentTypeId: string };
  /** What the hospital offers, by calendar; all other calendars offer nothing. */
  offers(slots: Record<string, string[]>): void;
  month(query?: Record<string, string>, hub?: TestHub): Promise<Answer>;
  next(query?: Record<string, string>): Promise<Answer>;
  calls(): HospitalRequest[];
  close(): Promise<void>;
}

export async function startScene(options: HubOptions = {}): Promise<Scene> {
  const clock = new TestClock(NOW);
  const hospital = await startFakeHospital();
  hospital.on('GET /calendars', CALENDARS);
  const hub = await startHub({ clock, ...options, config: { upstreamAllowedHosts: [hospital.host], ...options.config } });
  const facilityId = await createFacility(hub, hospital);
  const calendars = (await syncedCalendars(hub, facilityId)) as Scene['calendars'];
  const ids = (calendar = 'cal-1', type = 'type-1'): { calendarId: string; appointmentTypeId: string } => {
    const found = calendars.find(c => c.externalId === calendar);
    const offered = found?.appointmentTypes.find(t => t.externalId === type);
    if (!found || !offered) throw new Error(`No ${calendar} with ${type}`);
    return { calendarId: found.id, appointmentTypeId: offered.id };
  };
  const path = `/facilities/${facilityId}/availability`;
  return {
    hub,
    hospital,
    clock,
    facilityId,
    calendars,
    ids,
    offers: slots => {
      hospital.on('GET /availability', answering(slots));
    },
    month: (query = {}, at = hub) => at.call('GET', `${path}?${new URLSearchParams({ month: '2026-03', ...ids(), ...query }).toString()}`),
    next: (query = {}) => hub.call('GET', `${path}/next?${new URLSearchParams(query).toString()}`),
    calls: () => hospital.calls('GET /availability'),
    close: async () => {
      await hub.close();
      await hospital.close();
    },
  };
}

/** Answers what a calendar offers in the month it is asked for: a start may end in ` x3`, its seats. */
export function answering(slots: Record<string, string[]>): (request: HospitalRequest, response: http.ServerResponse) => void {
  return ({ query }, response) => {
    const offered = (slots[query.get('calendar_id') ?? ''] ?? []).filter(slot => slot.startsWith(query.get('month') ?? ''));
    answerJson(
      response,
      200,
      offered.map(slot => {
        const [start, seats = '1'] = slot.split(' x');
        return { start, available: Number(seats) };
      }),
    );
  };
}

/** Holds every answer back until it is let go. */
export function heldBack(slots: Record<string, string[]>): {
  handler: ReturnType<typeof answering>;
  letGo: () => void;
  waiting: () => number;
} {
  const waiting: (() => void)[] = [];
  let isLetGo = false;
  return {
    handler: (request, response) => {
      const answer = (): void => {
        answering(slots)(request, response);
      };
      if (isLetGo) answer();
      else waiting.push(answer);
    },
    letGo: () => {
      isLetGo = true;
      for (const answer of waiting.splice(0)) answer();
    },
    waiting: () => waiting.length,
  };
}

export function startsOf(answer: Answer): string[] {
  return (answer.body as { days: { slots: { start: string }[] }[] }).days.flatMap(day => day.slots.map(slot => slot.start));
}

export function failing(status = 500): (request: HospitalRequest, response: http.ServerResponse) => void {
  return (_request, response) => {
    answerJson(response, status, { code: 'broken' });
  };
}
