import type { AppointmentStatus } from '../appointments/appointment-state.js';
import type { Verdict } from '../notifications/verdict.js';

/** Where the patient's messages about an appointment stand: that of the message that counts, or why there is none. */
export type ExplanationVerdict =
  | Verdict
  /** The hospital has neither answered the booking nor told of it by webhook. */
  | 'echo-missing'
  /** Nothing of it is to be told. */
  | 'nothing-to-tell';

/** A message, as far as it decides. */
export interface ExplainedMessage {
  kind: string;
  revision: number;
  status: string;
  verdict: Verdict | null;
}

export interface ExplainedAppointment {
  status: AppointmentStatus;
  hasPendingChange: boolean;
}

/** What the operations person reads first. */
export interface Explanation {
  verdict: ExplanationVerdict;
  summary: string;
  nextAction: string;
}

/** The message that counts is the one of the latest change; reminders count where there is nothing else. `messages`: oldest first. */
export function explain(appointment: ExplainedAppointment, messages: readonly ExplainedMessage[]): Explanation {
  const verdict = verdictOf(appointment, messages);
  return { verdict, ...SENTENCES[verdict] };
}

function verdictOf({ status, hasPendingChange }: ExplainedAppointment, messages: readonly ExplainedMessage[]): ExplanationVerdict {
  if (status === 'PENDING' || hasPendingChange) return 'echo-missing';
  const changes = messages.filter(({ kind }) => kind !== 'reminder').toSorted((a, b) => a.revision - b.revision);
  const last = changes.at(-1) ?? messages.at(-1);
  return last ? (last.verdict ?? 'waiting') : 'nothing-to-tell';
}

const SENTENCES: Record<ExplanationVerdict, Omit<Explanation, 'verdict'>> = {
  waiting: {
    summary: 'The message is on its way, or is tried again soon.',
    nextAction: 'Wait for the next try; the attempts below say what held it up.',
  },
  'quiet-hours': {
    summary: "It is night at the hospital: the message waits for the end of the facility's quiet hours.",
    nextAction: 'Nothing: it goes by itself, at the latest 12 hours before the start. To send it now, change the quiet hours.',
  },
  'spend-cap': {
    summary: 'The facility has sent as many SMS today as it allows (notifications.smsDailyCap), and the patient has no other channel.',
    nextAction: 'If that many are meant to be sent, raise the cap and resend. A message that can wait goes by itself the next day.',
  },
  'sent-no-receipt': {
    summary: 'The provider took the message and has not reported yet whether it arrived.',
    nextAction: "Wait for the receipt. If receipts never come, check the channel's callbackUrl at the provider.",
  },
  logged: {
    summary:
      "The message was noted in the hub's log instead of being sent: the facility has no other channel for this patient, or is not live and this is no test address.",
    nextAction: 'Configure a channel under notifications.channels, and set the facility live.',
  },
  delivered: { summary: "The message arrived on the patient's device.", nextAction: 'Nothing.' },
  read: { summary: 'The patient has read the message.', nextAction: 'Nothing.' },
  'outcome-unknown': {
    summary: 'The message may have been sent: the connection broke, or the process ended, before the provider had answered.',
    nextAction:
      "Look in the provider's own console, or ask the patient. Resend only if it did not arrive: the hub never does so by itself.",
  },
  'no-channel': {
    summary: 'The patient has no address on any channel that the facility has.',
    nextAction: 'Add a phone number or a chat address to the contact, or the channel to the facility; then resend.',
  },
  'opted-out': {
    summary: 'Whoever is reached at the address has asked for no messages.',
    nextAction: 'Nothing may be sent there. Call the patient, or record an opt-in if they ask for messages again; then resend.',
  },
  'outside-messenger-window': {
    summary: 'The patient last wrote on Messenger more than 24 hours ago, and the facility allows neither a template nor a tag.',
    nextAction: 'Allow templates (notifications.channels, outsideWindow), or add another channel; then resend.',
  },
  'provider-refused': {
    summary: 'Every channel that reaches the patient has refused the message.',
    nextAction: "The attempts below have the provider's codes: correct the address or the credentials, then resend.",
  },
  'provider-unavailable': {
    summary: 'The provider could not be reached for a day.',
    nextAction: 'Check the provider and its base URL, then resend.',
  },
  'delivery-failed': {
    summary: 'The provider took the message and reported that it could not deliver it.',
    nextAction: 'Check the phone number or chat address with the patient, correct the contact, then resend.',
  },
  'not-live': {
    summary: 'The facility is not live yet, and this address is none of its test addresses.',
    nextAction: 'Set the facility live, or add the address to notifications.testAddresses; then resend.',
  },
  superseded: {
    summary: 'A later change of the appointment is told instead.',
    nextAction: 'Look at the later message.',
  },
  'too-late': {
    summary: 'The appointment had begun before the message could be sent: it was not sent any more.',
    nextAction: 'Nothing. The steps below say what held it up.',
  },
  'already-checked-in': {
    summary: 'The patient had checked in at the hospital before the message was sent.',
    nextAction: 'Nothing.',
  },
  'state-changed': {
    summary: 'The appointment was not any more what the message would have said.',
    nextAction: 'Nothing: what it became is told by a message of its own.',
  },
  'facility-inactive': {
    summary: 'The facility is deactivated: nothing is sent for it.',
    nextAction: 'Set its status to live, then resend.',
  },
  'echo-missing': {
    summary: 'It is not known yet what the hospital did: it has neither answered nor sent its webhook. The patient is told nothing before.',
    nextAction: 'Wait: the hub finds out by itself. If it stays so, ask the hospital, and check that its system sends webhooks.',
  },
  'nothing-to-tell': {
    summary: 'Nothing has happened to this appointment that a patient is told of by message.',
    nextAction: 'Nothing.',
  },
};
