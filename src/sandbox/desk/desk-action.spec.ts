import { InvalidRequestError } from '../hospital.errors.js';
import { readForm, zonedTime } from './desk-action.js';

describe('readForm', () => {
  it('keeps the fields that are filled in, trimmed', () => {
    expect(readForm({ name: ' Test Maria ', phone: '', reason: '  ', calendarId: 'cal-1' })).toEqual({
      name: 'Test Maria',
      calendarId: 'cal-1',
    });
  });

  it.each([undefined, null, 'text', { name: ['twice', 'given'] }])('finds nothing in %j', body => {
    expect(readForm(body)).toEqual({});
  });
});

describe('zonedTime', () => {
  it.each([
    ['2026-10-05T13:00', 'Asia/Manila', '2026-10-05T13:00:00+08:00'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T03:30:00-04:00'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-04T02:45:00+11:00'],
  ])('%s in %s is %s', (local, timezone, text) => {
    expect(zonedTime(local, timezone)).toBe(text);
  });

  it.each([undefined, '', '13:00', '2026-02-30T10:00'])('refuses %j', local => {
    expect(() => zonedTime(local, 'Asia/Manila')).toThrow(InvalidRequestError);
  });
});
