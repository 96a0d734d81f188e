/** The settings of a facility as plain values, in the API's own shapes. */

export const CONNECTORS = ['botmd'] as const;
export type Connector = (typeof CONNECTORS)[number];

export const AUTH_SCHEMES = ['basic', 'header', 'bearer'] as const;
export type AuthScheme = (typeof AUTH_SCHEMES)[number];

/** `draft` and `testing` come before going live; `degraded` is set by the hub; `inactive` is switched off. */
export const FACILITY_STATUSES = ['draft', 'testing', 'live', 'degraded', 'inactive'] as const;
export type FacilityStatus = (typeof FACILITY_STATUSES)[number];

/** Why a facility has the status it has. */
export type StatusReason =
  | 'created'
  | 'set-at-creation'
  | 'set'
  | 'set-by-hand'
  | 'requirements-met'
  | 'reactivated'
  | 'health-check-failed'
  | 'health-check-passed';

/** `allowed`: the chat may, until the cutoff. `handover`, `call`: the chat never may; a person takes over, or the patient calls. */
export const POLICY_MODES = ['allowed', 'handover', 'call'] as const;
export type PolicyMode = (typeof POLICY_MODES)[number];

export interface ChangePolicy {
  mode: PolicyMode;
  /** Minutes before the start after which the chat may not; 0 is until the start. */
  cutoffMinutes: number;
  /** Whom the patient calls, as given by the hospital. */
  phone: string | null;
}
export type ReschedulePolicy = ChangePolicy;
export type CancelPolicy = ChangePolicy;

export interface DefaultAppointmentType {
  name: string;
  durationMinutes: number;
}

export interface SchedulerSettings {
  connector: Connector;
  /** Everything before `/calendars`, without a trailing slash. */
  baseUrl: string;
  auth: {
    scheme: AuthScheme;
    /** For `basic`. */
    userId: string | null;
    /** For `header`. */
    headerName: string | null;
    /** ISO 8601; null: the key does not expire. */
    expiresAt: string | null;
  };
  /** A repeated create with the same key books once; set when that has been proved of this upstream. */
  idempotentCreate: boolean;
}

/** `standard-webhooks`: id, timestamp and body are signed. `hmac-sha256`: the body alone, for systems that can do no more. */
export const WEBHOOK_SCHEMES = ['standard-webhooks', 'hmac-sha256'] as const;
export type WebhookScheme = (typeof WEBHOOK_SCHEMES)[number];

export interface WebhookSettings {
  scheme: WebhookScheme;
  /** For `hmac-sha256`: where the signature stands. */
  headerName: string | null;
}

/** Where patients are written to. */
export const CHANNELS = ['messenger', 'viber', 'sms'] as const;
export type Channel = (typeof CHANNELS)[number];

export const SMS_PROVIDERS = ['twilio'] as const;

/** What may be sent by Messenger when more than 24 h have passed since the person wrote. */
export const OUTSIDE_WINDOW = ['template', 'tag', 'never'] as const;
export type OutsideWindow = (typeof OUTSIDE_WINDOW)[number];

export interface SmsSettings {
  channel: 'sms';
  provider: (typeof SMS_PROVIDERS)[number];
  /** The provider's origin; the hub appends the path. */
  baseUrl: string;
  accountSid: string;
  /** E.164, an alphanumeric sender id, or the id of a messaging service. */
  from: string;
}

export interface ViberSettings {
  channel: 'viber';
  baseUrl: string;
  senderName: string;
}

export interface MessengerSettings {
  channel: 'messenger';
  baseUrl: string;
  outsideWindow: OutsideWindow;
}

/** Messages are noted in the hub's log, and go nowhere. */
export interface LogSettings {
  channel: 'log';
}

export type ChannelSettings = SmsSettings | ViberSettings | MessengerSettings | LogSettings;

/** The names of a channel's credentials: `FacilitySecret`s, never part of the settings. */
export const CHANNEL_SECRETS = {
  sms: ['authToken'],
  viber: ['authToken'],
  messenger: ['pageAccessToken', 'appSecret'],
  log: [],
} as const satisfies Record<ChannelSettings['channel'], readonly string[]>;

/** Local times of day, `HH:MM`; from later than to: over midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/** An address that a facility which is not live yet may write to. The address itself is not kept. */
export interface TestAddress {
  channel: Channel;
  /** Blind index. */
  index: string;
  /** Its last characters, by which a person knows it again. */
  hint: string;
}

export interface NotificationSettings {
  /** Which channel goes first where the patient has named none. */
  order: Channel[];
  channels: ChannelSettings[];
  reminders: { minutesBefore: number }[];
  quietHours: QuietHours | null;
  /** The most segments of SMS that are sent in a day of the facility; null: as many as there are. */
  smsDailyCap: number | null;
  testAddresses: TestAddress[];
}
