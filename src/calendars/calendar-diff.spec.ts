import type { UpstreamAppointmentType, UpstreamCalendar } from '../schedulers/scheduler.js';
import {
  diffCalendars,
  isUnchanged,
  type CalendarDiff,
  type CalendarRow,
  type OfferingRow,
  type StoredCalendars,
} from './calendar-diff.js';

const NOW = new Date('2026-03-09T01:30:00Z');
const EARLIER = new Date('2026-03-01T00:00:00Z');
const DEFAULTS = { name: 'Appointment', durationMinutes: 30 };
const EMPTY: StoredCalendars = { calendars: [], types: [], offerings: [] };

const consult: UpstreamAppointmentType = { externalId: 'consult', name: 'Consultation', durationMinutes: 20 };
const scan: UpstreamAppointmentType = { externalId: 'scan', name: 'Scan', durationMinutes: 45 };

function listed(externalId: string, overrides: Partial<UpstreamCalendar> = {}): UpstreamCalendar {
  return { externalId, name: `Dr. ${externalId}`, description: null, timezone: 'Asia/Manila', appointmentTypes: [], ...overrides };
}

/** Applies a diff as the database would. */
function applied(stored: StoredCalendars, diff: CalendarDiff): StoredCalendars {
  const after = <R extends { id: string }>(
    rows: readonly R[],
    { add, change }: { add: R[]; change: { id: string; set: Partial<R> }[] },
  ): R[] => [...rows.map(row => ({ ...row, ...change.find(c => c.id === row.id)?.set })), ...add];
  return {
    calendars: after<CalendarRow>(stored.calendars, diff.calendars),
    types: [...stored.types, ...diff.types.add],
    offerings: after<OfferingRow>(stored.offerings, diff.offerings),
  };
}

let count = 0;
function diffOf(stored: StoredCalendars, calendars: UpstreamCalendar[], defaults = DEFAULTS): CalendarDiff {
  const diff = diffCalendars(stored, calendars, defaults, NOW, () => `id-${++count}`);
  if (diff.kind === 'refused') throw new Error(diff.message);
  return diff;
}

/** What is stored after the hospital has listed this, starting from nothing. */
function storedAfter(...lists: UpstreamCalendar[][]): StoredCalendars {
  return lists.reduce((stored, list) => applied(stored, diffOf(stored, list)), EMPTY);
}

/** What each calendar that is there offers: `consult 20`, `default Appointment 30`. */
function offered(stored: StoredCalendars, calendarExternalId: string): string[] {
  const calendar = stored.calendars.find(c => c.externalId === calendarExternalId);
  return stored.offerings
    .filter(o => o.calendarId === calendar?.id && o.removedAt === null)
    .map(
      o =>
        `${o.isDefault ? 'default' : (stored.types.find(t => t.id === o.appointmentTypeId)?.externalId ?? '?')} ${o.name} ${o.durationMinutes}`,
    );
}

