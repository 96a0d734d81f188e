import { untilNextDay } from './spending-day-rules.js';
import type { ChannelChoice } from './channel-choice.js';
import type { PreparedMessage } from './delivery.service.js';
import type { SubjectNow } from './message-subject.js';
import type { SendingTrace } from './notification.entity.js';
import type { ClaimedNotification, Preparation } from './outbox.repository.js';
import type { MadeAttempt } from './sending-facts.repository.js';
import type { SendingFacts } from './sending-facts.service.js';
import type { Verdict } from './verdict.js';

/** What becomes of a row, and the message to be sent, if any. */
export interface Plan {
  preparation: Preparation;
  message: PreparedMessage | null;
}

/** A row that is not sent now. */
export function moved(
  { id, claim }: ClaimedNotification,
  to: Pick<Preparation, 'status' | 'verdict' | 'sendAfter'> & Partial<Pick<Preparation, 'channel' | 'trace'>>,
): Plan {
  const { status, verdict, sendAfter, channel = null, trace = null } = to;
  const rest = { locale: null, textSealed: null, leaseUntil: null, attempt: null, spent: null };
  return { preparation: { id, claim, status, verdict, channel, trace, sendAfter, ...rest }, message: null };
}

/** A row for which no channel could be taken. Where it is for want of SMS, it waits for those of the next day. */
export function unreached(
  { facility, now, attemptsOf }: Pick<SendingFacts, 'facility' | 'now' | 'attemptsOf'>,
  row: ClaimedNotification,
  choice: ChannelChoice & { kind: 'none' },
  { start }: Pick<SubjectNow, 'start'>,
): Plan {
  const trace = traceOf(choice, null);
  const { quietHours } = facility.notifications;
  const until = choice.verdict === 'spend-cap' ? untilNextDay({ start, quietHours, zone: facility.timezone, now }) : null;
  if (until) return moved(row, { status: 'expected', verdict: 'spend-cap', sendAfter: until, trace });
  const status = choice.verdict === 'opted-out' || choice.verdict === 'not-live' ? 'suppressed' : 'failed';
  return moved(row, { status, verdict: verdictOf(choice.verdict, attemptsOf(row)), sendAfter: null, trace });
}

export function traceOf({ steps }: ChannelChoice, text: SendingTrace['text']): SendingTrace {
  return { channels: steps.map(({ channel, rule }) => ({ channel, rule })), text };
}

/** Every channel has refused it; or one of them took it, and could not deliver. */
function verdictOf(verdict: Verdict, attempts: readonly MadeAttempt[]): Verdict {
  return verdict === 'provider-refused' && attempts.at(-1)?.hasFailed === true ? 'delivery-failed' : verdict;
}
