import { readEitherSpelling, spellAnswer, spellField, TooDeeplyNestedError } from './dialect.js';

describe('spellAnswer', () => {
  const answer = [{ calendarId: 'c', appointmentTypes: [{ durationMinutes: 30 }], timezone: null }];

  it('writes bare snake_case', () => {
    expect(spellAnswer(answer, 'snake')).toEqual([{ calendar_id: 'c', appointment_types: [{ duration_minutes: 30 }], timezone: null }]);
  });

  it('writes camelCase under an envelope', () => {
    expect(spellAnswer(answer, 'camel')).toEqual({ data: answer });
  });
});

it('spellField follows the dialect', () => {
  expect(spellField('patient.dateOfBirth', 'snake')).toBe('patient.date_of_birth');
  expect(spellField('patient.dateOfBirth', 'camel')).toBe('patient.dateOfBirth');
});

describe('readEitherSpelling', () => {
  it.each([
    ['snake_case', { calendar_id: 'c', patient: { date_of_birth: 'd' } }],
    ['camelCase', { calendarId: 'c', patient: { dateOfBirth: 'd' } }],
  ])('reads %s', (_title, request) => {
    expect(readEitherSpelling(request)).toEqual({ calendarId: 'c', patient: { dateOfBirth: 'd' } });
  });

  it('drops a key that would change the prototype', () => {
    const request: unknown = JSON.parse('{"__proto__": {"isAdmin": true}, "name": "x"}');

    const read = readEitherSpelling(request);

    expect(Object.keys(read as object)).toEqual(['name']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('refuses endless nesting', () => {
    const request: unknown = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);

    expect(() => readEitherSpelling(request)).toThrow(TooDeeplyNestedError);
  });
});
