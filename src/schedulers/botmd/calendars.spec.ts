import { readCalendars } from './calendars.js';

const FULL = {
  externalId: '7',
  name: 'Cardiology',
  description: 'Second floor',
  timezone: 'Asia/Manila',
  appointmentTypes: [{ externalId: '70', name: 'First visit', durationMinutes: 45 }],
};
const BARE = { externalId: '7', name: 'Cardiology', description: null, timezone: null, appointmentTypes: [] };

describe('readCalendars', () => {
  it.each<[string, unknown]>([
    [
      'camelCase, ids as numbers',
      [
        {
          id: 7,
          name: 'Cardiology',
          description: 'Second floor',
          timezone: 'Asia/Manila',
          appointmentTypes: [{ id: 70, name: 'First visit', durationMinutes: 45 }],
        },
      ],
    ],
    [
      'snake_case in an envelope',
      {
        data: [
          {
            calendar_id: '7',
            calendar_name: ' Cardiology ',
            description: 'Second floor',
            timezone: 'asia/manila',
            appointment_types: [{ appointment_type_id: '70', name: 'First visit', duration_minutes: 45 }],
          },
        ],
      },
    ],
    [
      'title, duration as text, a type listed twice, unknown keys',
      {
        calendars: [
          {
            id: '7',
            title: 'Cardiology',
            color: 'red',
            description: 'Second floor',
            timezone: 'Asia/Manila',
            appointmentTypes: [
              { id: '70', name: 'First visit', duration: '45' },
              { id: 70, name: 'Again', duration: 10 },
            ],
          },
        ],
      },
    ],
  ])('reads %s', (_what, body) => {
    expect(readCalendars(body)).toEqual([FULL]);
  });

  it.each<[string, unknown, unknown[]]>([
    ['nothing optional', [{ id: '7', name: 'Cardiology' }], [BARE]],
    ['optional fields null or empty', [{ id: '7', name: 'Cardiology', description: '', timezone: '', appointmentTypes: null }], [BARE]],
    ['no calendars', { data: [] }, []],
    [
      'a type without duration',
      [{ id: '7', name: 'Cardiology', appointmentTypes: [{ id: 1, name: 'X' }] }],
      [{ ...BARE, appointmentTypes: [{ externalId: '1', name: 'X', durationMinutes: null }] }],
    ],
  ])('reads %s', (_what, body, calendars) => {
    expect(readCalendars(body)).toEqual(calendars);
  });

  it.each<[unknown, RegExp]>([
    [{}, /array expected/],
    [{ message: 'Juan dela Cruz' }, /array expected/],
    [null, /array expected/],
    [['x'], /calendars\[0\]: an object/],
    [[{ id: 1, name: 'a' }, { name: 'b' }], /calendars\[1\]: id/],
    [[{ id: {}, name: 'a' }], /calendars\[0\]: id/],
    [[{ id: 1 }], /name is missing/],
    [[{ id: 1, name: 'a', timezone: 'GMT+8' }], /IANA/],
    [[{ id: 1, name: 'a', appointmentTypes: {} }], /array expected/],
    [[{ id: 1, name: 'a', appointmentTypes: [{ name: 'x' }] }], /appointmentTypes\[0\]: id/],
    [[{ id: 1, name: 'a', appointmentTypes: [{ id: 1, name: 'x', duration: 0 }] }], /duration/],
    [[{ id: 1, name: 'a', appointmentTypes: [{ id: 1, name: 'x', duration: 'half an hour' }] }], /duration/],
  ])('refuses %j', (body, message) => {
    expect(() => readCalendars(body)).toThrow(message);
    expect(() => readCalendars(body)).not.toThrow(/Juan/);
  });
});
