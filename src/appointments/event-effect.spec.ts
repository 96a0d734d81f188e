import type { AppointmentFacts } from './appointment-facts.js';
import { effectOf, unknownAppointment, type EventEffect, type EventFacts, type ListedFacts } from './event-effect.js';
import type { AppointmentEventType } from './hospital-event.js';
import { stampOf, type Aspect, type Stamps } from './stamp-rules.js';

const NOTHING_ELSE = { echo: null, isNew: false, listed: null, ownChanges: new Map<Aspect, Date>() };
const NINE = new Date('2026-03-09T01:00:00Z');
const TEN = new Date('2026-03-09T02:00:00Z');
const minute = (n: number): Date => new Date(Date.UTC(2026, 2, 1, 0, n));

function anEvent(type: AppointmentEventType, at: number, overrides: Partial<EventFacts> = {}): EventFacts {
  return {
    type,
    identity: `id:${type}-${at}`,
    time: { at: minute(at), isApproximate: false },
    start: NINE,
    queueNumber: null,
    calendarId: 'cal',
    appointmentTypeId: 'type',
    patientId: null,
    temporaryPatientId: null,
    ...overrides,
  };
}

/** One that names no time of its own. */
function aTimeless(type: AppointmentEventType, receivedAt: number, overrides: Partial<EventFacts> = {}): EventFacts {
  return anEvent(type, receivedAt, { time: { at: minute(receivedAt), isApproximate: true }, ...overrides });
}

function anAppointment(overrides: Partial<AppointmentFacts> = {}): AppointmentFacts {
  return {
    status: 'SCHEDULED',
    startAt: NINE,
    calendarId: 'cal',
    appointmentTypeId: 'type',
    queueNumber: null,
    patientId: null,
    temporaryPatientId: null,
    needsReview: false,
    reviewReason: null,
    stamps: {},
    ...overrides,
  };
}

function stampsBy(event: EventFacts, ...aspects: Aspect[]): Stamps {
  return Object.fromEntries(aspects.map(aspect => [aspect, stampOf(event)]));
}

const apply = (event: EventFacts, before: AppointmentFacts, listed: ListedFacts | null = null): EventEffect =>
  effectOf(event, before, { ...NOTHING_ELSE, listed });
const first = (event: EventFacts): EventEffect => effectOf(event, unknownAppointment(event), { ...NOTHING_ELSE, isNew: true });

describe('an appointment that nobody knew', () => {
  it.each<[AppointmentEventType, AppointmentFacts['status']]>([
    ['appointmentCreated', 'SCHEDULED'],
    ['appointmentRescheduled', 'SCHEDULED'],
    ['Queued', 'SHOW'],
    ['appointmentCanceled', 'CANCELED'],
  ])('has, before %s, no more than the status %s: nothing vouches for any of it', (type, status) => {
    const nothing = anAppointment({ startAt: null, calendarId: null, appointmentTypeId: null });

    expect(unknownAppointment({ type })).toEqual({ ...nothing, status });
  });

  it.each<[AppointmentEventType, Partial<AppointmentFacts>, string | null]>([
    ['appointmentCreated', { status: 'SCHEDULED', startAt: NINE }, 'booked'],
    ['appointmentRescheduled', { status: 'SCHEDULED', startAt: NINE }, 'rescheduled'],
    ['Queued', { status: 'SHOW', startAt: NINE, queueNumber: 'A-7' }, null],
    ['appointmentCanceled', { status: 'CANCELED', startAt: NINE }, 'canceled'],
  ])('is made by %s', (type, expected, telling) => {
    const effect = first(anEvent(type, 1, { queueNumber: 'A-7' }));

    expect(effect).toMatchObject({
      outcome: 'applied',
      isRevision: true,
      after: { calendarId: 'cal', appointmentTypeId: 'type', ...expected },
    });
    expect(effect.telling?.kind ?? null).toBe(telling);
  });

  it.each<AppointmentEventType>(['appointmentCreated', 'appointmentRescheduled'])(
    'has no time when %s names none: a person looks',
    type => {
      expect(first(anEvent(type, 1, { start: null }))).toMatchObject({
        after: { startAt: null, needsReview: true, reviewReason: 'start-unknown' },
        telling: { start: null },
      });
    },
  );

  it('has no calendar when the hub knows none of that name: a person looks', () => {
    expect(first(anEvent('appointmentCreated', 1, { calendarId: null })).after).toMatchObject({
      calendarId: null,
      reviewReason: 'calendar-unknown',
    });
  });
});

