import { InvalidFieldError } from '../common/domain-error.js';
import type { ChangePolicy, DefaultAppointmentType, SchedulerSettings, WebhookSettings } from './facility.settings.js';

/** Every field may be missing; the shape of a request's part. */
export type DeepPartial<T> = { [K in keyof T]?: (T[K] extends object ? DeepPartial<T[K]> : T[K]) | undefined };

export const DEFAULT_POLICY: ChangePolicy = { mode: 'allowed', cutoffMinutes: 0, phone: null };
export const DEFAULT_TYPE: DefaultAppointmentType = { name: 'Appointment', durationMinutes: 30 };
export const DEFAULT_SYNC_INTERVAL_MINUTES = 60;
export const DEFAULT_DRIFT_INTERVAL_MINUTES = 360;
export const DEFAULT_WEBHOOK: WebhookSettings = { scheme: 'standard-webhooks', headerName: null };
const DEFAULT_HEADER = 'X-API-Key';
const DEFAULT_SIGNATURE_HEADER = 'X-Signature';

export function mergePolicy(present: ChangePolicy, change: DeepPartial<ChangePolicy> | undefined): ChangePolicy {
  return {
    mode: change?.mode ?? present.mode,
    cutoffMinutes: change?.cutoffMinutes ?? present.cutoffMinutes,
    phone: change?.phone === undefined ? present.phone : change.phone,
  };
}

export function mergeDefaultType(
  present: DefaultAppointmentType,
  change: DeepPartial<DefaultAppointmentType> | undefined,
): DefaultAppointmentType {
  return { name: change?.name ?? present.name, durationMinutes: change?.durationMinutes ?? present.durationMinutes };
}

export function mergeWebhook(present: WebhookSettings, change: DeepPartial<WebhookSettings> | undefined): WebhookSettings {
  const scheme = change?.scheme ?? present.scheme;
  const headerName = change?.headerName === undefined ? present.headerName : change.headerName;
  return { scheme, headerName: scheme === 'hmac-sha256' ? (headerName ?? DEFAULT_SIGNATURE_HEADER) : null };
}

/** Throws `InvalidFieldError` when the scheme lacks what it needs. The base URL is checked elsewhere. */
export function mergeScheduler(present: SchedulerSettings | null, change: DeepPartial<SchedulerSettings>): SchedulerSettings {
  const auth = change.auth ?? {};
  const scheme = auth.scheme ?? present?.auth.scheme ?? 'bearer';
  const userId = auth.userId === undefined ? (present?.auth.userId ?? null) : auth.userId;
  const headerName = auth.headerName === undefined ? (present?.auth.headerName ?? null) : auth.headerName;
  if (scheme === 'basic' && userId === null) {
    throw new InvalidFieldError(
      'scheduler.auth.userId',
      'required',
      'scheduler.auth.userId is needed for the scheme basic: the name that goes with the key.',
    );
  }
  return {
    connector: change.connector ?? present?.connector ?? 'botmd',
    baseUrl: change.baseUrl ?? present?.baseUrl ?? '',
    auth: {
      scheme,
      userId: scheme === 'basic' ? userId : null,
      headerName: scheme === 'header' ? (headerName ?? DEFAULT_HEADER) : null,
      expiresAt: auth.expiresAt === undefined ? (present?.auth.expiresAt ?? null) : auth.expiresAt,
    },
    idempotentCreate: change.idempotentCreate ?? present?.idempotentCreate ?? false,
  };
}
