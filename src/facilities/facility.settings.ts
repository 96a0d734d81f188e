/** The settings of a facility as plain values, in the API's own shapes. */

export const CONNECTORS = ['botmd'] as const;
export type Connector = (typeof CONNECTORS)[number];

export const AUTH_SCHEMES = ['basic', 'header', 'bearer'] as const;
export type AuthScheme = (typeof AUTH_SCHEMES)[number];

/** `draft` and `testing` come before going live; `degraded` is set by the hub; `inactive` is switched off. */
export const FACILITY_STATUSES = ['draft', 'testing', 'live', 'degraded', 'inactive'] as const;
export type FacilityStatus = (typeof FACILITY_STATUSES)[number];

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
