import { differingFields, type HeldSlot } from './slot-hold-rules.js';

const HELD: HeldSlot = { calendarId: 'calendar-1', appointmentTypeId: 'type-1', startAt: new Date('2026-03-09T01:00:00Z') };

describe('a booking', () => {
  it.each<{ what: string; wanted: Partial<HeldSlot>; fields: string[] }>([
    { what: 'of what is held', wanted: {}, fields: [] },
    { what: 'of the same instant written otherwise', wanted: { startAt: new Date('2026-03-09T09:00:00+08:00') }, fields: [] },
    { what: 'in another calendar', wanted: { calendarId: 'calendar-2' }, fields: ['calendarId'] },
    { what: 'of another type', wanted: { appointmentTypeId: 'type-2' }, fields: ['appointmentTypeId'] },
    { what: 'at another time', wanted: { startAt: new Date('2026-03-09T01:00:00.001Z') }, fields: ['start'] },
    {
      what: 'of something else altogether',
      wanted: { calendarId: 'calendar-2', appointmentTypeId: 'type-2', startAt: new Date(0) },
      fields: ['calendarId', 'appointmentTypeId', 'start'],
    },
  ])('$what differs from its hold in $fields', ({ wanted, fields }) => {
    expect(differingFields(HELD, { ...HELD, ...wanted })).toEqual(fields);
  });
});
