import type { FieldError } from '../common/domain-error.js';
import { phoneIn } from '../common/phone.js';
import { Temporal } from '../common/temporal.js';
import { canonicalLocale } from '../common/validators.js';
import { readAddress } from '../facilities/address-rules.js';
import type { Channel } from '../facilities/facility.settings.js';
import type { ContactDetails, Gender } from './contact-details.js';

/** An address as the platform gives it. */
export interface ChannelInput {
  channel: Channel;
  address: string;
  primary?: boolean;
}

/** What a request may say of a contact: undefined leaves it as it is, null clears it. */
export interface ContactPatch {
  name?: string;
  dateOfBirth?: string | null;
  phone?: string | null;
  email?: string | null;
  gender?: Gender | null;
  nationalId?: string | null;
  patientId?: string | null;
  temporaryPatientId?: string | null;
  locale?: string | null;
  channels?: ChannelInput[] | null;
}

/** Likewise, of one who may be new: the name is needed. */
export interface ContactInput extends ContactPatch {
  name: string;
}

/** An address to reach somebody at, normalised: for SMS E.164. */
export interface ChannelValue {
  channel: Channel;
  address: string;
  primary: boolean;
}

/** The ids a request names: undefined leaves them, null clears them. */
export interface IdentityChange {
  patientId?: string | null | undefined;
  temporaryPatientId?: string | null | undefined;
}

/** The request read: phones in E.164, the locale canonical. */
export interface ContactChange extends IdentityChange {
  details: Partial<ContactDetails>;
  locale: string | null | undefined;
  /** undefined: unchanged; else the whole list. */
  channels: ChannelValue[] | undefined;
}

/** What decides how a request is read. `at` stands before the fields' names in errors: `contact.` where it is nested. */
export interface ReadingContext {
  /** ISO 3166-1 alpha-2, of numbers without a country code. */
  country: string;
  /** `YYYY-MM-DD`, at the facility. */
  today: string;
  at: string;
}

/** How requests about a facility's patients are read at `now`. */
export function readingContext(facility: { country: string; timezone: string }, now: Date, at: string): ReadingContext {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(facility.timezone).toPlainDate().toString();
  return { country: facility.country, today, at };
}

export const EARLIEST_BIRTH = '1900-01-01';

/** Reads what only rules can tell; `errors` names every field that is wrong, never its value. */
export function readContact(input: ContactPatch, context: ReadingContext): { change: ContactChange; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const details: Partial<ContactDetails> = {};
  if (input.name !== undefined) details.name = input.name;
  if (input.dateOfBirth !== undefined) details.dateOfBirth = readDateOfBirth(input.dateOfBirth, context, errors);
  if (input.phone !== undefined) {
    details.phone = input.phone === null ? null : phoneIn(`${context.at}phone`, input.phone, context, errors);
    details.rawPhone = input.phone;
  }
  if (input.email !== undefined) details.email = input.email;
  if (input.gender !== undefined) details.gender = input.gender;
  if (input.nationalId !== undefined) details.nationalId = input.nationalId;
  const change = {
    details,
    patientId: input.patientId,
    temporaryPatientId: input.temporaryPatientId,
    locale: input.locale == null ? input.locale : canonicalLocale(input.locale),
    channels: input.channels === undefined ? undefined : readChannels(input.channels ?? [], context, errors),
  };
  return { change, errors };
}

function readDateOfBirth(date: string | null, context: ReadingContext, errors: FieldError[]): string | null {
  const field = `${context.at}dateOfBirth`;
  if (date !== null && date > context.today) {
    errors.push({ field, code: 'date-of-birth-in-future', message: `${field} must not be after ${context.today}, today at the facility.` });
  }
  if (date !== null && date < EARLIEST_BIRTH) {
    errors.push({ field, code: 'date-of-birth-too-early', message: `${field} must not be before ${EARLIEST_BIRTH}.` });
  }
  return date;
}

function readChannels(channels: readonly ChannelInput[], context: ReadingContext, errors: FieldError[]): ChannelValue[] {
  const values = channels.map((given, index) => readChannel(given, `${context.at}channels.${index}`, context, errors));
  values.forEach((value, index) => {
    const field = `${context.at}channels.${index}`;
    if (value.primary && values.findIndex(v => v.primary) < index) {
      errors.push({
        field: `${field}.primary`,
        code: 'second-primary',
        message: `${field}.primary must be false: an earlier channel is the primary one.`,
      });
    }
    if (values.findIndex(v => v.channel === value.channel && v.address === value.address) < index) {
      errors.push({
        field: `${field}.address`,
        code: 'duplicate-channel',
        message: `${field}.address is listed before: list each address once.`,
      });
    }
  });
  return values;
}

function readChannel(given: ChannelInput, field: string, context: ReadingContext, errors: FieldError[]): ChannelValue {
  const { channel, primary = false } = given;
  return { channel, address: readAddress(given, field, context, errors), primary };
}
