import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { ApiKeysService } from '../auth/api-keys.service.js';
import { CalendarSyncsService } from '../calendars/calendar-syncs.service.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { FacilityDto } from '../facilities/facility.dto.js';
import { FacilitySettingsService } from '../facilities/facility-settings.service.js';
import { WebhookTokens } from '../facilities/webhook-tokens.js';
import type { RunningSandbox } from '../sandbox/sandbox.js';
import { ensureDemoAppointments } from './demo-appointments.js';
import { ShownDemo } from './shown-demo.js';
import { STARTER } from './starter.js';

const NAME = 'Sandbox Hospital (demo)';
/** Nothing leaves the demo: its messages stand in the log. */
const NOTIFICATIONS = { channels: [{ channel: 'log' as const }] };
const SYNC_TIMEOUT_MS = 15_000;

export interface Demo {
  facilityId: string;
  calendarCount: number;
}

/** The demo facility, connected to the sandbox as it runs now in both directions, its calendars synced, something booked to be tried with, and the demo key made. `port`: the hub's. */
export async function setUpDemo(app: INestApplicationContext, sandbox: RunningSandbox, demoKey: string, port: number): Promise<Demo> {
  return asWorker(app.get(MikroORM).em, async () => {
    const facility = await demoFacility(app, sandbox, demoKey);
    await app.get(ApiKeysService).ensure(demoKey, { name: 'Demo', scopes: ['write'], facilityIds: [facility.id] });
    await connectWebhook(app, facility, sandbox, port);
    await syncCalendars(app, facility.id);
    await ensureDemoAppointments(app, facility.id);
    app.get(ShownDemo).facilityId = facility.id;
    const { data: calendars } = await app.get(CalendarsService).list(STARTER, facility.id, { limit: 200 });
    return { facilityId: facility.id, calendarCount: calendars.filter(c => c.removedAt === null).length };
  });
}

/** That of the demo key, else one of its name, else a new one; switched on again if it was off. */
async function demoFacility(app: INestApplicationContext, sandbox: RunningSandbox, demoKey: string): Promise<FacilityDto> {
  const facilities = app.get(FacilitiesService);
  const settings = app.get(FacilitySettingsService);
  const [ownId] = (await app.get(ApiKeysService).authenticate(demoKey))?.facilityIds ?? [];
  const { scheme, userId, apiKey, headerName } = sandbox.credentials;
  const scheduler = {
    connector: 'botmd' as const,
    baseUrl: sandbox.baseUrl,
    auth: { scheme, userId, apiKey, headerName },
    idempotentCreate: true,
  };
  const found = ownId === undefined ? await facilities.findByName(NAME) : await facilities.getDto(STARTER, ownId);
  if (found) {
    const isSilent = found.notifications.channels.length === 0;
    return settings.patch(STARTER, found.id, {
      scheduler,
      ...(found.status === 'inactive' ? { status: 'live' } : {}),
      ...(isSilent ? { notifications: NOTIFICATIONS } : {}),
    });
  }
  return settings.create(STARTER, {
    name: NAME,
    timezone: 'Asia/Manila',
    country: 'PH',
    status: 'live',
    scheduler,
    policies: {
      reschedule: { mode: 'allowed', cutoffMinutes: 120, phone: '+63 2 8000 0000' },
      cancel: { mode: 'allowed', cutoffMinutes: 120, phone: '+63 2 8000 0000' },
    },
    notifications: NOTIFICATIONS,
  });
}

/** The sandbox sends its webhooks to this very process, wherever the world reaches it. */
async function connectWebhook(
  app: INestApplicationContext,
  { id, webhook }: FacilityDto,
  sandbox: RunningSandbox,
  port: number,
): Promise<void> {
  const secret = await app.get(FacilitiesService).ensureWebhookSecret(id);
  const url = `http://127.0.0.1:${port}/api/v1/webhooks/${app.get(WebhookTokens).tokenOf(id)}`;
  sandbox.connectWebhook({ url, scheme: webhook.scheme, secret, headerName: webhook.headerName });
}

/** Opens a run and waits until a worker has finished it. Throws with the run's error. */
async function syncCalendars(app: INestApplicationContext, facilityId: string): Promise<void> {
  const { id } = await app.get(CalendarSyncsService).force(STARTER, facilityId);
  const { em } = app.get(MikroORM);
  const end = performance.now() + SYNC_TIMEOUT_MS;
  while (performance.now() < end) {
    const { data: runs } = await asWorker(em, () => app.get(CalendarSyncsService).list(STARTER, facilityId, { limit: 10 }));
    const run = runs.find(r => r.id === id);
    if (run?.status === 'succeeded') return;
    if (run?.status === 'failed') throw new Error(`The calendars of the sandbox could not be synced: ${run.error?.message ?? 'no reason'}`);
    await delay(25);
  }
  throw new Error(`The calendars of the sandbox were not synced within ${SYNC_TIMEOUT_MS / 1_000} s.`);
}
