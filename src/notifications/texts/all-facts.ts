import type { ChangeWay } from '../message-subject.js';
import type { MessageFacts } from './message-facts.js';

const BOTH = [true, false];
const CHANGE_WAYS: readonly ChangeWay[] = ['chat', 'call', 'handover', 'none'];

/** Facts with and without all that may be missing, made from ones that have all. */
export function allFacts(full: MessageFacts): MessageFacts[] {
  const without = (has: boolean, name: 'start' | 'phone' | 'calendar' | 'appointmentType'): Partial<MessageFacts> =>
    has ? {} : { [name]: null };
  return CHANGE_WAYS.flatMap(change =>
    BOTH.flatMap(hasTime =>
      BOTH.flatMap(hasPhone =>
        BOTH.flatMap(hasCalendar =>
          BOTH.map(hasType => ({
            ...full,
            change,
            ...without(hasTime, 'start'),
            ...without(hasPhone, 'phone'),
            ...without(hasCalendar, 'calendar'),
            ...without(hasType, 'appointmentType'),
          })),
        ),
      ),
    ),
  );
}
