import type { QuietHours } from '../facilities/facility.settings.js';
import type { NotificationKind, NotificationSource } from './notification-state.js';
import { NOT_BOOKED_OCCASION, occasionOfRevision } from './occasion.js';
import { sendTime } from './quiet-hours.js';

/** Something that a patient is to be told, as whoever changed the appointment says it. */
export interface ExpectedMessage {
  appointmentId: string;
  contactId: string;
  kind: NotificationKind;
  source: NotificationSource;
  /** The appointment's, after the change. */
  revision: number;
  /** As it is known; null: not known. */
  start: Date | null;
  /** Of a reminder; every other follows from kind and revision. */
  occasion?: string;
  /** Of what it tells of, where that is not what is being done at the moment. */
  traceparent?: string | null;
}

/** How long after its time a message is to have gone out, in milliseconds: then a person should look. */
const DUE_WITHIN_MS = { chat: 5 * 60_000, other: 15 * 60_000 };

/** When the message may go at the earliest, and is overdue. Judged again at the moment of sending. */
export function timesOf(
  { source, start }: Pick<ExpectedMessage, 'source' | 'start'>,
  facility: { quietHours: QuietHours | null; zone: string },
  now: Date,
): { sendAfter: Date; deadlineAt: Date } {
  const sendAfter = sendTime({ source, start, ...facility, now });
  return { sendAfter, deadlineAt: new Date(sendAfter.getTime() + DUE_WITHIN_MS[source === 'chat' ? 'chat' : 'other']) };
}

export function occasionOf({ kind, revision, occasion }: ExpectedMessage): string {
  if (occasion !== undefined) return occasion;
  return kind === 'notBooked' ? NOT_BOOKED_OCCASION : occasionOfRevision(revision);
}
