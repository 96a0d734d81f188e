import type { FakeTwilio } from '../test/support/fake-twilio.js';
import type { Check } from './checker.js';

/** A message of the ledger as it is stored. */
export interface MessageRow {
  id: string;
  status: string;
  verdict: string | null;
}

/** A try as it is stored. */
export interface AttemptRow {
  id: string;
  notificationId: string;
}

/** What the hub and the SMS provider know of what patients were told. */
export interface Told {
  messages: readonly MessageRow[];
  attempts: readonly AttemptRow[];
  sent: FakeTwilio['sent'];
  mismatches: readonly string[];
}

/** What must hold of messages after the storm, however often the hub was killed between sending and noting. */
export function messageChecks({ messages, attempts, sent, mismatches }: Told): Check[] {
  const notificationOf = new Map(attempts.map(({ id, notificationId }) => [id, notificationId]));
  const handedOver = sent.map(sms => new URL(sms.statusCallback ?? 'about:blank').searchParams.get('attempt') ?? '');
  const byMessage = Map.groupBy(handedOver, attemptId => notificationOf.get(attemptId) ?? `no message (${attemptId})`);
  return [
    {
      name: 'no message was handed to its provider twice',
      checked: byMessage.size,
      wrong: [...byMessage].flatMap(([id, tries]) => (tries.length === 1 ? [] : [`${id}: ${tries.length} times`])),
    },
    {
      name: 'what was handed over stands in the ledger',
      checked: sent.length,
      wrong: [...byMessage.keys()].filter(id => id.startsWith('no message')),
    },
    {
      name: 'each message has come to an end, or is left to a person',
      checked: messages.length,
      wrong: messages.flatMap(({ id, status, verdict }) => (isOpen(status, verdict) ? [`${id}: ${status}, ${verdict ?? ''}`] : [])),
    },
    { name: 'the provider was asked as its documentation says', checked: sent.length, wrong: [...mismatches] },
  ];
}

function isOpen(status: string, verdict: string | null): boolean {
  return status === 'expected' || (status === 'sending' && verdict !== 'outcome-unknown');
}
