import type { EventResult } from '../appointments/event-outcome.js';
import type { FieldChange } from '../appointments/event-effect.js';
import type { HospitalEventType } from '../appointments/hospital-event.js';
import type { ParsedEvent } from './event-parser.js';
import type { WebhookFlag, WebhookOutcome } from './webhook-event-state.js';

/** What is noted of an event once it was looked at. */
export interface Decision {
  id: string;
  type: HospitalEventType | null;
  outcome: Exclude<WebhookOutcome, 'pending'>;
  reason: string | null;
  flags: WebhookFlag[];
  occurredAt: Date | null;
  /** null unless it is applied now. */
  appliedAt: Date | null;
  appointmentId: string | null;
  contactId: string | null;
  changes: FieldChange[];
  heldUntil: Date | null;
  lookAgainAt: Date | null;
  /** The hospital's list is to be asked about it. */
  isToBeChecked: boolean;
}

/** What of an event in the inbox decides what is noted. */
export interface DecidedEvent {
  id: string;
  flags: readonly WebhookFlag[];
  receivedAt: Date;
  heldUntil: Date | null;
  parsed: ParsedEvent;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** How long an event waits at the most, and when it is looked at again: for our own calls and the hospital's list not long, for a person long. */
const WAITS: Record<string, { forMs: number; againMs: number }> = {
  'booking-in-doubt': { forMs: 60 * SECOND_MS, againMs: 2 * SECOND_MS },
  'checking-with-hospital': { forMs: 60 * SECOND_MS, againMs: 10 * SECOND_MS },
};
const FOR_A_PERSON = { forMs: 30 * DAY_MS, againMs: DAY_MS / 24 };

export function decisionOf(event: DecidedEvent, result: EventResult, now: Date): Decision {
  const { parsed } = event;
  const tie: WebhookFlag[] = result.isTie ? ['tie'] : [];
  const base = {
    id: event.id,
    type: parsed.kind === 'event' ? parsed.event.type : parsed.type,
    reason: result.reason,
    flags: [...new Set([...event.flags, ...(parsed.kind === 'event' ? parsed.flags : []), ...tie])],
    occurredAt: occurredAtOf(parsed),
    appliedAt: result.outcome === 'applied' ? now : null,
    appointmentId: result.appointmentId,
    contactId: result.contactId,
    changes: result.changes,
  };
  if (result.outcome !== 'held') return { ...base, outcome: result.outcome, heldUntil: null, lookAgainAt: null, isToBeChecked: false };
  const wait = WAITS[result.reason ?? ''] ?? FOR_A_PERSON;
  const until = new Date(event.receivedAt.getTime() + wait.forMs);
  // An event that is replayed waits anew: its receipt is long ago.
  const heldUntil = until > now ? until : (event.heldUntil ?? new Date(now.getTime() + wait.forMs));
  const lookAgainAt = new Date(Math.min(now.getTime() + wait.againMs, heldUntil.getTime()));
  return { ...base, outcome: 'held', heldUntil, lookAgainAt, isToBeChecked: result.reason === 'checking-with-hospital' };
}

/** One that cannot be read as an event of the contract: the sender's fault, and no use to send again. */
export function rejection(event: DecidedEvent, parsed: ParsedEvent & { kind: 'rejected' }): Decision {
  return {
    id: event.id,
    type: parsed.type,
    outcome: 'rejected',
    reason: parsed.reason,
    flags: [...event.flags],
    occurredAt: parsed.occurredAt,
    appliedAt: null,
    appointmentId: null,
    contactId: null,
    changes: [],
    heldUntil: null,
    lookAgainAt: null,
    isToBeChecked: false,
  };
}

function occurredAtOf(parsed: ParsedEvent): Date | null {
  if (parsed.kind === 'rejected') return parsed.occurredAt;
  return parsed.event.time.isApproximate ? null : parsed.event.time.at;
}
