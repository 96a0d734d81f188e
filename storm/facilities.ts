import { eventually } from '../test/support/eventually.js';
import type { FakeTwilio } from '../test/support/fake-twilio.js';
import type { Copies } from './copies.js';
import type { ClinicAtHub } from './platform.js';
import type { Endpoint } from './sender.js';

/** A facility as the hub knows it, its calendars synced. */
export interface OpenedFacility extends ClinicAtHub {
  endpoint: Endpoint;
}

interface CalendarsView {
  data: { id: string; externalId: string; appointmentTypes: { id: string }[] }[];
}

/** Connects a hospital to the hub. */
export async function openFacility(copies: Copies, name: string, baseUrl: string, twilio: FakeTwilio): Promise<OpenedFacility> {
  const scheduler = { connector: 'botmd', baseUrl, auth: { scheme: 'bearer', apiKey: 'storm-upstream-key' } };
  const { accountSid, authToken } = twilio;
  const sms = { channel: 'sms', baseUrl: twilio.baseUrl, accountSid, authToken, from: '+15005550006' };
  const body = {
    name,
    timezone: 'Asia/Manila',
    country: 'PH',
    locale: 'en',
    status: 'live',
    scheduler,
    // What a storm of twenty minutes has to tell is more than a hospital's day.
    notifications: { channels: [sms], smsDailyCap: null },
  };
  const made = (await copies.call('POST', '/facilities', body)) as { id: string; webhook: { url: string; secret: string } };
  await copies.call('POST', `/facilities/${made.id}/calendar-syncs`);
  const calendars = await eventually(
    'the calendars are synced',
    async () => {
      const { data } = (await copies.call('GET', `/facilities/${made.id}/calendars?limit=200`)) as CalendarsView;
      return data.length > 0 && data;
    },
    30_000,
  );
  return {
    facilityId: made.id,
    endpoint: { pathname: new URL(made.webhook.url).pathname, secret: made.webhook.secret },
    calendars: new Map(
      calendars.map(({ id, externalId, appointmentTypes: [type] }) => [externalId, { id, appointmentTypeId: type?.id ?? '' }]),
    ),
  };
}
