import { judgeOrigin } from '../common/base-url.js';
import type { FieldError } from '../common/domain-error.js';
import {
  CHANNEL_SECRETS,
  type ChannelSettings,
  type LogSettings,
  type MessengerSettings,
  type NotificationSettings,
  type QuietHours,
  type SmsSettings,
  type ViberSettings,
} from './facility.settings.js';

/** What a request says of a channel: its settings and credentials, of which a channel that is known keeps what is left out. */
export type ChannelChange =
  | (Given<SmsSettings> & { authToken?: string })
  | (Given<ViberSettings> & { authToken?: string })
  | (Given<MessengerSettings> & { pageAccessToken?: string; appSecret?: string })
  | LogSettings;

type Given<T extends { channel: unknown }> = Pick<T, 'channel'> & Partial<Omit<T, 'channel'>>;

/** Likewise of the whole: what is left out stays. `channels` is the whole list. Test addresses are not here: they are not kept as they are given. */
export interface NotificationsChange {
  order?: NotificationSettings['order'];
  channels?: ChannelChange[];
  reminders?: NotificationSettings['reminders'];
  quietHours?: Partial<QuietHours> | null;
  smsDailyCap?: number | null;
}

/** A credential by its name, of a channel. */
export interface GivenSecret {
  channel: ChannelSettings['channel'];
  name: string;
  value: string;
}

export interface MergedNotifications {
  settings: Omit<NotificationSettings, 'testAddresses'>;
  secrets: GivenSecret[];
  /** Of the fields that are wrong; never with a value. */
  errors: FieldError[];
}

export const DEFAULT_NOTIFICATIONS: NotificationSettings = {
  order: ['messenger', 'viber', 'sms'],
  channels: [],
  reminders: [],
  quietHours: null,
  smsDailyCap: 10_000,
  testAddresses: [],
};

/** Where the providers are. */
const ORIGINS = { sms: 'https://api.twilio.com', viber: 'https://chatapi.viber.com', messenger: 'https://graph.facebook.com' } as const;

/** `allowedHosts`: see `judgeOrigin`. */
export function mergeNotifications(
  present: NotificationSettings,
  change: NotificationsChange,
  allowedHosts: readonly string[],
): MergedNotifications {
  const errors: FieldError[] = [];
  const secrets: GivenSecret[] = [];
  const channels = change.channels?.map((given, index) => {
    const at = `notifications.channels.${index}`;
    const before = present.channels.find(({ channel }) => channel === given.channel);
    const after = mergeChannel(before, given, { at, allowedHosts, errors });
    secrets.push(...secretsOf(given));
    errors.push(...missingSecrets(before, after, given, at));
    return after;
  });
  const settings = {
    order: change.order ?? present.order,
    channels: channels ?? present.channels,
    reminders: change.reminders ?? present.reminders,
    quietHours: change.quietHours === undefined ? present.quietHours : mergeQuietHours(present.quietHours, change.quietHours, errors),
    smsDailyCap: change.smsDailyCap === undefined ? present.smsDailyCap : change.smsDailyCap,
  };
  return { settings, secrets, errors };
}

interface Merging {
  at: string;
  allowedHosts: readonly string[];
  errors: FieldError[];
}

function mergeChannel(present: ChannelSettings | undefined, change: ChannelChange, merging: Merging): ChannelSettings {
  switch (change.channel) {
    case 'sms': {
      const before = present?.channel === 'sms' ? present : undefined;
      return {
        channel: 'sms',
        provider: change.provider ?? before?.provider ?? 'twilio',
        baseUrl: originOf('sms', change, before, merging),
        accountSid: needed('accountSid', change.accountSid ?? before?.accountSid, merging),
        from: needed('from', change.from ?? before?.from, merging),
      };
    }
    case 'viber': {
      const before = present?.channel === 'viber' ? present : undefined;
      const senderName = needed('senderName', change.senderName ?? before?.senderName, merging);
      return { channel: 'viber', baseUrl: originOf('viber', change, before, merging), senderName };
    }
    case 'messenger': {
      const before = present?.channel === 'messenger' ? present : undefined;
      const outsideWindow = change.outsideWindow ?? before?.outsideWindow ?? 'never';
      return { channel: 'messenger', baseUrl: originOf('messenger', change, before, merging), outsideWindow };
    }
    case 'log':
      return { channel: 'log' };
  }
}

function originOf(
  channel: keyof typeof ORIGINS,
  change: { baseUrl?: string },
  present: { baseUrl: string } | undefined,
  { at, allowedHosts, errors }: Merging,
): string {
  const given = change.baseUrl ?? present?.baseUrl ?? ORIGINS[channel];
  const verdict = judgeOrigin(given, allowedHosts);
  if (verdict.isAllowed) return verdict.baseUrl;
  errors.push({ field: `${at}.baseUrl`, code: verdict.code, message: verdict.message });
  return given;
}

function needed(name: string, value: string | undefined, { at, errors }: Merging): string {
  if (value === undefined) errors.push({ field: `${at}.${name}`, code: 'required', message: `${at}.${name} is needed.` });
  return value ?? '';
}

function secretsOf(change: ChannelChange): GivenSecret[] {
  const values = new Map<string, unknown>(Object.entries(change));
  return CHANNEL_SECRETS[change.channel].flatMap(name => {
    const value = values.get(name);
    return typeof value === 'string' ? [{ channel: change.channel, name, value }] : [];
  });
}

/** Kept credentials go to no other host, and to no other account, than those they were given for. */
function missingSecrets(before: ChannelSettings | undefined, after: ChannelSettings, change: ChannelChange, at: string): FieldError[] {
  const why = reasonToAsk(before, after);
  if (why === null) return [];
  const given = secretsOf(change).map(({ name }) => name);
  return CHANNEL_SECRETS[after.channel]
    .filter(name => !given.includes(name))
    .map(name => ({ field: `${at}.${name}`, code: 'required', message: `${at}.${name} is needed ${why}.` }));
}

function reasonToAsk(before: ChannelSettings | undefined, after: ChannelSettings): string | null {
  if (before === undefined) return 'for a channel that is new';
  if ('baseUrl' in before && 'baseUrl' in after && before.baseUrl !== after.baseUrl) return 'when baseUrl moves to another host';
  if (before.channel === 'sms' && after.channel === 'sms' && before.accountSid !== after.accountSid) return 'when accountSid changes';
  return null;
}

function mergeQuietHours(present: QuietHours | null, change: Partial<QuietHours> | null, errors: FieldError[]): QuietHours | null {
  if (change === null) return null;
  const merging = { at: 'notifications.quietHours', allowedHosts: [], errors };
  const [from, to] = [change.from ?? present?.from, change.to ?? present?.to];
  if (from !== undefined && from === to) {
    const message = 'notifications.quietHours.to must differ from from: null is no quiet hours.';
    errors.push({ field: 'notifications.quietHours.to', code: 'same-as-from', message });
  }
  return { from: needed('from', from, merging), to: needed('to', to, merging) };
}
