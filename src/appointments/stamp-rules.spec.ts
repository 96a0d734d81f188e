import type { HospitalEventType } from './hospital-event.js';
import { isOvertaken, orderOf, stampedByAnswer, stampOf, type Stamp } from './stamp-rules.js';

const NOON = '2026-03-09T12:00:00.000Z';
const LATER = '2026-03-09T12:00:00.001Z';

function aStamp(type: HospitalEventType, overrides: Partial<Stamp> = {}): Stamp {
  return { ...stampOf({ type, identity: `id:${type}`, time: { at: new Date(NOON), isApproximate: false } }), ...overrides };
}

describe('orderOf', () => {
  it('takes anything where nothing is known', () => {
    expect(orderOf(aStamp('appointmentCreated'), undefined)).toEqual({ isNewer: true, isTie: false, isInDoubt: false });
  });

  it('takes nothing from an event that has been taken', () => {
    const stamp = aStamp('appointmentRescheduled', { isApproximate: true });

    expect(orderOf(stamp, stamp)).toEqual({ isNewer: false, isTie: false, isInDoubt: false });
  });

  it.each<[string, Stamp, Stamp, ReturnType<typeof orderOf>]>([
    [
      'a millisecond later',
      aStamp('appointmentCreated', { at: LATER }),
      aStamp('appointmentCanceled'),
      { isNewer: true, isTie: false, isInDoubt: false },
    ],
    [
      'a millisecond earlier',
      aStamp('appointmentCanceled'),
      aStamp('appointmentCreated', { at: LATER }),
      { isNewer: false, isTie: false, isInDoubt: false },
    ],
    ['the same time: rescheduled over created', aStamp('appointmentRescheduled'), aStamp('appointmentCreated'), tie(true)],
    ['the same time: queued over rescheduled', aStamp('Queued'), aStamp('appointmentRescheduled'), tie(true)],
    ['the same time: canceled over queued', aStamp('appointmentCanceled'), aStamp('Queued'), tie(true)],
    ['the same time: created under canceled', aStamp('appointmentCreated'), aStamp('appointmentCanceled'), tie(false)],
    [
      'the same time and kind: the greater identity',
      aStamp('Queued', { identity: 'id:b' }),
      aStamp('Queued', { identity: 'id:a' }),
      tie(true),
    ],
    [
      'the same time and kind: the lesser identity',
      aStamp('Queued', { identity: 'id:a' }),
      aStamp('Queued', { identity: 'id:b' }),
      tie(false),
    ],
    [
      'the very time of our own answer: its echo, no tie',
      aStamp('appointmentCreated'),
      { at: NOON, isApproximate: false, rank: 0, identity: '' },
      { isNewer: true, isTie: false, isInDoubt: false },
    ],
  ])('by time: %s', (_, event, present, expected) => {
    expect(orderOf(event, present)).toEqual(expected);
  });

  it.each<[string, HospitalEventType, HospitalEventType, boolean, boolean]>([
    ['a creation that was held up', 'appointmentCreated', 'appointmentRescheduled', false, false],
    ['a change after the creation', 'appointmentRescheduled', 'appointmentCreated', true, false],
    ['a change after a cancellation: late, or a change of mind', 'appointmentRescheduled', 'appointmentCanceled', false, true],
    ['a check-in after a cancellation', 'Queued', 'appointmentCanceled', false, true],
    ['a cancellation after a check-in', 'appointmentCanceled', 'Queued', true, false],
  ])('without times, what they are decides: %s', (_, type, known, isNewer, isInDoubt) => {
    const event = aStamp(type, { isApproximate: true, at: LATER });

    expect(orderOf(event, aStamp(known, { isApproximate: true }))).toEqual({ isNewer, isTie: false, isInDoubt });
    expect(orderOf(event, aStamp(known))).toEqual({ isNewer, isTie: false, isInDoubt });
  });

  it.each([
    ['received later', LATER, true],
    ['received earlier', '2026-03-09T11:59:59.999Z', false],
  ])('two changes of one kind without times are always in doubt: %s', (_, at, isNewer) => {
    const event = aStamp('appointmentRescheduled', { isApproximate: true, at, identity: 'id:other' });

    expect(orderOf(event, aStamp('appointmentRescheduled', { isApproximate: true }))).toEqual({ isNewer, isTie: false, isInDoubt: true });
  });

  it.each([
    ['the greater identity', 'id:z', true],
    ['the lesser identity', 'id:a', false],
  ])('two changes of one kind, received at one time, are a tie and in doubt: %s', (_, identity, isNewer) => {
    const event = aStamp('appointmentRescheduled', { isApproximate: true, identity });

    expect(orderOf(event, aStamp('appointmentRescheduled'))).toEqual({ isNewer, isTie: true, isInDoubt: true });
  });

  it('of two creations without times the one that was received later holds, and nobody doubts', () => {
    const event = aStamp('appointmentCreated', { isApproximate: true, at: LATER, identity: 'id:other' });

    expect(orderOf(event, aStamp('appointmentCreated'))).toEqual({ isNewer: true, isTie: false, isInDoubt: false });
  });

  it('does not take two answers of our own calls for one event', () => {
    const answer: Stamp = { at: NOON, isApproximate: false, rank: 0, identity: '' };

    expect(orderOf({ ...answer, at: LATER }, answer)).toEqual({ isNewer: true, isTie: false, isInDoubt: false });
  });

  function tie(isNewer: boolean): ReturnType<typeof orderOf> {
    return { isNewer, isTie: true, isInDoubt: false };
  }
});

describe('stampedByAnswer', () => {
  it("sets the hospital's own time of the change", () => {
    const stamps = { status: aStamp('appointmentCreated') };

    expect(stampedByAnswer(stamps, ['start'], new Date(NOON))).toEqual({
      ...stamps,
      start: { at: NOON, isApproximate: false, rank: 0, identity: '' },
    });
  });

  it('leaves the stamps where the answer has no time: our own clock is no witness', () => {
    const stamps = { status: aStamp('appointmentCreated') };

    expect(stampedByAnswer(stamps, ['start', 'status'], null)).toBe(stamps);
  });
});

describe('isOvertaken', () => {
  const before = new Date('2026-03-09T11:00:00Z');
  const after = new Date('2026-03-09T13:00:00Z');

  it.each([
    ['nothing is known', undefined, { sentAt: before, updatedAt: null }, false],
    ['an event happened after the call was sent', aStamp('Queued'), { sentAt: before, updatedAt: null }, true],
    ['an event happened when the call was sent', aStamp('Queued'), { sentAt: new Date(NOON), updatedAt: null }, false],
    ['an event happened before the call was sent', aStamp('Queued'), { sentAt: after, updatedAt: null }, false],
    ['the answer bears a later time than the event', aStamp('Queued'), { sentAt: before, updatedAt: after }, false],
    ['only an answer of our own is known', aStamp('Queued', { identity: '' }), { sentAt: before, updatedAt: null }, false],
  ])('%s', (_, present, call, expected) => {
    expect(isOvertaken(present, call)).toBe(expected);
  });
});
