import { PartialType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsEmail, IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import type { Page } from '../common/paging.js';
import { IsBcp47, IsDateOnly, MayBeAbsent, NormalizeSpace, Nested } from '../common/validators.js';
import { AddressDto } from '../facilities/address.dto.js';
import type { Channel } from '../facilities/facility.settings.js';
import { GENDERS, type Gender } from './contact-details.js';
import type { ChannelInput, ContactInput, ContactPatch } from './contact-input.js';

const MAX_CHANNELS = 20;
const HOSPITAL_ID = /^[^\p{C}]{1,200}$/u;
const HOSPITAL_ID_MESSAGE = { message: '$property must be 1 to 200 printable characters' };
const NATIONAL_ID = /^(?=.*[\p{L}\p{N}])[^\p{C}]{1,64}$/u;
const NATIONAL_ID_MESSAGE = { message: '$property must be 1 to 64 printable characters, with a letter or digit among them' };

function Trim(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
}

export class ChannelInputDto extends AddressDto implements ChannelInput {
  /** Where the patient is written to first; at most one. */
  @IsBoolean()
  @MayBeAbsent()
  primary?: boolean;
}

/** Left out: unchanged. null: cleared. */
export class ContactInputDto implements ContactInput {
  /** @example "Maria Santos" */
  @NormalizeSpace()
  @IsString()
  @Length(1, 200)
  name!: string;

  /**
   * From 1900-01-01 to today.
   * @example "1990-04-23"
   */
  @IsDateOnly()
  @IsOptional()
  dateOfBirth?: string | null;

  /**
   * As people write it; without a country code it is one of the facility's country.
   * @example "0905 123 4567"
   */
  @IsString()
  @Length(1, 50)
  @IsOptional()
  phone?: string | null;

  /** @example "maria.santos@example.org" */
  @Trim()
  @IsEmail()
  @MaxLength(254)
  @IsOptional()
  email?: string | null;

  /** @example "female" */
  @IsIn(GENDERS)
  @IsOptional()
  gender?: Gender | null;

  /** @example "1234-5678-9012" */
  @Trim()
  @Matches(NATIONAL_ID, NATIONAL_ID_MESSAGE)
  @IsOptional()
  nationalId?: string | null;

  /**
   * The hospital's permanent id of the patient.
   * @example "P-1001"
   */
  @Trim()
  @Matches(HOSPITAL_ID, HOSPITAL_ID_MESSAGE)
  @IsOptional()
  patientId?: string | null;

  /**
   * The hospital's id until there is a permanent one.
   * @example "T-2002"
   */
  @Trim()
  @Matches(HOSPITAL_ID, HOSPITAL_ID_MESSAGE)
  @IsOptional()
  temporaryPatientId?: string | null;

  /**
   * BCP 47; the language to write in. The facility's, if null.
   * @example "fil-PH"
   */
  @IsBcp47()
  @IsOptional()
  locale?: string | null;

  /** The whole list: what is not in it is taken off the contact. */
  @IsArray()
  @ArrayMaxSize(MAX_CHANNELS)
  @Nested(() => ChannelInputDto, { each: true })
  @IsOptional()
  channels?: ChannelInputDto[] | null;
}

/** What is left out stays; null clears. */
export class PatchContactDto extends PartialType(ContactInputDto, { skipNullProperties: false }) implements ContactPatch {}

/** What is given must all fit. At least one field besides `name`. */
export class SearchContactsDto {
  /** @example "0905 123 4567" */
  @IsString()
  @Length(1, 50)
  @MayBeAbsent()
  phone?: string;

  /** @example "maria.santos@example.org" */
  @Trim()
  @IsEmail()
  @MaxLength(254)
  @MayBeAbsent()
  email?: string;

  /** Capitals, spaces and dashes do not matter. */
  @Trim()
  @Matches(NATIONAL_ID, NATIONAL_ID_MESSAGE)
  @MayBeAbsent()
  nationalId?: string;

  @Trim()
  @Matches(HOSPITAL_ID, HOSPITAL_ID_MESSAGE)
  @MayBeAbsent()
  patientId?: string;

  @Trim()
  @Matches(HOSPITAL_ID, HOSPITAL_ID_MESSAGE)
  @MayBeAbsent()
  temporaryPatientId?: string;

  /** Each word must begin a word of the name; case and accents do not matter. */
  @NormalizeSpace()
  @IsString()
  @Length(1, 200)
  @MayBeAbsent()
  name?: string;
}

export class ContactChannelDto {
  channel!: Channel;
  /** For `sms` in E.164. */
  address!: string;
  primary!: boolean;
}

export class ContactDto {
  id!: string;
  facilityId!: string;
  /** null: the hospital has named an id only so far. */
  name!: string | null;
  /** `YYYY-MM-DD` */
  dateOfBirth!: string | null;
  /** E.164 */
  phone!: string | null;
  /** As it was given. */
  rawPhone!: string | null;
  email!: string | null;
  gender!: Gender | null;
  nationalId!: string | null;
  /** The hospital's permanent id. */
  patientId!: string | null;
  /** The hospital's latest temporary id. */
  temporaryPatientId!: string | null;
  locale!: string | null;
  /** The primary one first. */
  channels!: ContactChannelDto[];
  /** When the patient was forgotten, ISO 8601: nothing of theirs is here since then. */
  erasedAt!: string | null;
  /** ISO 8601 */
  createdAt!: string;
  updatedAt!: string;
}

export class ContactPageDto implements Page<ContactDto> {
  data!: ContactDto[];
  nextCursor!: string | null;
}
