import type { MessageParts } from '../channels/channel-client.js';
import { dateAndTime } from './message-dates.js';
import type { MessageFacts } from './message-facts.js';
import type { Medium } from './notification-template.entity.js';

const YES_OR_NO = ['yes', 'no'];

/** What may be chosen by, as `{hasPhone, select, yes {…} other {…}}`, and the values it takes. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = {
  hasTime: YES_OR_NO,
  hasPhone: YES_OR_NO,
  hasCalendar: YES_OR_NO,
  hasType: YES_OR_NO,
  change: ['chat', 'call', 'handover', 'none'],
};

/** What may be written, as `{facility}`, and the choice that tells whether it is there; null: always. */
export const PLACEHOLDERS: Readonly<Record<string, string | null>> = {
  facility: null,
  date: 'hasTime',
  time: 'hasTime',
  phone: 'hasPhone',
  calendar: 'hasCalendar',
  appointmentType: 'hasType',
};

/** What a family may not read off a phone: it is not among the values of an SMS at all. */
export const NOT_IN_SMS: readonly string[] = ['calendar', 'appointmentType', 'hasCalendar', 'hasType'];

/** The parts of a text that are the same whatever its words are. */
export function partsOf(facts: MessageFacts, locale: string): MessageParts {
  const when = facts.start === null ? { date: null, time: null } : dateAndTime(facts.start, facts.zone, locale);
  return { facility: facts.facility, ...when, phone: facts.phone };
}

/** The values of a template. What is not known is left out, so that a text which needs it cannot be made, rather than have a hole. */
export function valuesOf(facts: MessageFacts, parts: MessageParts, medium: Medium): Record<string, string> {
  const yesOrNo = (value: unknown): string => (value === null ? 'no' : 'yes');
  const { calendar, appointmentType, change } = facts;
  const values: Record<string, string | null> = {
    ...parts,
    hasTime: yesOrNo(facts.start),
    hasPhone: yesOrNo(facts.phone),
    change,
    ...(medium === 'chat' && { calendar, appointmentType, hasCalendar: yesOrNo(calendar), hasType: yesOrNo(appointmentType) }),
  };
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
}
