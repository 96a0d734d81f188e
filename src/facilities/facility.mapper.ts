import { isoInZone } from '../common/zoned-time.js';
import type { FacilityChannelDto, FacilityNotificationsDto } from './facility-notifications.dto.js';
import type { FacilityDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';
import type { Channel, ChannelSettings, NotificationSettings } from './facility.settings.js';

/** Where the hub is reached for this facility. */
export interface FacilityUrls {
  webhook: string;
  callback: (channel: Channel) => string;
}

/** `webhookSecret`: at its making alone. */
export function toFacilityDto(facility: Facility, urls: FacilityUrls, webhookSecret: string | null): FacilityDto {
  const { connector, baseUrl, auth, idempotentCreate } = facility.scheduler;
  return {
    id: facility.id,
    name: facility.name,
    timezone: facility.timezone,
    country: facility.country,
    locale: facility.locale,
    status: facility.status,
    statusSince: isoInZone(facility.statusSince, facility.timezone),
    statusReason: facility.statusReason,
    statusCause: facility.statusCause,
    scheduler: {
      connector,
      baseUrl,
      auth: { scheme: auth.scheme, userId: auth.userId, headerName: auth.headerName, expiresAt: auth.expiresAt },
      idempotentCreate,
    },
    policies: facility.policies,
    defaultAppointmentType: facility.defaultAppointmentType,
    calendarSync: { intervalMinutes: facility.calendarSyncIntervalMinutes },
    drift: { intervalMinutes: facility.driftIntervalMinutes },
    webhook: { scheme: facility.webhook.scheme, headerName: facility.webhook.headerName, url: urls.webhook, secret: webhookSecret },
    notifications: toNotificationsDto(facility.notifications, urls),
    createdAt: isoInZone(facility.createdAt, facility.timezone),
    updatedAt: isoInZone(facility.updatedAt, facility.timezone),
  };
}

function toNotificationsDto(settings: NotificationSettings, urls: FacilityUrls): FacilityNotificationsDto {
  const { order, channels, reminders, quietHours, smsDailyCap, testAddresses } = settings;
  return {
    order,
    channels: channels.map(channel => toChannelDto(channel, urls)),
    reminders: reminders.map(({ minutesBefore }) => ({ minutesBefore })),
    quietHours: quietHours === null ? null : { from: quietHours.from, to: quietHours.to },
    smsDailyCap,
    testAddresses: testAddresses.map(({ channel, hint }) => ({ channel, hint })),
  };
}

/** Field by field, so that nothing is shown by having been added. */
function toChannelDto(settings: ChannelSettings, urls: FacilityUrls): FacilityChannelDto {
  switch (settings.channel) {
    case 'sms': {
      const { channel, provider, baseUrl, accountSid, from } = settings;
      return { channel, provider, baseUrl, accountSid, from, callbackUrl: urls.callback(channel) };
    }
    case 'viber': {
      const { channel, baseUrl, senderName } = settings;
      return { channel, baseUrl, senderName, callbackUrl: urls.callback(channel) };
    }
    case 'messenger': {
      const { channel, baseUrl, outsideWindow } = settings;
      return { channel, baseUrl, outsideWindow, callbackUrl: urls.callback(channel) };
    }
    case 'log':
      return { channel: settings.channel };
  }
}