describe('an event about a known appointment', () => {
  it.each<[string, EventFacts, AppointmentFacts, Partial<AppointmentFacts>, string]>([
    ['moves it', anEvent('appointmentRescheduled', 2, { start: TEN }), anAppointment(), { startAt: TEN }, 'applied'],
    ['cancels it', anEvent('appointmentCanceled', 2), anAppointment(), { status: 'CANCELED' }, 'applied'],
    [
      'checks the patient in',
      anEvent('Queued', 2, { queueNumber: '12' }),
      anAppointment(),
      { status: 'SHOW', queueNumber: '12' },
      'applied',
    ],
    [
      'confirms a booking in doubt',
      anEvent('appointmentCreated', 2),
      anAppointment({ status: 'PENDING' }),
      { status: 'SCHEDULED' },
      'applied',
    ],
    ['revives a failed one', anEvent('appointmentCreated', 2), anAppointment({ status: 'FAILED' }), { status: 'SCHEDULED' }, 'applied'],
    [
      'takes the time away when it is moved to one that is not told',
      anEvent('appointmentRescheduled', 2, { start: null }),
      anAppointment(),
      { startAt: null, reviewReason: 'start-unknown' },
      'applied',
    ],
    [
      'gives a time at last',
      anEvent('appointmentRescheduled', 2, { start: TEN }),
      anAppointment({ startAt: null, needsReview: true, reviewReason: 'start-unknown' }),
      { startAt: TEN, needsReview: false, reviewReason: null },
      'applied',
    ],
    [
      'leaves a review that is not its own',
      anEvent('appointmentRescheduled', 2, { start: TEN }),
      anAppointment({ needsReview: true, reviewReason: 'change-overtaken' }),
      { needsReview: true, reviewReason: 'change-overtaken' },
      'applied',
    ],
    ['says nothing new', anEvent('appointmentCreated', 2), anAppointment(), {}, 'superseded'],
    [
      'keeps the time of a cancellation that names none',
      anEvent('appointmentCanceled', 2, { start: null, calendarId: undefined }),
      anAppointment(),
      { status: 'CANCELED', startAt: NINE, calendarId: 'cal' },
      'applied',
    ],
  ])('%s', (_, event, before, expected, outcome) => {
    expect(apply(event, before)).toMatchObject({ outcome, after: expected });
  });

  it.each<[string, EventFacts, AppointmentFacts]>([
    [
      'an old time over a newer one',
      anEvent('appointmentRescheduled', 1, { start: NINE }),
      anAppointment({ startAt: TEN, stamps: stampsBy(anEvent('appointmentRescheduled', 2), 'status', 'start', 'calendar', 'type') }),
    ],
    [
      'a cancellation by an older change',
      anEvent('appointmentRescheduled', 1),
      anAppointment({ status: 'CANCELED', stamps: stampsBy(anEvent('appointmentCanceled', 2), 'status', 'start', 'calendar', 'type') }),
    ],
    [
      'a check-in by an older creation',
      anEvent('appointmentCreated', 1),
      anAppointment({ status: 'SHOW', stamps: stampsBy(anEvent('Queued', 2), 'status', 'start', 'calendar', 'type') }),
    ],
    [
      'a time that is not told by an older one',
      anEvent('appointmentCreated', 1),
      anAppointment({
        startAt: null,
        needsReview: true,
        reviewReason: 'start-unknown',
        stamps: stampsBy(anEvent('appointmentRescheduled', 2), 'status', 'start', 'calendar', 'type'),
      }),
    ],
  ])('is too old to undo %s', (_, event, before) => {
    expect(apply(event, before)).toMatchObject({ outcome: 'superseded', reason: 'older', after: before, telling: null });
  });

  it('fills in what nothing newer has said, though it is old itself, and tells nobody', () => {
    const before = anAppointment({
      status: 'SCHEDULED',
      calendarId: null,
      stamps: stampsBy(anEvent('appointmentRescheduled', 2), 'status', 'start'),
    });

    expect(apply(anEvent('appointmentCreated', 1), before)).toMatchObject({
      outcome: 'applied',
      after: { calendarId: 'cal', startAt: NINE },
      telling: null,
    });
  });

  it.each<[string, EventFacts, Partial<AppointmentFacts>]>([
    ['the permanent id', anEvent('appointmentCreated', 2, { patientId: 'P1' }), { patientId: 'P1' }],
    ['the temporary id', anEvent('appointmentCreated', 2, { temporaryPatientId: 'T1' }), { temporaryPatientId: 'T1' }],
    ['another type', anEvent('appointmentCreated', 2, { appointmentTypeId: 'other' }), { appointmentTypeId: 'other' }],
  ])('is applied though it tells no more than %s, is no revision and tells nobody', (_, event, expected) => {
    expect(apply(event, anAppointment())).toMatchObject({
      outcome: 'applied',
      reason: null,
      isRevision: false,
      telling: null,
      after: expected,
    });
  });

  it('is a revision where it names another calendar alone', () => {
    expect(apply(anEvent('appointmentRescheduled', 2, { calendarId: 'other' }), anAppointment())).toMatchObject({
      isRevision: true,
      after: { calendarId: 'other' },
      telling: { kind: 'rescheduled', start: NINE },
    });
  });

  it('is applied where all that it does is to end a review', () => {
    const before = anAppointment({ needsReview: true, reviewReason: 'booking-outcome-unknown' });

    expect(apply(anEvent('appointmentCreated', 2), before)).toMatchObject({
      outcome: 'applied',
      isRevision: false,
      after: { needsReview: false, reviewReason: null },
    });
  });

  it('takes from a creation no time away that it does not tell, but says so', () => {
    expect(apply(anEvent('appointmentCreated', 2, { start: null }), anAppointment())).toMatchObject({
      outcome: 'applied',
      after: { startAt: null, reviewReason: 'start-unknown' },
    });
  });

  it.each<[string, Partial<EventFacts>, Partial<AppointmentFacts>, Aspect[]]>([
    ['no calendar', { calendarId: undefined }, { calendarId: 'cal' }, ['status', 'start', 'type']],
    ['no type', { appointmentTypeId: undefined }, { appointmentTypeId: 'type' }, ['status', 'start', 'calendar']],
    ['no time', { start: null }, { startAt: NINE }, ['status', 'calendar', 'type']],
    ['no queue number', {}, { queueNumber: 'A-1' }, ['status', 'start', 'calendar', 'type']],
    ['no id of the patient', {}, { patientId: 'P1', temporaryPatientId: 'T1' }, ['status', 'start', 'calendar', 'type']],
  ])('leaves what is known, and what that rests on, where it names %s', (_, named, expected, stamped) => {
    const before = anAppointment({ queueNumber: 'A-1', patientId: 'P1', temporaryPatientId: 'T1' });

    const { after } = apply(anEvent('Queued', 2, named), before);

    expect(after).toMatchObject(expected);
    expect(Object.keys(after.stamps)).toEqual(stamped);
  });

  it('takes a queue number from a check-in alone', () => {
    const effect = apply(anEvent('appointmentRescheduled', 2, { queueNumber: 'A-9' }), anAppointment());

    expect(effect.after.queueNumber).toBeNull();
    expect(effect.after.stamps).not.toHaveProperty('queue');
  });

  it('says whether there was nothing new in it, or all of it was older', () => {
    const known = stampsBy(anEvent('appointmentRescheduled', 2), 'status', 'start', 'calendar');

    expect(apply(anEvent('appointmentCreated', 1), anAppointment({ stamps: known })).reason).toBe('nothing-new');
    expect(apply(anEvent('appointmentCreated', 1, { appointmentTypeId: undefined }), anAppointment({ stamps: known })).reason).toBe(
      'older',
    );
  });

  it('is flagged where one aspect alone is a tie', () => {
    const before = anAppointment({ stamps: stampsBy(anEvent('appointmentCreated', 1), 'status') });

    expect(apply(anEvent('appointmentCanceled', 1), before).isTie).toBe(true);
  });

  it('touches nothing of the row that is no fact', () => {
    const row = { ...anAppointment(), pendingChange: 'anything' };

    expect(apply(anEvent('appointmentCanceled', 2), row).after).not.toHaveProperty('pendingChange');
  });

  it('is flagged when only its kind makes it the later one', () => {
    const before = anAppointment({ stamps: stampsBy(anEvent('appointmentCreated', 1), 'status', 'start', 'calendar', 'type') });

    expect(apply(anEvent('appointmentCanceled', 1), before)).toMatchObject({
      outcome: 'applied',
      isTie: true,
      after: { status: 'CANCELED' },
    });
  });
});

