import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { IsInstant, MayBeAbsent, Nested, NormalizeSpace } from '../common/validators.js';
import {
  AUTH_SCHEMES,
  CONNECTORS,
  POLICY_MODES,
  WEBHOOK_SCHEMES,
  type AuthScheme,
  type Connector,
  type PolicyMode,
  type WebhookScheme,
} from './facility.settings.js';

/** Hop-by-hop and framing headers that no key may travel in. */
const HEADER_NAME =
  /^(?!(?:host|content-length|content-type|transfer-encoding|connection|upgrade|te|trailer|expect|cookie|accept|idempotency-key|if-none-match)$)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/i;

/** Headers that say something else, that proxies set, or that the other scheme uses: none of them can carry a signature. */
const SIGNATURE_HEADER_NAME =
  /^(?!(?:host|content-.*|transfer-encoding|connection|keep-alive|proxy-.*|upgrade|te|trailer|expect|cookie|accept|accept-.*|authorization|date|user-agent|via|forwarded|x-forwarded-.*|x-request-id|webhook-.*)$)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/i;

export class SchedulerAuthDto {
  /** `basic`: userId and apiKey; `header`: the key in a header of your choice; `bearer`: `Authorization: Bearer`. */
  @IsIn(AUTH_SCHEMES)
  scheme!: AuthScheme;

  /** For `basic`. */
  @Matches(/^[^:\p{Cc}]{1,200}$/u, { message: 'userId must be 1 to 200 characters without a colon' })
  @IsOptional()
  userId?: string | null;

  /**
   * The hospital's key. Kept encrypted, never shown again.
   * @example "test-key-not-a-real-one"
   */
  @Matches(/^[\x21-\x7e]{1,2000}$/, { message: 'apiKey must be 1 to 2000 printable ASCII characters without spaces' })
  apiKey!: string;

  /** For `header`; X-API-Key if left out. */
  @Matches(HEADER_NAME, { message: 'headerName must be an HTTP header name that is free to use, such as X-API-Key' })
  @IsOptional()
  headerName?: string | null;

  /** When the key ceases to hold; null: never. */
  @IsInstant()
  @IsOptional()
  expiresAt?: string | null;
}

export class SchedulerDto {
  @IsIn(CONNECTORS)
  connector!: Connector;

  /**
   * Everything before `/calendars`: https, and a public address.
   * @example "https://scheduling.hospital.example/api/v1"
   */
  @IsString()
  @Length(1, 2_000)
  baseUrl!: string;

  @Nested(() => SchedulerAuthDto)
  auth!: SchedulerAuthDto;

  /** A repeated create with the same key books once: set it when that has been proved. */
  @IsBoolean()
  @MayBeAbsent()
  idempotentCreate?: boolean;
}

export class ChangePolicyDto {
  /** `allowed`: by chat until the cutoff; `handover`: a person takes over; `call`: the patient calls. */
  @IsIn(POLICY_MODES)
  @MayBeAbsent()
  mode?: PolicyMode;

  /** Minutes before the start after which the chat may not. */
  @IsInt()
  @Min(0)
  @Max(525_600)
  @MayBeAbsent()
  cutoffMinutes?: number;

  /** Whom the patient calls then. */
  @IsString()
  @Length(1, 50)
  @IsOptional()
  phone?: string | null;
}

export class PoliciesDto {
  @Nested(() => ChangePolicyDto)
  @MayBeAbsent()
  reschedule?: ChangePolicyDto;

  @Nested(() => ChangePolicyDto)
  @MayBeAbsent()
  cancel?: ChangePolicyDto;
}

export class DefaultAppointmentTypeDto {
  /** @example "Appointment" */
  @NormalizeSpace()
  @IsString()
  @Length(1, 200)
  @MayBeAbsent()
  name?: string;

  /** @example 30 */
  @IsInt()
  @Min(1)
  @Max(1_440)
  @MayBeAbsent()
  durationMinutes?: number;
}

export class CalendarSyncSettingsDto {
  /** @example 60 */
  @IsInt()
  @Min(1)
  @Max(10_080)
  @MayBeAbsent()
  intervalMinutes?: number;
}

export class DriftSettingsDto {
  /** @example 360 */
  @IsInt()
  @Min(15)
  @Max(10_080)
  @MayBeAbsent()
  intervalMinutes?: number;
}

export class WebhookSettingsDto {
  /**
   * How the hospital signs its webhooks: `standard-webhooks`: id, timestamp and body; `hmac-sha256`: the body alone.
   * `standard-webhooks` if left out.
   */
  @IsIn(WEBHOOK_SCHEMES)
  @MayBeAbsent()
  scheme?: WebhookScheme;

  /**
   * For `hmac-sha256`: where the signature stands; X-Signature if left out.
   * @example "X-Signature"
   */
  @Matches(SIGNATURE_HEADER_NAME, { message: 'headerName must be an HTTP header name that is free to use, such as X-Signature' })
  @IsOptional()
  headerName?: string | null;
}
