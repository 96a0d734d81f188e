import { OmitType, PartialType } from '@nestjs/swagger';
import { IsIn, IsString, Length } from 'class-validator';
import type { Page } from '../common/paging.js';
import { IsBcp47, IsCountry, IsIanaTimeZone, MayBeAbsent, Nested, NormalizeSpace } from '../common/validators.js';
import {
  CalendarSyncSettingsDto,
  DefaultAppointmentTypeDto,
  DriftSettingsDto,
  PoliciesDto,
  SchedulerAuthDto,
  SchedulerDto,
  WebhookSettingsDto,
} from './facility-settings.dto.js';
import { FacilityNotificationsDto, NotificationsDto } from './facility-notifications.dto.js';
import {
  FACILITY_STATUSES,
  type AuthScheme,
  type Connector,
  type FacilityStatus,
  type PolicyMode,
  type StatusReason,
  type WebhookScheme,
} from './facility.settings.js';

/** What may be set: `degraded` is the hub's to say. */
export const GIVEN_STATUSES = FACILITY_STATUSES.filter(s => s !== 'degraded');

export type GivenStatus = Exclude<FacilityStatus, 'degraded'>;

export class CreateFacilityDto {
  /** @example "Test General Hospital" */
  @NormalizeSpace()
  @IsString()
  @Length(1, 200)
  name!: string;

  /**
   * IANA.
   * @example "Asia/Manila"
   */
  @IsIanaTimeZone()
  timezone!: string;

  /**
   * ISO 3166-1 alpha-2; the default country of phone numbers.
   * @example "PH"
   */
  @IsCountry()
  country!: string;

  /**
   * BCP 47; the language of patients who named none. `en` if left out.
   * @example "en"
   */
  @IsBcp47()
  @MayBeAbsent()
  locale?: string;

  @Nested(() => SchedulerDto)
  scheduler!: SchedulerDto;

  /** Allowed until the start, if left out. */
  @Nested(() => PoliciesDto)
  @MayBeAbsent()
  policies?: PoliciesDto;

  /** For calendars without types: "Appointment", 30 minutes, if left out. */
  @Nested(() => DefaultAppointmentTypeDto)
  @MayBeAbsent()
  defaultAppointmentType?: DefaultAppointmentTypeDto;

  /** Hourly, if left out. */
  @Nested(() => CalendarSyncSettingsDto)
  @MayBeAbsent()
  calendarSync?: CalendarSyncSettingsDto;

  /** How often the appointments are compared with the hospital's list. Every 6 hours, if left out. */
  @Nested(() => DriftSettingsDto)
  @MayBeAbsent()
  drift?: DriftSettingsDto;

  /** Standard Webhooks, if left out. */
  @Nested(() => WebhookSettingsDto)
  @MayBeAbsent()
  webhook?: WebhookSettingsDto;

  /** How patients are written to. No channel, if left out: nobody is. */
  @Nested(() => NotificationsDto)
  @MayBeAbsent()
  notifications?: NotificationsDto;

  /** `draft`, if left out: it goes live by way of `testing` (`PUT …/status`). `live` is to vouch for the hospital. */
  @IsIn(GIVEN_STATUSES)
  @MayBeAbsent()
  status?: GivenStatus;
}

export class PatchSchedulerAuthDto extends PartialType(SchedulerAuthDto, { skipNullProperties: false }) {}

export class PatchSchedulerDto extends PartialType(OmitType(SchedulerDto, ['auth'] as const), { skipNullProperties: false }) {
  @Nested(() => PatchSchedulerAuthDto)
  @MayBeAbsent()
  auth?: PatchSchedulerAuthDto;
}

/** Merged deeply: what is left out stays; null clears what may be null. */
export class PatchFacilityDto extends PartialType(OmitType(CreateFacilityDto, ['scheduler'] as const), { skipNullProperties: false }) {
  @Nested(() => PatchSchedulerDto)
  @MayBeAbsent()
  scheduler?: PatchSchedulerDto;
}

export class FacilityAuthDto {
  scheme!: AuthScheme;
  userId!: string | null;
  headerName!: string | null;
  /** ISO 8601 */
  expiresAt!: string | null;
}

export class FacilitySchedulerDto {
  connector!: Connector;
  baseUrl!: string;
  auth!: FacilityAuthDto;
  idempotentCreate!: boolean;
}

export class FacilityPolicyDto {
  mode!: PolicyMode;
  cutoffMinutes!: number;
  phone!: string | null;
}

export class FacilityPoliciesDto {
  reschedule!: FacilityPolicyDto;
  cancel!: FacilityPolicyDto;
}

export class FacilityDefaultTypeDto {
  name!: string;
  durationMinutes!: number;
}

export class FacilityCalendarSyncDto {
  intervalMinutes!: number;
}

export class FacilityDriftDto {
  intervalMinutes!: number;
}

export class FacilityWebhookDto {
  scheme!: WebhookScheme;
  headerName!: string | null;
  /** Where the hospital posts its events. Whoever has it can post, but nothing unsigned is taken. */
  url!: string;
  /** What the hospital signs with: shown in the answer to its creation alone, null ever after. */
  secret!: string | null;
}

export class RotatedWebhookSecretDto {
  /** The new one: shown this once. */
  secret!: string;
  /** ISO 8601: until when the one before still holds; null: there was none. */
  previousValidUntil!: string | null;
}

export class FacilityDto {
  id!: string;
  name!: string;
  timezone!: string;
  country!: string;
  locale!: string;
  status!: FacilityStatus;
  /** ISO 8601 */
  statusSince!: string;
  /** `set-by-hand`: an admin has vouched for it; the audit log has who and why. */
  statusReason!: StatusReason;
  /** Where a failure is the reason: its code, such as `upstream-timeout`. */
  statusCause!: string | null;
  scheduler!: FacilitySchedulerDto;
  policies!: FacilityPoliciesDto;
  defaultAppointmentType!: FacilityDefaultTypeDto;
  calendarSync!: FacilityCalendarSyncDto;
  drift!: FacilityDriftDto;
  webhook!: FacilityWebhookDto;
  notifications!: FacilityNotificationsDto;
  /** ISO 8601 */
  createdAt!: string;
  updatedAt!: string;
}

export class FacilityPageDto implements Page<FacilityDto> {
  data!: FacilityDto[];
  nextCursor!: string | null;
}