describe('events without times', () => {
  const moved = anAppointment({
    startAt: TEN,
    stamps: stampsBy(aTimeless('appointmentRescheduled', 1), 'status', 'start', 'calendar', 'type'),
  });

  it('a creation that comes after the change is late', () => {
    expect(apply(aTimeless('appointmentCreated', 2, { start: NINE }), moved)).toMatchObject({
      outcome: 'superseded',
      after: { startAt: TEN },
    });
  });

  it('of two changes nobody knows the last: a person looks, and the patient is told no time', () => {
    expect(apply(aTimeless('appointmentRescheduled', 2, { start: NINE }), moved)).toMatchObject({
      isInDoubt: true,
      after: { startAt: NINE, needsReview: true, reviewReason: 'order-uncertain' },
      telling: { kind: 'rescheduled', start: null },
    });
  });

  it("the hospital's list ends the doubt", () => {
    const listed: ListedFacts = { status: 'SCHEDULED', startAt: TEN, calendarId: 'cal' };

    expect(apply(aTimeless('appointmentRescheduled', 2, { start: NINE }), moved, listed)).toMatchObject({
      isInDoubt: false,
      after: { startAt: TEN, needsReview: false },
      telling: null,
    });
  });

  it.each<[string, ListedFacts | null, Partial<AppointmentFacts>]>([
    ['nobody knows', null, { status: 'CANCELED', needsReview: true, reviewReason: 'order-uncertain' }],
    [
      'the list has it on again',
      { status: 'SCHEDULED', startAt: TEN, calendarId: 'cal' },
      { status: 'SCHEDULED', startAt: TEN, needsReview: false },
    ],
    ['the list has it canceled', { status: 'CANCELED', startAt: NINE, calendarId: 'cal' }, { status: 'CANCELED', needsReview: false }],
  ])('a change after a cancellation may be late, or a change of mind: %s', (_, listed, expected) => {
    const canceled = anAppointment({ status: 'CANCELED', stamps: stampsBy(aTimeless('appointmentCanceled', 1), 'status') });

    expect(apply(aTimeless('appointmentRescheduled', 2, { start: TEN }), canceled, listed)).toMatchObject({ after: expected });
  });

  it("the hospital's list names the calendar, too, where that is in doubt", () => {
    const listed: ListedFacts = { status: 'SCHEDULED', startAt: TEN, calendarId: 'listed' };

    const effect = apply(aTimeless('appointmentRescheduled', 2, { start: TEN, calendarId: 'other' }), moved, listed);

    expect(effect).toMatchObject({ isInDoubt: false, after: { startAt: TEN, calendarId: 'listed', needsReview: false } });
  });

  it("the hospital's list is not asked of what is in no doubt", () => {
    const listed: ListedFacts = { status: 'CANCELED', startAt: TEN, calendarId: 'listed' };

    expect(apply(anEvent('appointmentRescheduled', 2, { start: TEN }), anAppointment(), listed).after).toMatchObject({
      status: 'SCHEDULED',
      startAt: TEN,
      calendarId: 'cal',
    });
  });

  it('of the type and the ids of the patient the list says nothing: the doubt stays', () => {
    const listed: ListedFacts = { status: 'SCHEDULED', startAt: TEN, calendarId: 'cal' };
    const event = aTimeless('appointmentRescheduled', 2, { start: TEN, appointmentTypeId: 'other' });

    expect(apply(event, moved, listed)).toMatchObject({ isInDoubt: true, after: { appointmentTypeId: 'other', needsReview: true } });
  });

  it("the list's time does not undo a newer one that a late event does not tell", () => {
    const listed: ListedFacts = { status: 'SCHEDULED', startAt: NINE, calendarId: 'cal' };
    const late = anEvent('appointmentRescheduled', 1, { start: null });
    const known = anAppointment({
      startAt: TEN,
      stamps: stampsBy(anEvent('appointmentRescheduled', 2), 'status', 'start', 'calendar', 'type'),
    });

    expect(apply(late, known, listed)).toMatchObject({ outcome: 'superseded', after: { startAt: TEN } });
  });

  it("asks the hospital's list for a time that is not told", () => {
    const listed: ListedFacts = { status: 'SCHEDULED', startAt: TEN, calendarId: 'cal' };

    expect(apply(anEvent('appointmentRescheduled', 2, { start: null }), anAppointment(), listed)).toMatchObject({
      after: { startAt: TEN, needsReview: false },
      telling: { kind: 'rescheduled', start: TEN },
    });
  });
});

