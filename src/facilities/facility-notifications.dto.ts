import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { MayBeAbsent, Nested, NestedByKind, NormalizeSpace } from '../common/validators.js';
import { AddressDto } from './address.dto.js';
import { CHANNELS, OUTSIDE_WINDOW, SMS_PROVIDERS, type Channel, type OutsideWindow } from './facility.settings.js';

const MESSAGE_CHANNELS = [...CHANNELS, 'log'] as const;
const MAX_REMINDERS = 5;
const MAX_TEST_ADDRESSES = 20;
const MAX_SMS_A_DAY = 1_000_000;
/** 14 days. */
const MAX_MINUTES_BEFORE = 20_160;

const CREDENTIAL = /^[\x21-\x7e]{1,2000}$/;
const CREDENTIAL_MESSAGE = { message: '$property must be 1 to 2000 printable ASCII characters without spaces' };
/** https://www.twilio.com/docs/glossary/what-is-a-sid: the ids of accounts and of messaging services. */
const ACCOUNT_SID = /^AC[0-9a-fA-F]{32}$/;
/** E.164, a messaging service, or 1 to 11 characters with a letter among them (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id). */
const SENDER = /^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 &_+-]{0,9}[A-Za-z0-9])?)$/;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const TIME_MESSAGE = { message: '$property must be a time of day such as 21:00' };

/** Of a kind that is none. */
class ChannelDto {
  @IsIn(MESSAGE_CHANNELS)
  channel!: (typeof MESSAGE_CHANNELS)[number];
}

/** SMS by Twilio. At first `accountSid`, `authToken` and `from` are needed; later what is left out stays. */
export class SmsChannelDto {
  @IsIn(['sms'])
  @ApiProperty({ enum: ['sms'] })
  channel!: 'sms';

  /** `twilio`, if left out. */
  @IsIn(SMS_PROVIDERS)
  @MayBeAbsent()
  provider?: (typeof SMS_PROVIDERS)[number];

  /**
   * The provider's origin, without a path; Twilio's if left out. When it changes, the credentials must be given again.
   * @example "https://api.twilio.com"
   */
  @IsString()
  @Length(1, 2_000)
  @MayBeAbsent()
  baseUrl?: string;

  /** @example "AC00000000000000000000000000000000" */
  @Matches(ACCOUNT_SID, { message: 'accountSid must be AC and 32 hexadecimal digits' })
  @MayBeAbsent()
  accountSid?: string;

  /**
   * Kept encrypted, never shown again.
   * @example "test-token-not-a-real-one"
   */
  @Matches(CREDENTIAL, CREDENTIAL_MESSAGE)
  @MayBeAbsent()
  authToken?: string;

  /**
   * A number in E.164, an alphanumeric sender id of at most 11 characters, or the id of a messaging service (MG…).
   * @example "+15005550006"
   */
  @Matches(SENDER, {
    message: 'from must be a number in E.164, a sender id of 1 to 11 letters and digits, or MG and 32 hexadecimal digits',
  })
  @MayBeAbsent()
  from?: string;
}

/** At first `authToken` and `senderName` are needed; later what is left out stays. */
export class ViberChannelDto {
  @IsIn(['viber'])
  @ApiProperty({ enum: ['viber'] })
  channel!: 'viber';

  /**
   * The provider's origin, without a path; Viber's if left out. When it changes, the credentials must be given again.
   * @example "https://chatapi.viber.com"
   */
  @IsString()
  @Length(1, 2_000)
  @MayBeAbsent()
  baseUrl?: string;

  /**
   * Kept encrypted, never shown again.
   * @example "test-token-not-a-real-one"
   */
  @Matches(CREDENTIAL, CREDENTIAL_MESSAGE)
  @MayBeAbsent()
  authToken?: string;

  /**
   * Whom the message is from: at most 28 characters, Viber's own limit.
   * @example "Test General Hospital"
   */
  @NormalizeSpace()
  @Matches(/^[^\p{C}]{1,28}$/u, { message: 'senderName must be 1 to 28 printable characters' })
  @MayBeAbsent()
  senderName?: string;
}

/** At first `pageAccessToken` and `appSecret` are needed; later what is left out stays. */
export class MessengerChannelDto {
  @IsIn(['messenger'])
  @ApiProperty({ enum: ['messenger'] })
  channel!: 'messenger';

  /**
   * The provider's origin, without a path; Meta's if left out. When it changes, the credentials must be given again.
   * @example "https://graph.facebook.com"
   */
  @IsString()
  @Length(1, 2_000)
  @MayBeAbsent()
  baseUrl?: string;

  /**
   * Kept encrypted, never shown again.
   * @example "test-token-not-a-real-one"
   */
  @Matches(CREDENTIAL, CREDENTIAL_MESSAGE)
  @MayBeAbsent()
  pageAccessToken?: string;

  /**
   * Signs the receipts. Kept encrypted, never shown again.
   * @example "test-secret-not-a-real-one"
   */
  @Matches(CREDENTIAL, CREDENTIAL_MESSAGE)
  @MayBeAbsent()
  appSecret?: string;

  /**
   * What may be sent when more than 24 h have passed since the patient wrote: an approved `template`, a message with a `tag`, or
   * nothing (`never`, if left out): the next channel is taken then.
   */
  @IsIn(OUTSIDE_WINDOW)
  @MayBeAbsent()
  outsideWindow?: OutsideWindow;
}

/** Messages are noted in the hub's log, and go nowhere. */
export class LogChannelDto {
  @IsIn(['log'])
  @ApiProperty({ enum: ['log'] })
  channel!: 'log';
}

type AnyChannelDto = SmsChannelDto | ViberChannelDto | MessengerChannelDto | LogChannelDto;

