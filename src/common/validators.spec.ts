import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import {
  canonicalLocale,
  canonicalTimeZone,
  IsBcp47,
  IsCountry,
  IsDateOnly,
  IsIanaTimeZone,
  IsInstant,
  IsMonth,
  MayBeAbsent,
  NormalizeSpace,
  parseInstant,
} from './validators.js';

/** Whether `decorate` lets `value` pass. */
function passes(decorate: PropertyDecorator, value: unknown): boolean {
  class Subject {
    value: unknown;
  }
  decorate(Subject.prototype, 'value');
  return validateSync(Object.assign(new Subject(), { value })).length === 0;
}

describe('IsIanaTimeZone', () => {
  it.each(['Asia/Manila', 'asia/manila', 'UTC', 'America/Argentina/Buenos_Aires', 'Europe/Berlin'])('takes %s', value => {
    expect(passes(IsIanaTimeZone(), value)).toBe(true);
  });

  it.each(['+08:00', '-05', 'Mars/Olympus', 'Asia/Manila ', '', 'Asia', 8, null, undefined, ['UTC']])('refuses %p', value => {
    expect(passes(IsIanaTimeZone(), value)).toBe(false);
  });
});

describe('canonicalTimeZone', () => {
  it.each([
    ['asia/manila', 'Asia/Manila'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['+08:00', null],
    ['Mars/Olympus', null],
    ['Etc/GMT+99', null],
  ])('makes of %s %s', (name, canonical) => {
    expect(canonicalTimeZone(name)).toBe(canonical);
  });
});

describe('IsBcp47', () => {
  it.each(['en', 'fil-PH', 'zh-Hant-TW', 'EN-us'])('takes %s', value => {
    expect(passes(IsBcp47(), value)).toBe(true);
  });

  it.each(['', 'e', 'en_US', 'english!', 'en-'.repeat(20), 1, null])('refuses %p', value => {
    expect(passes(IsBcp47(), value)).toBe(false);
  });

  it('is kept in its canonical case', () => {
    expect(canonicalLocale('EN-us')).toBe('en-US');
    expect(canonicalLocale('en_US')).toBeNull();
  });
});

describe('IsDateOnly', () => {
  it.each(['1990-04-23', '2024-02-29', '0001-01-01'])('takes %s', value => {
    expect(passes(IsDateOnly(), value)).toBe(true);
  });

  it.each(['2023-02-29', '1990-13-01', '1990-4-3', '01/02/1990', '1990-04-23T00:00:00Z', '+001990-04-23', 19900423, null])(
    'refuses %p',
    value => {
      expect(passes(IsDateOnly(), value)).toBe(false);
    },
  );
});

describe('IsMonth', () => {
  it.each(['2026-03', '1900-01', '2199-12'])('takes %s', value => {
    expect(passes(IsMonth(), value)).toBe(true);
  });

  it.each(['2026-00', '2026-13', '2026-3', '1899-12', '2200-01', '2026-03-01', '2026-03\n', 202603])('refuses %p', value => {
    expect(passes(IsMonth(), value)).toBe(false);
  });
});

describe('IsInstant', () => {
  it.each([
    ['2026-03-09T09:30:00+08:00', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09T09:30+0800', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09T09:30:00.123456789Z', '2026-03-09T09:30:00.123Z'],
  ])('takes %s', (value, instant) => {
    expect(passes(IsInstant(), value)).toBe(true);
    expect(parseInstant(value)?.toISOString()).toBe(instant);
  });

  it.each([
    '2026-03-09T09:30:00',
    '2026-03-09',
    '2026-02-30T09:30:00Z',
    '2026-03-09T25:00:00Z',
    '2026-12-31T23:59:60Z',
    '2026-03-09 09:30:00Z',
    'tomorrow',
    '',
    1,
    null,
  ])('refuses %p', value => {
    expect(passes(IsInstant(), value)).toBe(false);
  });
});

describe('IsCountry', () => {
  it.each(['PH', 'DE', 'US'])('takes %s', value => {
    expect(passes(IsCountry(), value)).toBe(true);
  });

  it.each(['XX', 'ph', 'PHL', '', null, 63])('refuses %p', value => {
    expect(passes(IsCountry(), value)).toBe(false);
  });
});

describe('MayBeAbsent', () => {
  const optionalCountry: PropertyDecorator = (target, property) => {
    IsCountry()(target, property);
    MayBeAbsent()(target, property);
  };

  it.each([
    [undefined, true],
    ['PH', true],
    [null, false],
    ['XX', false],
  ])('with %p passes: %p', (value, expected) => {
    expect(passes(optionalCountry, value)).toBe(expected);
  });
});

describe('NormalizeSpace', () => {
  class Named {
    @NormalizeSpace()
    name: unknown;
  }

  it.each([
    ['  Maria \t\n Santos ', 'Maria Santos'],
    ['Maria\u00a0\u3000Santos', 'Maria Santos'],
    ['   ', ''],
    [5, 5],
    [null, null],
  ])('makes of %p %p', (name, expected) => {
    expect(plainToInstance(Named, { name }).name).toBe(expected);
  });
});
