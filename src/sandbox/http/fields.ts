import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, Length, Matches, ValidateBy } from 'class-validator';
import { parseInstant } from '../clinic/local-time.js';

const MAX_ID_LENGTH = 100;

/** Ids may be numbers in a request; inside they are text. */
const NumbersAsText = Transform(({ value }: { value: unknown }) => (typeof value === 'number' ? String(value) : value));

/** A required id: text or number. */
export const Id = () => applyDecorators(NumbersAsText, Text(MAX_ID_LENGTH));

/** An id that may be absent, null or empty: all three mean that there is none. */
export const OptionalId = () => applyDecorators(NumbersAsText, OptionalText(MAX_ID_LENGTH));

export const Text = (maxLength: number) => Length(1, maxLength, { message: `must be text of 1 to ${String(maxLength)} characters` });

export const OptionalText = (maxLength: number) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === '' ? null : value)),
    IsOptional(),
    Text(maxLength),
  );

/** A real day, `YYYY-MM-DD`; `01/02/1990` could be either of two and is refused. */
export const OptionalDate = () => applyDecorators(IsOptional(), CalendarDate());

export const CalendarDate = () =>
  ValidateBy({
    name: 'calendarDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && value.length === 10 && parseInstant(`${value}T00:00Z`) !== null,
      defaultMessage: () => 'must be a date as YYYY-MM-DD',
    },
  });

export const InstantText = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== null,
      defaultMessage: () => 'must be an ISO 8601 date-time with an offset, such as 2026-10-05T14:30:00+08:00',
    },
  });

export const MonthText = () => Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'must be a month as YYYY-MM' });