const CHANNEL_KINDS = new Map<unknown, new () => AnyChannelDto>([
  ['sms', SmsChannelDto],
  ['viber', ViberChannelDto],
  ['messenger', MessengerChannelDto],
  ['log', LogChannelDto],
]);

export class ReminderDto {
  /** @example 1440 */
  @IsInt()
  @Min(1)
  @Max(MAX_MINUTES_BEFORE)
  minutesBefore!: number;
}

export class QuietHoursDto {
  /**
   * At the facility; later than `to`: over midnight.
   * @example "21:00"
   */
  @Matches(TIME_OF_DAY, TIME_MESSAGE)
  @MayBeAbsent()
  from?: string;

  /** @example "07:00" */
  @Matches(TIME_OF_DAY, TIME_MESSAGE)
  @MayBeAbsent()
  to?: string;
}

/** What is left out stays. */
@ApiExtraModels(SmsChannelDto, ViberChannelDto, MessengerChannelDto, LogChannelDto)
export class NotificationsDto {
  /**
   * Which channel goes first where the patient has named none. The whole list; messenger, viber, sms at first.
   * @example ["messenger", "viber", "sms"]
   */
  @IsIn(CHANNELS, { each: true })
  @ArrayUnique()
  @ArrayMinSize(1)
  @IsArray()
  @MayBeAbsent()
  order?: Channel[];

  /**
   * The whole list: a channel that is not in it is taken off, and its credentials are forgotten. One that is known keeps what its entry
   * leaves out, the credentials, too: `[{"channel": "sms"}]` keeps SMS as it is, and takes off all others.
   */
  @ApiProperty({
    type: 'array',
    items: { oneOf: [SmsChannelDto, ViberChannelDto, MessengerChannelDto, LogChannelDto].map(dto => ({ $ref: getSchemaPath(dto) })) },
    example: [{ channel: 'sms', accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-token-not-a-real-one', from: '+15005550006' }],
  })
  @NestedByKind('channel', CHANNEL_KINDS, ChannelDto)
  @ArrayUnique((item: { channel?: unknown } | null) => item?.channel, { message: '$property must name each channel once' })
  @ArrayMaxSize(MESSAGE_CHANNELS.length)
  @IsArray()
  @MayBeAbsent()
  channels?: AnyChannelDto[];

  /** The whole list; none at first. */
  @Nested(() => ReminderDto, { each: true })
  @ArrayUnique((item: ReminderDto | null) => item?.minutesBefore, { message: '$property must name each minutesBefore once' })
  @ArrayMaxSize(MAX_REMINDERS)
  @IsArray()
  @MayBeAbsent()
  reminders?: ReminderDto[];

  /** When patients are not written to of what they have not just done themselves; null: there are none. */
  @Nested(() => QuietHoursDto)
  @IsOptional()
  quietHours?: QuietHoursDto | null;

  /**
   * The most segments of SMS that are sent in a day of the facility: what is over goes by another channel, or waits for the next day. 10,000
   * at first; null: as many as there are.
   * @example 10000
   */
  @IsInt()
  @Min(1)
  @Max(MAX_SMS_A_DAY)
  @IsOptional()
  smsDailyCap?: number | null;

  /** To whom a facility that is not live yet may write. The whole list; kept so that they can be recognised, but not read again. */
  @Nested(() => AddressDto, { each: true })
  @ArrayMaxSize(MAX_TEST_ADDRESSES)
  @IsArray()
  @MayBeAbsent()
  testAddresses?: AddressDto[];
}

export class FacilityProviderChannelDto {
  baseUrl!: string;
  /** Where the provider posts what became of a message. */
  callbackUrl!: string;
}

export class FacilitySmsChannelDto extends FacilityProviderChannelDto {
  @ApiProperty({ enum: ['sms'] })
  channel!: 'sms';
  provider!: (typeof SMS_PROVIDERS)[number];
  accountSid!: string;
  from!: string;
}

export class FacilityViberChannelDto extends FacilityProviderChannelDto {
  @ApiProperty({ enum: ['viber'] })
  channel!: 'viber';
  senderName!: string;
}

export class FacilityMessengerChannelDto extends FacilityProviderChannelDto {
  @ApiProperty({ enum: ['messenger'] })
  channel!: 'messenger';
  outsideWindow!: OutsideWindow;
}

export class FacilityLogChannelDto {
  @ApiProperty({ enum: ['log'] })
  channel!: 'log';
}

export type FacilityChannelDto = FacilitySmsChannelDto | FacilityViberChannelDto | FacilityMessengerChannelDto | FacilityLogChannelDto;

export class FacilityReminderDto {
  minutesBefore!: number;
}

export class FacilityQuietHoursDto {
  from!: string;
  to!: string;
}

export class FacilityTestAddressDto {
  channel!: Channel;
  /** Its last characters; empty of a short one. */
  hint!: string;
}

@ApiExtraModels(FacilitySmsChannelDto, FacilityViberChannelDto, FacilityMessengerChannelDto, FacilityLogChannelDto)
export class FacilityNotificationsDto {
  order!: Channel[];

  /** Without credentials. */
  @ApiProperty({
    type: 'array',
    items: {
      oneOf: [FacilitySmsChannelDto, FacilityViberChannelDto, FacilityMessengerChannelDto, FacilityLogChannelDto].map(dto => ({
        $ref: getSchemaPath(dto),
      })),
    },
  })
  channels!: FacilityChannelDto[];

  reminders!: FacilityReminderDto[];
  quietHours!: FacilityQuietHoursDto | null;
  smsDailyCap!: number | null;
  testAddresses!: FacilityTestAddressDto[];
}
