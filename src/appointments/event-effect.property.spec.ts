import fc from 'fast-check';
import type { AppointmentFacts } from './appointment-facts.js';
import { effectOf, unknownAppointment, type EventFacts } from './event-effect.js';
import type { Telling } from './event-telling-rules.js';
import type { AppointmentEventType } from './hospital-event.js';

const BASE = Date.UTC(2026, 2, 1);
const minute = (n: number): Date => new Date(BASE + n * 60_000);

interface Change {
  start: number | null;
  calendarId: string | undefined;
  appointmentTypeId: string | undefined;
  patientId: string | null;
}

const aChange = fc.record<Change>({
  start: fc.option(fc.integer({ min: 1_000, max: 1_020 }), { freq: 4 }),
  calendarId: fc.constantFrom('cal-a', 'cal-b', undefined),
  appointmentTypeId: fc.constantFrom('type-a', 'type-b', undefined),
  patientId: fc.constantFrom('patient-a', 'patient-b', null),
});

/** Created, moved any number of times, and perhaps checked in or canceled; some at the same minute. */
const aHistory = fc
  .record({
    creation: aChange,
    moves: fc.array(aChange, { maxLength: 4 }),
    end: fc.constantFrom<AppointmentEventType | null>('Queued', 'appointmentCanceled', null),
    steps: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }),
  })
  .map(({ creation, moves, end, steps }) => {
    const changes = [
      creation,
      ...moves,
      ...(end === null ? [] : [{ start: null, calendarId: undefined, appointmentTypeId: undefined, patientId: null }]),
    ];
    let at = 0;
    return changes.map((change, index): EventFacts => {
      at += steps[index] ?? 0;
      const isEnd = end !== null && index === changes.length - 1;
      const type = isEnd ? end : index === 0 ? 'appointmentCreated' : 'appointmentRescheduled';
      return {
        type,
        identity: `id:${index}`,
        time: { at: minute(at), isApproximate: false },
        start: change.start === null ? null : minute(change.start),
        queueNumber: type === 'Queued' ? 'A-1' : null,
        calendarId: change.calendarId,
        appointmentTypeId: change.appointmentTypeId,
        patientId: change.patientId,
        temporaryPatientId: null,
      };
    });
  });

/** The history and, of it, any order of arrival with any duplicates. */
const anArrival = aHistory.chain(history =>
  fc
    .array(fc.constantFrom(...history), { maxLength: 4 })
    .chain(again => fc.shuffledSubarray([...history, ...again], { minLength: history.length + again.length }))
    .map(arrivals => ({ history, arrivals })),
);

interface Told extends Telling {
  afterArrivals: number;
}

function play(arrivals: readonly EventFacts[]): { state: AppointmentFacts | null; told: Told[] } {
  let state: AppointmentFacts | null = null;
  const told: Told[] = [];
  arrivals.forEach((event, index) => {
    const effect = effectOf(event, state ?? unknownAppointment(event), {
      echo: null,
      isNew: state === null,
      listed: null,
      ownChanges: new Map(),
    });
    state = effect.after;
    if (effect.telling) told.push({ ...effect.telling, afterArrivals: index + 1 });
  });
  return { state, told };
}

/** What the patient would know to be true once these events have come: the last time that was set among them. */
function latestStart(history: readonly EventFacts[], arrived: readonly EventFacts[]): Date | null | undefined {
  const moves = history.filter(
    event => arrived.includes(event) && (event.type === 'appointmentCreated' || event.type === 'appointmentRescheduled'),
  );
  return moves.at(-1)?.start;
}

describe('a legal history of one appointment', () => {
  it('ends in the same state in any order, with any duplicates, when its events say when they happened', () => {
    fc.assert(
      fc.property(anArrival, ({ history, arrivals }) => {
        expect(play(arrivals).state).toEqual(play(history).state);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never tells the patient an old time, nor of anything after a cancellation or check-in, when its events do not', () => {
    fc.assert(
      fc.property(anArrival, ({ history, arrivals }) => {
        const firsts = arrivals.filter((event, index) => arrivals.indexOf(event) === index);
        const timeless = firsts.map((event, index) => ({ ...event, time: { at: minute(index), isApproximate: true } }));

        const { told } = play(timeless);

        const untrue = told.filter(({ kind, start, afterArrivals }) => {
          const arrived = firsts.slice(0, afterArrivals);
          const isOldTime = start !== null && kind !== 'canceled' && start.getTime() !== latestStart(history, arrived)?.getTime();
          const isAfterCancellation = kind !== 'canceled' && arrived.some(({ type }) => type === 'appointmentCanceled');
          return isOldTime || isAfterCancellation || arrived.some(({ type }) => type === 'Queued');
        });
        expect(untrue).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses no event when they do not: canceled stays canceled, checked in stays checked in, and whatever is in doubt is for a person', () => {
    fc.assert(
      fc.property(anArrival, ({ history, arrivals }) => {
        const timeless = arrivals.map(event => ({ ...event, time: { at: minute(arrivals.indexOf(event)), isApproximate: true } }));

        const { state } = play(timeless);

        const inOrder = play(history).state;
        expect(state?.status).toBe(inOrder?.status);
        expect(state?.queueNumber).toBe(inOrder?.queueNumber);
        const hasTrueTime = state?.startAt?.getTime() === inOrder?.startAt?.getTime();
        expect(hasTrueTime || state?.needsReview === true).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
