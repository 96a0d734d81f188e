import { applyDecorators } from '@nestjs/common';
import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsISO31661Alpha2,
  IsObject,
  Matches,
  registerDecorator,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { InvalidFieldError } from './domain-error.js';
import { Temporal } from './temporal.js';

/** Of an id: all are kept in lower case. */
export function LowerCase(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
}

/** May be left out, but not null: for what has no "none". (`IsOptional` lets null through, for what has.) */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_: object, value: unknown) => value !== undefined);
}

/** An object of its own shape (or, with `each`, a list of them). `ValidateNested` alone lets a missing one and arrays through. */
export function Nested(type: () => new () => object, options: { each?: boolean } = {}): PropertyDecorator {
  const each = options.each ?? false;
  const message = each ? 'each of $property must be an object' : '$property must be an object';
  return applyDecorators(IsObject({ each, message }), ValidateNested({ each }), Type(type));
}

/**
 * A list of objects whose shape depends on the value of their `property`: `kinds`, by that value. An object of no known kind is taken
 * as an `other`, whose own rules refuse it. (class-transformer's discriminator fails with a list that holds null.)
 */
export function NestedByKind(property: string, kinds: ReadonlyMap<unknown, new () => object>, other: new () => object): PropertyDecorator {
  const shaped = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return plainToInstance(kinds.get((item as Record<string, unknown>)[property]) ?? other, item);
  };
  return applyDecorators(
    IsObject({ each: true, message: 'each of $property must be an object' }),
    ValidateNested({ each: true }),
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(shaped) : value)),
  );
}

/** Trims, and makes each run of white space one space. Leaves what is no string to the validators. */
export function NormalizeSpace(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : value));
}

/** An IANA time zone name in its proper case, or null: offsets such as `+08:00` are none. */
export function canonicalTimeZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

/** A BCP 47 language tag in canonical form, or null. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

function rule(name: string, message: string, isValid: (value: string) => boolean): (options?: ValidationOptions) => PropertyDecorator {
  return options => (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { message, ...options },
      validator: { validate: (value: unknown) => typeof value === 'string' && isValid(value) },
    });
  };
}

export const IsIanaTimeZone = rule(
  'timeZone',
  '$property must be an IANA time zone such as Asia/Manila',
  value => canonicalTimeZone(value) !== null,
);
export const IsBcp47 = rule(
  'locale',
  '$property must be a BCP 47 language tag such as en or fil-PH',
  value => value.length <= 35 && canonicalLocale(value) !== null,
);
export const IsDateOnly = rule('dateOnly', '$property must be a calendar date as YYYY-MM-DD', isCalendarDate);
export const IsMonth = rule('month', '$property must be a month as YYYY-MM, from 1900-01 to 2199-12', isMonthText);
export const IsInstant = rule(
  'instant',
  '$property must be an ISO 8601 date and time with an offset, such as 2026-03-09T09:30:00+08:00',
  value => parseInstant(value) !== null,
);

/** `YYYY-MM`, from 1900-01 to 2199-12. */
export function isMonthText(value: string): boolean {
  return /^(19|2[01])\d\d-(0[1-9]|1[0-2])$/.test(value);
}

/** An ISO 8601 date-time with offset (or `Z`) as an instant, or null: without offset nobody knows which moment is meant. */
export function parseInstant(value: string): Date | null {
  if (!/^(19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i.test(value)) return null;
  try {
    return new Date(Temporal.Instant.from(value).epochMilliseconds);
  } catch {
    return null;
  }
}

/** ISO 3166-1 alpha-2, in capitals. */
export function IsCountry(): PropertyDecorator {
  const message = '$property must be an ISO 3166-1 alpha-2 country code in capitals such as PH';
  return applyDecorators(Matches(/^[A-Z]{2}$/, { message }), IsISO31661Alpha2({ message }));
}

/** The instant of a field that `IsInstant` has let through. Throws `InvalidFieldError`. */
export function instantOf(value: string, field: string): Date {
  const instant = parseInstant(value);
  if (!instant) throw new InvalidFieldError(field, 'instant', `${field} must be an ISO 8601 date and time with an offset.`);
  return instant;
}
