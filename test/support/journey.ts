import { randomUUID } from 'node:crypto';
import { startSandbox, type RunningSandbox } from '../../src/sandbox/sandbox.js';
import { createFacility } from './factories.js';
import { startHub, type Answer, type TestHub } from './hub.js';
import { syncedCalendars } from './synced-calendars.js';
import { TestClock } from './test-clock.js';

export { syncedCalendars };

/** A hub and the sandbox hospital, connected, the calendars synced: what every journey begins with. */
export interface Journey {
  hub: TestHub;
  sandbox: RunningSandbox;
  clock: TestClock;
  facilityId: string;
  /** The hub's ids of a calendar and a type, by the hospital's. */
  ids(calendar: string, type: string | null): { calendarId: string; appointmentTypeId: string };
  /** Books with a new key, unless one is given. */
  book(body: Record<string, unknown>, key?: string): Promise<Answer>;
  /** Acts as the hospital's staff. */
  staff(method: string, path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** Thursday, 1 October 2026, 08:00 in Manila. */
export const JOURNEY_NOW = '2026-10-01T00:00:00Z';

export async function startJourney(facility: Record<string, unknown> = {}): Promise<Journey> {
  const clock = new TestClock(JOURNEY_NOW);
  const sandbox = await startSandbox({ port: 0, clock });
  const hub = await startHub({ clock, config: { upstreamAllowedHosts: [new URL(sandbox.baseUrl).host] } });
  const { scheme, userId, apiKey, headerName } = sandbox.credentials;
  const scheduler = { connector: 'botmd', baseUrl: sandbox.baseUrl, auth: { scheme, userId, apiKey, headerName } };
  const facilityId = await createFacility(hub, sandbox, { scheduler, ...facility });
  const calendars = await syncedCalendars(hub, facilityId);
  return {
    hub,
    sandbox,
    clock,
    facilityId,
    ids: (calendar, type) => {
      const found = calendars.find(c => c.externalId === calendar);
      const offered = found?.appointmentTypes.find(t => t.externalId === type);
      if (!found || !offered) throw new Error(`The sandbox has no ${calendar} with ${String(type)}`);
      return { calendarId: found.id, appointmentTypeId: offered.id };
    },
    book: (body, key = randomUUID()) => hub.call('POST', `/facilities/${facilityId}/appointments`, body, { 'idempotency-key': key }),
    staff: async (method, path, body) => {
      const response = await fetch(`${sandbox.url}/staff${path}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    close: async () => {
      await hub.close();
      await sandbox.close();
    },
  };
}

/** Nobody: a patient that the test does not look at. */
export function aPatient(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: 'Testa Inventada', dateOfBirth: '1990-01-01', phone: '0917 000 0001', gender: 'female', ...overrides };
}
