import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient, Request } from './http.js';
import { ROOT, type Processes, type StartedProcess } from './processes.js';
import type { Endpoint } from './webhook-events.js';

/** As `npm start` has it. */
export const MAIN = ['--enable-source-maps', '--heap-growing-percent=50', path.join(ROOT, 'dist', 'main.js')];
const START_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;

export interface HubPlace {
  port: number;
  sandboxPort: number;
  /** `host:port` of the fake hospital. */
  hospital: string;
}

/** From the start of the process, in milliseconds. */
export interface StartTimes {
  /** `GET /health/ready` answered 200. */
  readyMs: number;
  /** "The hub is ready." was printed: the demo facility is synced, too. */
  bannerMs: number;
}

/** The built hub in a process of its own, in the zero-configuration way: the second call finds the data of the first. */
export async function startHub(processes: Processes, http: HttpClient, place: HubPlace): Promise<{ hub: Hub; times: StartTimes }> {
  const started = processes.start('hub', MAIN, {
    PORT: String(place.port),
    SANDBOX_PORT: String(place.sandboxPort),
    DATA_DIR: path.join(processes.folder, '.data'),
    UPSTREAM_ALLOWED_HOSTS: place.hospital,
    LOG_LEVEL: 'info',
    // One key asks for all that the hub can give: that is what is measured.
    RATE_LIMIT_PER_KEY: '1000000',
    RATE_LIMIT_PER_FACILITY: '1000000',
  });
  const url = `http://127.0.0.1:${place.port}`;
  const readyMs = await untilAnswered(started, http, `${url}/health/ready`);
  const bannerMs = await until(started, () => started.log().includes('The hub is ready.'));
  const keys = JSON.parse(fs.readFileSync(path.join(processes.folder, '.data', 'keys.json'), 'utf8')) as { ADMIN_API_KEY: string };
  return { hub: new Hub(url, started, http, keys.ADMIN_API_KEY), times: { readyMs, bannerMs } };
}

/** Milliseconds from the start of the process until `url` answers 200. */
export function untilAnswered(started: StartedProcess, http: HttpClient, url: string): Promise<number> {
  return until(started, () =>
    http.send(url).then(
      answer => answer.status === 200,
      () => false,
    ),
  );
}

async function until(started: StartedProcess, holds: () => boolean | Promise<boolean>): Promise<number> {
  for (;;) {
    if (await holds()) return performance.now() - started.startedAt;
    started.assertRunning();
    if (performance.now() - started.startedAt > START_WITHIN_MS) throw new Error(`Not ready in time:\n${started.log().slice(-2_000)}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** A facility with its calendars synced, and a key that may read and book there. */
export interface Facility {
  id: string;
  url: string;
  headers: { authorization: string };
  calendars: Calendar[];
}

export interface Calendar {
  id: string;
  externalId: string;
  appointmentTypes: { id: string; name: string }[];
}

export class Hub {
  readonly url: string;
  readonly process: StartedProcess;
  private readonly http: HttpClient;
  private readonly adminKey: string;

  constructor(url: string, started: StartedProcess, http: HttpClient, adminKey: string) {
    this.url = url;
    this.process = started;
    this.http = http;
    this.adminKey = adminKey;
  }

  /** The sandbox hospital's, made by the start. */
  async demoFacility(): Promise<Facility> {
    const { data } = (await this.admin('/facilities')) as { data: { id: string; name: string }[] };
    const demo = data.find(facility => facility.name.includes('demo'));
    if (!demo) throw new Error('The start made no demo facility.');
    return this.open(demo.id);
  }

  async createFacility(upstreamUrl: string): Promise<Facility> {
    return this.open((await this.create(upstreamUrl)).id);
  }

  /** A facility whose calendars are synced, as its hospital sees it. */
  async createEndpoint(upstreamUrl: string): Promise<Endpoint> {
    const { id, webhook } = await this.create(upstreamUrl);
    await this.calendars(id);
    return { facilityId: id, path: new URL(webhook.url).pathname, secret: webhook.secret };
  }

  /** Of a facility whose hospital signs with `secret`. */
  async endpointOf(facilityId: string, secret: string): Promise<Endpoint> {
    const { webhook } = (await this.admin(`/facilities/${facilityId}`)) as { webhook: { url: string } };
    return { facilityId, path: new URL(webhook.url).pathname, secret };
  }

  /** Opens a run of the calendar sync; its id. */
  async syncCalendars(facilityId: string): Promise<string> {
    return ((await this.admin(`/facilities/${facilityId}/calendar-syncs`, { method: 'POST' })) as { id: string }).id;
  }

  /** Its patients are written to by SMS. `accountSid`: tells the provider how slow it is to be. */
  async sendBySms(facilityId: string, providerUrl: string, accountSid: string): Promise<void> {
    const channel = { channel: 'sms', baseUrl: providerUrl, accountSid, authToken: 'bench-auth-token', from: '+15005550006' };
    await this.admin(`/facilities/${facilityId}`, { method: 'PATCH', body: { notifications: { channels: [channel] } } });
  }

  private async create(upstreamUrl: string): Promise<{ id: string; webhook: { url: string; secret: string } }> {
    const scheduler = { connector: 'botmd', baseUrl: upstreamUrl, auth: { scheme: 'bearer', apiKey: 'bench-upstream-key' } };
    const body = { name: 'Bench Hospital (test)', timezone: 'Asia/Manila', country: 'PH', status: 'live', scheduler };
    const created = (await this.admin('/facilities', { method: 'POST', body })) as Awaited<ReturnType<Hub['create']>>;
    await this.syncCalendars(created.id);
    return created;
  }

  /** One that may read and write at these facilities; null: at all. */
  async createKey(facilityIds: string[] | null): Promise<string> {
    const body = { name: 'Bench', scopes: ['write'], facilityIds };
    const { key } = (await this.admin('/api-keys', { method: 'POST', body })) as { key: string };
    return key;
  }

  /** A key of it, and its calendars. */
  async open(id: string): Promise<Facility> {
    const key = await this.createKey([id]);
    return {
      id,
      url: `${this.url}/api/v1/facilities/${id}`,
      headers: { authorization: `Bearer ${key}` },
      calendars: await this.calendars(id),
    };
  }

  private async calendars(id: string): Promise<Calendar[]> {
    for (const end = performance.now() + 15_000; performance.now() < end;) {
      const { data } = (await this.admin(`/facilities/${id}/calendars?limit=200`)) as { data: Calendar[] };
      if (data.length > 0) return data;
      await delay(50);
    }
    throw new Error(`The calendars of ${id} were not synced.`);
  }

  private admin(at: string, request: Request = {}): Promise<unknown> {
    return this.http.json(`${this.url}/api/v1${at}`, { ...request, headers: { authorization: `Bearer ${this.adminKey}` } });
  }
}

export interface Month {
  days: { slots: { start: string; available: number }[] }[];
  freshness: { source: string };
}

/** Where a calendar's month is read, for its first type or the one with that name. */
export function availabilityUrl(facility: Facility, calendar: Calendar, month: string, typeName?: string): string {
  const type = calendar.appointmentTypes.find(t => typeName === undefined || t.name === typeName);
  if (!type) throw new Error(`The calendar ${calendar.externalId} offers no ${typeName ?? 'type'}.`);
  return `${facility.url}/availability?${new URLSearchParams({ month, calendarId: calendar.id, appointmentTypeId: type.id }).toString()}`;
}

/** `YYYY-MM`, so many months from now. */
export function monthAhead(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString().slice(0, 7);
}
