import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import type { Stamp } from '../appointments/stamp-rules.js';
import { fingerprintOf } from './difference-rules.js';
import { compare, type DriftAnswer } from './drift-diff.js';
import type { ListedRow } from './listed-row.js';

const READ_AT = new Date('2026-03-09T12:00:00Z');
const WINDOW = { from: new Date('2026-03-08T00:00:00Z'), to: new Date('2026-05-09T00:00:00Z') };
const MONDAY = new Date('2026-03-16T01:00:00Z');
const TUESDAY = new Date('2026-03-17T01:00:00Z');

function ours(overrides: Partial<ComparedAppointment> = {}): ComparedAppointment {
  return {
    id: '0199c0de-0000-7000-8000-000000000001',
    externalId: 'H1',
    status: 'SCHEDULED',
    startAt: MONDAY,
    calendarId: 'cal',
    patientId: null,
    temporaryPatientId: null,
    updatedAt: new Date('2026-03-01T00:00:00Z'),
    version: 3,
    isUnsettled: false,
    stamps: {},
    rescheduledAt: null,
    canceledAt: null,
    ...overrides,
  };
}

function theirs(overrides: Partial<Omit<ListedRow, 'told'>> = {}): ListedRow {
  const row = {
    externalId: 'H1',
    reference: null,
    status: 'SCHEDULED',
    startAt: MONDAY,
    calendarExternalId: 'c1',
    calendarId: 'cal',
    updatedAt: null,
    ...overrides,
  } as const;
  return { ...row, told: {} as ListedRow['told'] };
}

function compared(a: ComparedAppointment[], b: ListedRow[]): DriftAnswer {
  const calendarIds = new Set(['cal', 'other']);
  return compare({ ours: a, theirs: b, readAt: READ_AT, window: WINDOW, calendarIds, externalIdOf: id => (id === 'cal' ? 'c1' : null) });
}

const kinds = (answer: DriftAnswer): string[] => answer.differences.map(({ kind }) => kind);
const at = (iso: string, isApproximate = false): Stamp => ({ at: iso, isApproximate, rank: 1, identity: 'id:e' });

describe('An appointment that both know', () => {
  it.each<[string, Partial<ComparedAppointment>, Partial<ListedRow>, string | null]>([
    ['is the same', {}, {}, null],
    ['has another time there', {}, { startAt: TUESDAY }, 'moved'],
    ['has a time there, and none here', { startAt: null }, {}, 'moved'],
    ['has no time there', {}, { startAt: null }, null],
    ['has another calendar there', {}, { calendarId: 'other' }, 'moved'],
    ['has a calendar there that the hub does not know', {}, { calendarId: null }, 'moved'],
    ['has no calendar there', {}, { calendarId: undefined, calendarExternalId: null }, null],
    ['says nothing of its status', {}, { status: null }, null],
    ['is canceled there', {}, { status: 'CANCELED' }, 'canceled-upstream'],
    ['is canceled there, at another time', {}, { status: 'CANCELED', startAt: TUESDAY }, 'canceled-upstream'],
    ['is canceled there, checked in here', { status: 'SHOW' }, { status: 'CANCELED' }, 'canceled-upstream'],
    ['is canceled on both sides, whenever it was', { status: 'CANCELED' }, { status: 'CANCELED', startAt: TUESDAY }, null],
    ['failed here, and is canceled there', { status: 'FAILED' }, { status: 'CANCELED' }, null],
    ['is checked in there', {}, { status: 'SHOW' }, 'checked-in-upstream'],
    ['is checked in there, canceled here', { status: 'CANCELED' }, { status: 'SHOW' }, 'checked-in-upstream'],
    ['is checked in here, of which a list need not know', { status: 'SHOW' }, {}, null],
    ['is checked in on both sides, moved', { status: 'SHOW' }, { status: 'SHOW', startAt: TUESDAY }, 'moved'],
    ['is canceled here, and stands there', { status: 'CANCELED' }, {}, 'scheduled-upstream'],
    ['is canceled here, and says nothing of its status there', { status: 'CANCELED' }, { status: null, startAt: TUESDAY }, null],
    ['failed here, and stands there', { status: 'FAILED', externalId: null }, { reference: ours().id.toUpperCase() }, 'scheduled-upstream'],
  ])('that %s', (_what, here, there, kind) => {
    const answer = compared([ours(here)], [theirs(there)]);

    expect(kinds(answer)).toEqual(kind === null ? [] : [kind]);
    expect(answer).toMatchObject({ compared: 1, skipped: 0, lacking: [] });
  });

  it('tells both sides', () => {
    expect(compared([ours()], [theirs({ startAt: TUESDAY })]).differences).toEqual([
      {
        kind: 'moved',
        appointmentId: ours().id,
        externalId: 'H1',
        ours: { status: 'SCHEDULED', start: MONDAY.toISOString(), calendarId: 'cal', calendarExternalId: 'c1' },
        theirs: { status: 'SCHEDULED', start: TUESDAY.toISOString(), calendarId: 'cal', calendarExternalId: 'c1' },
      },
    ]);
  });

  it.each<[string, Partial<ComparedAppointment>]>([
    ['is a booking in doubt', { isUnsettled: true, status: 'PENDING' }],
    ['has a change in doubt', { isUnsettled: true }],
    ['was changed since the read began', { updatedAt: new Date('2026-03-09T12:00:01Z') }],
    ['was changed at its very moment', { updatedAt: READ_AT }],
  ])('is not compared when it %s', (_what, here) => {
    expect(compared([ours(here)], [theirs({ startAt: TUESDAY })])).toMatchObject({ differences: [], compared: 0, skipped: 1 });
    expect(compared([ours(here)], [])).toMatchObject({ lacking: [], known: 0, skipped: 1 });
  });

  it.each<[string, Partial<ComparedAppointment>, string | null, boolean]>([
    ['older than the event it rests on', { stamps: { start: at('2026-03-05T10:00:00.000Z') } }, '2026-03-05T09:59:59Z', true],
    ['of the same time', { stamps: { start: at('2026-03-05T10:00:00.000Z') } }, '2026-03-05T10:00:00Z', false],
    ['newer', { stamps: { start: at('2026-03-05T10:00:00.000Z') } }, '2026-03-05T10:00:01Z', false],
    [
      'older than the receipt of an event without a time',
      { stamps: { start: at('2026-03-05T10:00:00.000Z', true) } },
      '2026-03-05T09:00:00Z',
      false,
    ],
    ['older than what another aspect rests on', { stamps: { status: at('2026-03-05T10:00:00.000Z') } }, '2026-03-05T09:00:00Z', false],
    ['of no time', { stamps: { start: at('2026-03-05T10:00:00.000Z') } }, null, false],
    ['well before our own change', { rescheduledAt: new Date('2026-03-05T10:00:00Z') }, '2026-03-05T09:54:59Z', true],
    ['before our own change, as far as clocks tell', { rescheduledAt: new Date('2026-03-05T10:00:00Z') }, '2026-03-05T09:55:00Z', false],
    ['before our own cancel, which is not about its time', { canceledAt: new Date('2026-03-05T10:00:00Z') }, '2026-03-05T09:00:00Z', false],
    [
      'before our own change, which an event has followed',
      { rescheduledAt: new Date('2026-03-05T10:00:00Z'), stamps: { start: at('2026-03-05T11:00:00.000Z', true) } },
      '2026-03-05T09:00:00Z',
      false,
    ],
  ])('whose other time there is %s', (_what, here, updatedAt, isStale) => {
    const answer = compared([ours(here)], [theirs({ startAt: TUESDAY, updatedAt: updatedAt === null ? null : new Date(updatedAt) })]);

    expect(kinds(answer)).toEqual(isStale ? [] : ['moved']);
    expect(answer.skipped).toBe(isStale ? 1 : 0);
  });
});

