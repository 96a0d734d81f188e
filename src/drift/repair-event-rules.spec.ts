import type { ComparedAppointment } from '../appointments/compared-appointment.js';
import type { UpstreamListedAppointment } from '../schedulers/scheduler.js';
import type { DriftKind } from './drift-state.js';
import type { ListedRow } from './listed-row.js';
import { repairEvent, type RepairQuestion } from './repair-event-rules.js';

const READ_AT = new Date('2026-03-09T12:00:00Z');
const MONDAY = new Date('2026-03-16T01:00:00Z');
const TUESDAY = new Date('2026-03-17T01:00:00Z');
const OURS = { id: 'ours', status: 'SCHEDULED', startAt: MONDAY } as ComparedAppointment;

function row(overrides: Partial<ListedRow> = {}): ListedRow {
  const told = {
    patientId: 'P1',
    temporaryPatientId: null,
    appointmentTypeExternalId: 't1',
    queueNumber: '7',
  } as UpstreamListedAppointment;
  const base = {
    externalId: 'H1',
    reference: null,
    status: 'SCHEDULED',
    startAt: TUESDAY,
    calendarExternalId: 'c1',
    calendarId: 'cal',
  } as const;
  return { ...base, updatedAt: null, told, ...overrides };
}

function question(kind: DriftKind, overrides: Partial<RepairQuestion> = {}): RepairQuestion {
  return { findingId: 'f1', kind, externalId: 'H1', ours: OURS, row: row(), readAt: READ_AT, reason: null, ...overrides };
}

describe('The event that a finding is repaired with', () => {
  it.each<[DriftKind, Partial<RepairQuestion>, string]>([
    ['moved', {}, 'appointmentRescheduled'],
    ['canceled-upstream', {}, 'appointmentCanceled'],
    ['missing-upstream', { row: null }, 'appointmentCanceled'],
    ['checked-in-upstream', {}, 'Queued'],
    ['unknown-here', { ours: null }, 'appointmentCreated'],
    ['unknown-here', { ours: null, row: row({ status: 'SHOW' }) }, 'Queued'],
    ['scheduled-upstream', { ours: { ...OURS, status: 'CANCELED' } }, 'appointmentRescheduled'],
    ['scheduled-upstream', { ours: { ...OURS, status: 'FAILED' } }, 'appointmentCreated'],
  ])('%s: case %#', (kind, overrides, type) => {
    expect(repairEvent(question(kind, overrides)).event.type).toBe(type);
  });

  it('says what the hospital lists, of the patient ids only', () => {
    const { event, listed } = repairEvent(question('moved'));

    expect(event).toMatchObject({
      id: 'f1',
      externalId: 'H1',
      start: TUESDAY,
      calendarExternalId: 'c1',
      appointmentTypeExternalId: 't1',
      queueNumber: '7',
      patient: { patientId: 'P1', name: null, phone: null },
      reason: null,
    });
    expect(listed).toEqual({ kind: 'listed', status: 'SCHEDULED', start: TUESDAY, calendarExternalId: 'c1' });
  });

  it.each<[string, Date | null, { at: Date; isApproximate: boolean }]>([
    ['the hospital’s own', new Date('2026-03-09T11:00:00Z'), { at: new Date('2026-03-09T11:00:00Z'), isApproximate: false }],
    ['that of the read where its clock is ahead', new Date('2026-03-09T13:00:00Z'), { at: READ_AT, isApproximate: false }],
    ['that of the read where it names none', null, { at: READ_AT, isApproximate: true }],
  ])('has a time: %s', (_whose, updatedAt, time) => {
    expect(repairEvent(question('moved', { row: row({ updatedAt }) })).event.time).toEqual(time);
  });

  it('keeps the time that the hospital does not tell', () => {
    const { event, listed } = repairEvent(question('moved', { row: row({ startAt: null }) }));

    expect(event.start).toEqual(MONDAY);
    expect(listed).toMatchObject({ start: MONDAY });
  });

  it('of one that is missing there has nothing of the hospital’s, and the person’s reason', () => {
    const { event, listed } = repairEvent(question('missing-upstream', { row: null, reason: 'Deleted there' }));

    expect(event).toMatchObject({
      start: null,
      calendarExternalId: null,
      reason: 'Deleted there',
      time: { at: READ_AT, isApproximate: true },
    });
    expect(listed).toEqual({ kind: 'unavailable' });
  });

  it('is another one whenever it is made, and comes after webhooks of the very same time', () => {
    const [first, second] = [READ_AT, TUESDAY].map(readAt => repairEvent(question('moved', { readAt })).event.identity);

    expect(first).not.toBe(second);
    expect(['id:evt_1', 'sha256:ffff', 'msg_zzz'].every(identity => identity < (first ?? ''))).toBe(true);
  });
});