describe('diffCalendars', () => {
  it.each<[string, UpstreamCalendar[], UpstreamCalendar[], Partial<CalendarDiff['counts']>]>([
    ['a first list', [], [listed('a'), listed('b', { appointmentTypes: [consult] })], { added: 2 }],
    ['an empty list of an empty facility', [], [], {}],
    ['the same list', [listed('a'), listed('b')], [listed('a'), listed('b')], { unchanged: 2 }],
    ['the same list in another order', [listed('a'), listed('b')], [listed('b'), listed('a')], { unchanged: 2 }],
    [
      'the same types in another order',
      [listed('a', { appointmentTypes: [consult, scan] })],
      [listed('a', { appointmentTypes: [scan, consult] })],
      { unchanged: 1 },
    ],
    ['a zone in another case', [listed('a')], [listed('a', { timezone: 'asia/MANILA' })], { unchanged: 1 }],
    ['one more', [listed('a')], [listed('a'), listed('b')], { added: 1, unchanged: 1 }],
    ['another name', [listed('a')], [listed('a', { name: 'New' })], { changed: 1 }],
    ['another description', [listed('a')], [listed('a', { description: 'Room 2' })], { changed: 1 }],
    ['another zone', [listed('a')], [listed('a', { timezone: 'Asia/Tokyo' })], { changed: 1 }],
    ['no zone any more', [listed('a')], [listed('a', { timezone: null })], { changed: 1 }],
    ['one more type', [listed('a', { appointmentTypes: [consult] })], [listed('a', { appointmentTypes: [consult, scan] })], { changed: 1 }],
    ['one type fewer', [listed('a', { appointmentTypes: [consult, scan] })], [listed('a', { appointmentTypes: [scan] })], { changed: 1 }],
    [
      'another duration',
      [listed('a', { appointmentTypes: [consult] })],
      [listed('a', { appointmentTypes: [{ ...consult, durationMinutes: 25 }] })],
      { changed: 1 },
    ],
    ['first types', [listed('a')], [listed('a', { appointmentTypes: [consult] })], { changed: 1 }],
    ['no types any more', [listed('a', { appointmentTypes: [consult] })], [listed('a')], { changed: 1 }],
    ['one fewer', [listed('a'), listed('b')], [listed('b')], { removed: 1, unchanged: 1 }],
    ['all others', [listed('a'), listed('b')], [listed('c')], { added: 1, removed: 2 }],
    [
      'everything at once',
      [listed('a'), listed('b'), listed('c')],
      [listed('b', { name: 'New' }), listed('c'), listed('d')],
      { added: 1, changed: 1, removed: 1, unchanged: 1 },
    ],
  ])('counts %s', (_, before, after, counts) => {
    const diff = diffOf(storedAfter(before), after);

    expect(diff.counts).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 0, ...counts });
    expect(isUnchanged(diff)).toBe(
      diff.calendars.add.length + diff.calendars.change.length + diff.offerings.add.length + diff.offerings.change.length === 0,
    );
  });

  it.each<[string, UpstreamCalendar[], string[]]>([
    [
      'its types, each with its own duration',
      [listed('a', { appointmentTypes: [consult, scan] })],
      ['consult Consultation 20', 'scan Scan 45'],
    ],
    ['one default type where the hospital keeps none', [listed('a')], ['default Appointment 30']],
    [
      "the facility's default duration for a type without one",
      [listed('a', { appointmentTypes: [{ ...consult, durationMinutes: null }] })],
      ['consult Consultation 30'],
    ],
  ])('offers %s', (_, calendars, expected) => {
    expect(offered(storedAfter(calendars), 'a')).toEqual(expected);
  });

  it('knows a type by its id over all calendars, with name and duration of each', () => {
    const stored = storedAfter([
      listed('a', { appointmentTypes: [consult] }),
      listed('b', { appointmentTypes: [{ ...consult, name: 'Long talk', durationMinutes: 60 }] }),
    ]);

    expect(stored.types).toHaveLength(1);
    expect(offered(stored, 'a')).toEqual(['consult Consultation 20']);
    expect(offered(stored, 'b')).toEqual(['consult Long talk 60']);
  });

  it('gives each calendar without types a default type of its own', () => {
    const stored = storedAfter([listed('a'), listed('b')]);

    expect(new Set(stored.offerings.map(o => o.appointmentTypeId)).size).toBe(2);
    expect(stored.types.map(t => t.externalId)).toEqual([null, null]);
  });

  it('marks what vanished, and leaves what it offered as it was', () => {
    const before = storedAfter([listed('a', { appointmentTypes: [consult] }), listed('b')]);

    const after = applied(before, diffOf(before, [listed('b')]));

    expect(after.calendars.find(c => c.externalId === 'a')?.removedAt).toEqual(NOW);
    expect(after.offerings).toEqual(before.offerings);
  });

  it('does not mark again what is marked', () => {
    const gone = storedAfter([listed('a'), listed('b')], [listed('b')]);
    const stored = { ...gone, calendars: gone.calendars.map(c => ({ ...c, removedAt: c.removedAt && EARLIER })) };

    const diff = diffOf(stored, [listed('b')]);

    expect(diff.counts).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 1 });
    expect(isUnchanged(diff)).toBe(true);
  });

  it('brings back what returns, under its old ids, as it is now', () => {
    const before = storedAfter([listed('a', { appointmentTypes: [consult] }), listed('b')]);

    const diff = diffOf(storedAfterMore(before, [listed('b')]), [listed('a', { name: 'Back', appointmentTypes: [consult] }), listed('b')]);
    const after = applied(storedAfterMore(before, [listed('b')]), diff);

    expect(diff.counts).toEqual({ added: 1, changed: 0, removed: 0, unchanged: 1 });
    expect(after.calendars.map(c => c.id)).toEqual(before.calendars.map(c => c.id));
    expect(after.calendars.find(c => c.externalId === 'a')).toMatchObject({ name: 'Back', removedAt: null });
    expect(after.offerings).toEqual(before.offerings);
  });

  it('replaces the default type by the first real ones, and brings the same back when they vanish', () => {
    const before = storedAfter([listed('a')]);
    const withTypes = storedAfterMore(before, [listed('a', { appointmentTypes: [consult] })]);
    const without = storedAfterMore(withTypes, [listed('a')]);
    const withTypesAgain = storedAfterMore(without, [listed('a', { appointmentTypes: [consult] })]);

    expect(offered(withTypes, 'a')).toEqual(['consult Consultation 20']);
    expect(offered(without, 'a')).toEqual(['default Appointment 30']);
    expect(without.offerings.find(o => o.removedAt === null)).toEqual(before.offerings[0]);
    expect(offered(withTypesAgain, 'a')).toEqual(['consult Consultation 20']);
    expect(withTypesAgain.types).toEqual(withTypes.types);
  });

  it("follows the facility's settings with the default types, and with durations the hospital does not give", () => {
    const calendars = [
      listed('a'),
      listed('b', { appointmentTypes: [{ ...consult, durationMinutes: null }] }),
      listed('c', { appointmentTypes: [scan] }),
    ];
    const stored = storedAfter(calendars);

    const diff = diffOf(stored, calendars, { name: 'Visit', durationMinutes: 15 });
    const after = applied(stored, diff);

    expect(diff.counts).toEqual({ added: 0, changed: 2, removed: 0, unchanged: 1 });
    expect(offered(after, 'a')).toEqual(['default Visit 15']);
    expect(offered(after, 'b')).toEqual(['consult Consultation 15']);
    expect(after.offerings.map(o => o.id)).toEqual(stored.offerings.map(o => o.id));
  });

  it('sets no more than what differs, so that what others change meanwhile stays', () => {
    const diff = diffOf(storedAfter([listed('a')]), [listed('a', { name: 'New' })]);

    expect(diff.calendars.change).toEqual([{ id: expect.any(String), set: { name: 'New' } }]);
  });

  it.each<[string, UpstreamCalendar[], UpstreamCalendar[], string]>([
    ['empty where it was full', [listed('a')], [], 'upstream-empty'],
    ['with two calendars of one id', [], [listed('a'), listed('a', { name: 'Other' })], 'upstream-invalid-response'],
    [
      'with two types of one id',
      [],
      [listed('a', { appointmentTypes: [consult, { ...scan, externalId: 'consult' }] })],
      'upstream-invalid-response',
    ],
    ['with a zone that is none', [listed('a')], [listed('a', { timezone: 'Mars/Phobos' })], 'upstream-invalid-response'],
    ['with an offset for a zone', [listed('a')], [listed('a', { timezone: '+08:00' })], 'upstream-invalid-response'],
    ['with a NUL character in a name', [listed('a')], [listed('a', { name: 'A\0B' })], 'upstream-invalid-response'],
    [
      'with half a surrogate pair in a type',
      [listed('a')],
      [listed('a', { appointmentTypes: [{ ...consult, name: '\ud800' }] })],
      'upstream-invalid-response',
    ],
  ])('refuses a list that is %s', (_, before, after, code) => {
    expect(diffCalendars(storedAfter(before), after, DEFAULTS, NOW, () => 'id')).toMatchObject({ kind: 'refused', code });
  });

  it('takes an empty list where all have vanished before', () => {
    const stored = storedAfter([listed('a')]);
    const gone = { ...stored, calendars: stored.calendars.map(c => ({ ...c, removedAt: EARLIER })) };

    expect(diffOf(gone, []).counts).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 0 });
  });
});

function storedAfterMore(stored: StoredCalendars, list: UpstreamCalendar[]): StoredCalendars {
  return applied(stored, diffOf(stored, list));
}
