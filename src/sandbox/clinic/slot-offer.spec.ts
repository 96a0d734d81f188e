import type { ClinicCalendar } from './clinic.js';
import type { Interval } from './interval.js';
import { zonedText } from './local-time.js';
import { isOnGrid, offeredSlots, type Offer } from './slot-offer.js';

function anOffer(calendar: Partial<ClinicCalendar> = {}, timezone = 'Asia/Manila', durationMinutes = 30): Offer {
  return {
    timezone,
    durationMinutes,
    calendar: {
      id: 'cal-test',
      name: 'Test',
      description: null,
      timezone: null,
      appointmentTypeIds: [],
      untypedDurationMinutes: 30,
      stepMinutes: 30,
      seats: 1,
      hours: { periods: [{ weekdays: [1], from: '13:00', to: '14:30' }], holidays: [] },
      policy: { minNoticeMinutes: 0, maxDaysInAdvance: 365, rescheduleCutoffMinutes: 0, cancelCutoffMinutes: 0 },
      ...calendar,
    },
  };
}

function offered(offer: Offer, month: string, now: string, booked: Interval[] = []): string[] {
  return offeredSlots(offer, month, Date.parse(now), booked).map(
    slot => `${zonedText(slot.startMs, offer.timezone).slice(0, 16)} x${String(slot.available)}`,
  );
}

function visit(from: string, to: string): Interval {
  return { startMs: Date.parse(from), endMs: Date.parse(to) };
}

describe('offeredSlots', () => {
  it('offers every open day of the month', () => {
    const days = new Set(offered(anOffer(), '2026-10', '2026-09-01T00:00:00Z').map(slot => slot.slice(8, 10)));

    expect([...days]).toEqual(['05', '12', '19', '26']);
  });

  it('leaves out what is taken, by overlap', () => {
    const booked = [visit('2026-10-05T13:15:00+08:00', '2026-10-05T13:45:00+08:00')];

    expect(offered(anOffer(), '2026-10', '2026-10-05T00:00:00Z', booked).slice(0, 2)).toEqual([
      '2026-10-05T14:00 x1',
      '2026-10-12T13:00 x1',
    ]);
  });

  it('keeps the slots before and after a booking that only touches them', () => {
    const booked = [visit('2026-10-05T13:30:00+08:00', '2026-10-05T14:00:00+08:00')];

    expect(offered(anOffer(), '2026-10', '2026-10-05T00:00:00Z', booked).slice(0, 2)).toEqual([
      '2026-10-05T13:00 x1',
      '2026-10-05T14:00 x1',
    ]);
  });

  it('says how many seats are left', () => {
    const booked = [
      visit('2026-10-05T13:00:00+08:00', '2026-10-05T13:30:00+08:00'),
      visit('2026-10-05T12:00:00+08:00', '2026-10-05T13:45:00+08:00'),
    ];

    expect(offered(anOffer({ seats: 3 }), '2026-10', '2026-10-05T00:00:00Z', booked).slice(0, 3)).toEqual([
      '2026-10-05T13:00 x1',
      '2026-10-05T13:30 x2',
      '2026-10-05T14:00 x3',
    ]);
  });

  it.each([
    ['a past month', '2026-09'],
    ['a month too far ahead', '2028-01'],
  ])('is empty for %s', (_title, month) => {
    expect(offered(anOffer(), month, '2026-10-05T00:00:00Z')).toEqual([]);
  });

  it('begins today, after the notice', () => {
    const policy = { ...anOffer().calendar.policy, minNoticeMinutes: 30 };

    expect(offered(anOffer({ policy }), '2026-10', '2026-10-05T13:00:00+08:00').slice(0, 2)).toEqual([
      '2026-10-05T13:30 x1',
      '2026-10-05T14:00 x1',
    ]);
  });

  it('offers the last bookable day whole', () => {
    const policy = { ...anOffer().calendar.policy, maxDaysInAdvance: 7 };

    expect(offered(anOffer({ policy }), '2026-10', '2026-10-05T23:00:00+08:00')).toEqual([
      '2026-10-12T13:00 x1',
      '2026-10-12T13:30 x1',
      '2026-10-12T14:00 x1',
    ]);
  });

  it('belongs to the month of the zone: the last local evening is next month in UTC', () => {
    const hours = { periods: [{ weekdays: [6 as const], from: '23:00', to: '24:00' }], holidays: [] };

    const slots = offered(anOffer({ hours }, 'America/New_York'), '2026-10', '2026-10-30T00:00:00Z');

    expect(slots).toEqual(['2026-10-31T23:00 x1', '2026-10-31T23:30 x1']);
  });

  it('gives the repeated hour of a clock change its own seats', () => {
    const hours = { periods: [{ weekdays: [7 as const], from: '01:00', to: '02:00' }], holidays: [] };
    const first = visit('2026-11-01T01:00:00-04:00', '2026-11-01T01:30:00-04:00');

    const slots = offeredSlots(anOffer({ hours }, 'America/New_York'), '2026-11', Date.parse('2026-10-30T00:00:00Z'), [first]);

    expect(slots.slice(0, 3).map(slot => zonedText(slot.startMs, 'America/New_York'))).toEqual([
      '2026-11-01T01:30:00-04:00',
      '2026-11-01T01:00:00-05:00',
      '2026-11-01T01:30:00-05:00',
    ]);
  });
});

describe('isOnGrid', () => {
  it.each([
    ['an offered start', '2026-10-05T13:30:00+08:00', true],
    ['between two starts', '2026-10-05T13:10:00+08:00', false],
    ['some seconds off', '2026-10-05T13:30:01+08:00', false],
    ['too late to end by the close', '2026-10-05T14:30:00+08:00', false],
    ['another weekday', '2026-10-06T13:30:00+08:00', false],
  ])('%s', (_title, start, expected) => {
    expect(isOnGrid(anOffer(), Date.parse(start))).toBe(expected);
  });
});