describe('the echo of a call of ours', () => {
  const attempt = { id: 'a', kind: 'book' as const, calendarId: 'cal', startAt: NINE, sentAt: NINE, outcome: 'yes' as const, echoId: null };

  it('is a duplicate, and gives the booking its time of truth', () => {
    const event = anEvent('appointmentCreated', 1);

    const effect = effectOf(event, anAppointment(), { ...NOTHING_ELSE, echo: { attempt, outdated: new Map() } });

    expect(effect).toMatchObject({ outcome: 'duplicate', reason: 'echo', isRevision: false, telling: null });
    expect(effect.after.stamps.status).toEqual(stampOf(event));
  });

  it('says nothing of what a later call of ours has changed', () => {
    const echo = { attempt, outdated: new Map<Aspect, Date>([['status', minute(2)]]) };

    const effect = effectOf(anEvent('appointmentCreated', 1), anAppointment({ status: 'CANCELED' }), { ...NOTHING_ELSE, echo });

    expect(effect).toMatchObject({ outcome: 'duplicate', after: { status: 'CANCELED' } });
  });

  it('confirms a booking whose answer is still out', () => {
    const echo = { attempt: { ...attempt, outcome: null }, outdated: new Map<Aspect, Date>() };

    const effect = effectOf(anEvent('appointmentCreated', 1), anAppointment({ status: 'PENDING' }), { ...NOTHING_ELSE, echo });

    expect(effect).toMatchObject({ outcome: 'applied', after: { status: 'SCHEDULED' }, telling: { kind: 'booked', start: NINE } });
  });

  it('keeps the time of the booking where it names none itself', () => {
    const echo = { attempt, outdated: new Map<Aspect, Date>() };

    const effect = effectOf(anEvent('appointmentCreated', 1, { start: null, calendarId: undefined }), anAppointment(), {
      ...NOTHING_ELSE,
      echo,
    });

    expect(effect).toMatchObject({ outcome: 'duplicate', after: { startAt: NINE, calendarId: 'cal', needsReview: false }, telling: null });
  });

  it('means the calendar of the call where it names none, and its own where it names one', () => {
    const echo = { attempt: { ...attempt, calendarId: 'ours' }, outdated: new Map<Aspect, Date>() };
    const effectIn = (calendarId: string | undefined): string | null =>
      effectOf(anEvent('appointmentCreated', 1, { calendarId }), anAppointment(), { ...NOTHING_ELSE, echo }).after.calendarId;

    expect(effectIn(undefined)).toBe('ours');
    expect(effectIn('theirs')).toBe('theirs');
  });

  it('moves the appointment where our reschedule was in doubt, though it names no time', () => {
    const echo = {
      attempt: { ...attempt, kind: 'reschedule' as const, startAt: TEN, outcome: 'unknown' as const },
      outdated: new Map<Aspect, Date>(),
    };

    const effect = effectOf(anEvent('appointmentRescheduled', 1, { start: null }), anAppointment(), { ...NOTHING_ELSE, echo });

    expect(effect).toMatchObject({ outcome: 'applied', after: { startAt: TEN } });
  });

  it.each([
    ['while the hospital may still be telling of the old call', 10, { outcome: 'duplicate', after: { startAt: TEN } }],
    ['when the staff moved it back after all our calls', 12, { outcome: 'applied', after: { startAt: NINE } }],
  ])('is told from the staff doing the same by its time: %s', (_, at, expected) => {
    const echo = { attempt: { ...attempt, kind: 'reschedule' as const }, outdated: new Map<Aspect, Date>([['start', minute(10)]]) };

    const effect = effectOf(anEvent('appointmentRescheduled', at), anAppointment({ startAt: TEN }), { ...NOTHING_ELSE, echo });

    expect(effect).toMatchObject(expected);
  });
});

describe('a call of ours to which the hospital gave no time', () => {
  const ownChanges = new Map<Aspect, Date>([['status', minute(60)]]);
  const canceled = anAppointment({ status: 'CANCELED' });

  it.each([
    ['dated long before it', 10, { isInDoubt: true, after: { status: 'CANCELED', reviewReason: 'order-uncertain' } }],
    ['dated a little before it: clocks differ', 58, { isInDoubt: false, after: { status: 'SCHEDULED' } }],
    ['dated after it', 61, { isInDoubt: false, after: { status: 'SCHEDULED' } }],
  ])('is not undone by an event %s', (_, at, expected) => {
    expect(effectOf(anEvent('appointmentRescheduled', at), canceled, { ...NOTHING_ELSE, ownChanges })).toMatchObject(expected);
  });
});