describe('An appointment that the list lacks', () => {
  it.each<[string, Partial<ComparedAppointment>, boolean]>([
    ['that stands', {}, true],
    ['that is canceled', { status: 'CANCELED' }, false],
    ['that failed', { status: 'FAILED', externalId: null }, false],
    ['that is checked in', { status: 'SHOW' }, false],
    ['before the window', { startAt: new Date('2026-03-07T23:59:59Z') }, false],
    ['at its first moment', { startAt: WINDOW.from }, true],
    ['at its end', { startAt: WINDOW.to }, false],
    ['without a time', { startAt: null }, false],
    ['without a calendar', { calendarId: null }, false],
    ['in a calendar that was not read', { calendarId: 'removed' }, false],
  ])('%s must be there: %s', (_what, here, isLacking) => {
    const answer = compared([ours(here)], []);

    expect(answer.lacking).toHaveLength(isLacking ? 1 : 0);
    expect(answer).toMatchObject({ known: isLacking ? 1 : 0, differences: [] });
  });
});

describe('An appointment that nobody here knows', () => {
  it.each<[string, Partial<ListedRow>, boolean]>([
    ['that stands', {}, true],
    ['that is checked in', { status: 'SHOW' }, true],
    ['that is canceled', { status: 'CANCELED' }, false],
    ['that says nothing of its status', { status: null }, false],
    ['that bears a reference of nobody', { reference: 'someone-else' }, true],
  ])('%s is found: %s', (_what, there, isFound) => {
    expect(kinds(compared([], [theirs(there)]))).toEqual(isFound ? ['unknown-here'] : []);
  });

  it.each<[string, Partial<ListedRow>, boolean]>([
    ['at its time', {}, false],
    ['under its reference', { reference: ours().id, startAt: TUESDAY }, false],
    ['at another time', { startAt: TUESDAY }, true],
    ['in another calendar', { calendarId: 'other' }, true],
  ])('may be a booking of ours in doubt: %s', (_what, there, isFound) => {
    const pending = ours({ status: 'PENDING', externalId: null, isUnsettled: true });

    expect(kinds(compared([pending], [theirs(there)]))).toEqual(isFound ? ['unknown-here'] : []);
  });
});

describe('A difference', () => {
  const one = (there: Partial<ListedRow>): string =>
    compared([ours()], [theirs(there)])
      .differences.map(fingerprintOf)
      .join();

  it('is the same one for as long as both sides stay as they are, whenever they say that they changed', () => {
    expect(one({ startAt: TUESDAY, updatedAt: READ_AT })).toBe(one({ startAt: TUESDAY }));
    expect(one({ startAt: TUESDAY, calendarId: 'other' })).not.toBe(one({ startAt: TUESDAY }));
    expect(one({ status: 'CANCELED' })).not.toBe(one({ startAt: TUESDAY }));
  });
});
