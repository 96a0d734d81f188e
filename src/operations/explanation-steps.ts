import type { TimelineEntryDto } from '../appointments/appointment.dto.js';
import { isoInZone } from '../common/zoned-time.js';
import type { NotificationAttempt } from '../notifications/notification-attempt.entity.js';
import type { Notification } from '../notifications/notification.entity.js';
import type { ExplanationStepDto } from './explanation.dto.js';

/** What an appointment's messages came about by, as steps in the order they happened. */
export interface ExplainedRecords {
  timeline: readonly TimelineEntryDto[];
  contact: { id: string; needsReview: boolean; createdAt: Date };
  messages: readonly Notification[];
  attempts: readonly NotificationAttempt[];
}

type Step = Omit<ExplanationStepDto, 'at'> & { at: Date };

/** Oldest first. `zone`: in which times are told. */
export function stepsOf({ timeline, contact, messages, attempts }: ExplainedRecords, zone: string): ExplanationStepDto[] {
  const steps: Step[] = [
    ...timeline.map(entryStep),
    contactStep(contact),
    ...messages.flatMap(message =>
      messageSteps(
        message,
        attempts.filter(({ notificationId }) => notificationId === message.id),
        zone,
      ),
    ),
  ];
  return steps.toSorted((a, b) => a.at.getTime() - b.at.getTime()).map(step => ({ ...step, at: isoInZone(step.at, zone) }));
}

function entryStep({ at, type, source, after, reference }: TimelineEntryDto): Step {
  const by = { platform: 'by chat', hospital: 'the word of the hospital', reconciliation: 'found by the hub' }[source];
  const code = after?.code === undefined ? '' : `, ${after.code}`;
  return { at: new Date(at), step: 'appointment', outcome: type, detail: `${by}${code}${reference === null ? '' : `, ${reference}`}` };
}

function contactStep({ id, needsReview, createdAt }: ExplainedRecords['contact']): Step {
  const detail = needsReview ? `${id}, which a person should review: it may be somebody else` : id;
  return { at: createdAt, step: 'contact', outcome: needsReview ? 'in-question' : 'matched', detail };
}

function messageSteps(message: Notification, attempts: readonly NotificationAttempt[], zone: string): Step[] {
  const { createdAt, updatedAt, kind, source, occasion, status, verdict, sendAfter, trace, resends } = message;
  const expected: Step = {
    at: createdAt,
    step: 'message',
    outcome: 'expected',
    detail: `${kind} (${occasion}), because of ${source}, not before ${isoInZone(sendAfter, zone)}`,
  };
  const choice: Step[] = trace
    ? [
        ...(trace.text
          ? [
              {
                at: updatedAt,
                step: 'text',
                outcome: trace.text.isBuiltIn ? 'built-in' : 'own',
                detail: `${trace.text.locale}, ${trace.text.medium}`,
              },
            ]
          : []),
        ...trace.channels.map(({ channel, rule }): Step => ({ at: updatedAt, step: 'channel', outcome: rule, detail: channel })),
      ]
    : [];
  const again = resends.map(({ at, keyId }): Step => {
    return { at: new Date(at), step: 'resend', outcome: 'asked', detail: `by the key ${keyId}` };
  });
  const standing: Step = {
    at: updatedAt,
    step: 'message',
    outcome: status,
    detail: `${kind} (${occasion}): ${verdict ?? 'not looked at yet'}`,
  };
  return [expected, ...again, ...choice, ...attempts.flatMap(attemptSteps), standing];
}

function attemptSteps({
  at,
  finishedAt,
  channel,
  outcome,
  code,
  providerCode,
  deliveredAt,
  readAt,
  failedAt,
}: NotificationAttempt): Step[] {
  const why = [code, providerCode].filter(part => part !== null).join(', ');
  const tried: Step = {
    at: finishedAt ?? at,
    step: 'attempt',
    outcome: outcome ?? 'under-way',
    detail: outcome === 'accepted' || why === '' ? channel : `${channel}: ${why}`,
  };
  const receipts: [Date | null, string][] = [
    [deliveredAt, 'delivered'],
    [readAt, 'read'],
    [failedAt, 'failed'],
  ];
  return [
    tried,
    ...receipts.flatMap(([when, state]): Step[] =>
      when === null
        ? []
        : [{ at: when, step: 'receipt', outcome: state, detail: state === 'failed' && why !== '' ? `${channel}: ${why}` : channel }],
    ),
  ];
}
