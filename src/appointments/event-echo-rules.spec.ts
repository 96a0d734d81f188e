import { findEcho, lastChanges, type EchoableAttempt, type EchoingEvent } from './event-echo-rules.js';

const START = new Date('2026-03-09T01:00:00Z');
const OTHER_START = new Date('2026-03-10T01:00:00Z');

function anAttempt(overrides: Partial<EchoableAttempt> = {}): EchoableAttempt {
  return { id: 'attempt', kind: 'book', calendarId: 'cal', startAt: START, sentAt: START, outcome: 'yes', echoId: null, ...overrides };
}

function anEvent(overrides: Partial<EchoingEvent> = {}): EchoingEvent {
  return { id: 'event', type: 'appointmentCreated', start: START, calendarId: 'cal', ...overrides };
}

describe('findEcho', () => {
  it.each<[string, Partial<EchoingEvent>, Partial<EchoableAttempt>, boolean]>([
    ['says the same', {}, {}, true],
    ['names neither time nor calendar', { start: null, calendarId: null }, {}, true],
    ['another time', { start: OTHER_START }, {}, false],
    ['another calendar', { calendarId: 'other' }, {}, false],
    ['a calendar where the call named none', {}, { calendarId: null }, true],
    ['a time where the call named none', {}, { startAt: null }, false],
    ['another kind', { type: 'appointmentRescheduled' }, {}, false],
    ['a reschedule', { type: 'appointmentRescheduled' }, { kind: 'reschedule' }, true],
    ['a cancel, whatever it carries', { type: 'appointmentCanceled', start: OTHER_START }, { kind: 'cancel', startAt: null }, true],
    ['a check-in is never ours', { type: 'Queued' }, {}, false],
    ['the call is still out', {}, { outcome: null }, true],
    ['nobody knows what the call did', {}, { outcome: 'unknown' }, true],
    ['the hospital said no', {}, { outcome: 'no' }, false],
    ['the call has its echo', {}, { echoId: 'earlier' }, false],
    ['the very event that is its echo', {}, { echoId: 'event' }, true],
  ])('%s', (_, event, attempt, isEcho) => {
    expect(findEcho(anEvent(event), [anAttempt(attempt)])?.attempt.id).toBe(isEcho ? 'attempt' : undefined);
  });

  it('gives each of two equal calls an echo of its own, the older first', () => {
    const older = anAttempt({ id: 'older', echoId: 'earlier' });
    const newer = anAttempt({ id: 'newer', sentAt: OTHER_START });

    expect(findEcho(anEvent(), [newer, older])?.attempt.id).toBe('newer');
    expect(findEcho(anEvent(), [newer, { ...older, echoId: null }])?.attempt.id).toBe('older');
  });

  it.each([
    ['moved it again', anAttempt({ id: 'later', kind: 'reschedule', sentAt: OTHER_START }), ['calendar', 'start', 'type']],
    ['canceled it', anAttempt({ id: 'later', kind: 'cancel', sentAt: OTHER_START }), ['status']],
    ['failed to cancel it', anAttempt({ id: 'later', kind: 'cancel', sentAt: OTHER_START, outcome: 'no' }), []],
  ])('knows what is no news any more: a later call %s', (_, later, outdated) => {
    expect([...(findEcho(anEvent(), [anAttempt(), later])?.outdated.keys() ?? [])].toSorted()).toEqual(outdated);
  });
});

describe('findEcho, of a call that was repeated', () => {
  const event = anEvent({ type: 'appointmentRescheduled' });
  const first = anAttempt({ id: 'first', kind: 'reschedule', outcome: 'unknown' });
  const repeat = anAttempt({ id: 'repeat', kind: 'reschedule', sentAt: OTHER_START, echoId: 'first' });

  it('takes nothing for outdated by the repeat: it is the same change', () => {
    expect(findEcho(event, [first, repeat])).toEqual({ attempt: first, outdated: new Map() });
  });

  it.each<[EchoableAttempt['outcome'], EchoableAttempt['outcome'], string | undefined]>([
    ['no', 'yes', 'first'],
    ['no', 'unknown', 'first'],
    ['no', null, 'first'],
    ['no', 'no', undefined],
    ['yes', 'no', 'first'],
  ])('of which the first was answered with %s and the repeat with %s', (ofFirst, ofRepeat, echoed) => {
    const attempts = [
      { ...first, outcome: ofFirst },
      { ...repeat, outcome: ofRepeat },
    ];

    expect(findEcho(event, attempts)?.attempt.id).toBe(echoed);
  });

  it('has one echo for both', () => {
    expect(findEcho(event, [{ ...first, echoId: 'earlier' }, repeat])).toBeNull();
  });
});

describe('findEcho, of what is outdated', () => {
  const move = anAttempt({ id: 'move', kind: 'reschedule', sentAt: START });
  const laterCancel = anAttempt({ id: 'cancel', kind: 'cancel', sentAt: OTHER_START });

  it('does not count the call itself, nor one before it', () => {
    const event = anEvent({ type: 'appointmentCanceled' });

    expect(findEcho(event, [move, laterCancel])).toEqual({ attempt: laterCancel, outdated: new Map() });
  });

  it('says when the later call was sent', () => {
    const event = anEvent({ type: 'appointmentRescheduled' });

    expect(findEcho(event, [laterCancel, move])).toEqual({ attempt: move, outdated: new Map([['status', OTHER_START]]) });
  });

  it('counts a later booking over again as a change of all', () => {
    const again = anAttempt({ id: 'again', sentAt: OTHER_START });

    const echo = findEcho(anEvent({ type: 'appointmentRescheduled' }), [move, again]);

    expect([...(echo?.outdated.keys() ?? [])]).toEqual(['status', 'start', 'calendar', 'type']);
  });
});

describe('lastChanges', () => {
  it('says when each aspect was last changed by a call of ours that succeeded', () => {
    const attempts = [
      anAttempt(),
      anAttempt({ kind: 'reschedule', sentAt: OTHER_START }),
      anAttempt({ kind: 'reschedule', sentAt: START }),
      anAttempt({ kind: 'cancel', outcome: 'unknown' }),
    ];

    expect(lastChanges(attempts)).toEqual(
      new Map([
        ['start', OTHER_START],
        ['calendar', OTHER_START],
        ['type', OTHER_START],
      ]),
    );
  });
});
