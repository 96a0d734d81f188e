import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { chooseChannel, type ChannelChoice } from './channel-choice.js';
import { accountOf } from './provider-account.js';
import { isWindowOpen } from './channels/messenger/messenger-window.js';
import type { PreparedMessage } from './delivery.service.js';
import { NotificationMetrics } from './notification-metrics.js';
import { textPlaceOf } from './notification-text.js';
import { OutboxRepository, type ClaimedNotification, type Preparation } from './outbox.repository.js';
import { OutgoingMessagesService } from './outgoing-messages.service.js';
import { ProviderSlots } from './provider-slots.js';
import { neighboursOf, putOffSince, refusedBy, triesOf } from './sending-facts.js';
import { SendingFactsService, type SendingFacts } from './sending-facts.service.js';
import { moved, traceOf, unreached, type Plan } from './sending-plan.js';
import { decideSending, type SendingDecision } from './sending-rules.js';
import { inTrace } from '../tracing/present-trace.js';
import { smsSize } from './texts/sms-segments.js';

/** How long a try may be in a process's hand: the call, and the note of its outcome. */
const TRY_LEASE_MS = 13_000;
/** For a provider that has enough in hand. */
const BUSY_WAIT_MS = 250;
/** For a message that could not be made ready: an error of the hub's own. */
const BROKEN_WAIT_MS = 60_000;

type ToSend = SendingDecision & { do: 'send' };

/** Judges what is due once more, and makes it ready to be sent. */
@Injectable()
export class SendingService {
  private readonly logger = new Logger(SendingService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly facts: SendingFactsService,
    private readonly outgoing: OutgoingMessagesService,
    private readonly outbox: OutboxRepository,
    private readonly slots: ProviderSlots,
    private readonly cipher: FieldCipher,
    private readonly metrics: NotificationMetrics,
  ) {}

  /**
   * Writes down the tries that are to be made; what is returned is to be sent at once, and its slot given back. Where nobody knows whether they
   * were written, none of them is made: `callOff` is given them.
   */
  async prepare(
    facilityId: string,
    rows: readonly ClaimedNotification[],
    callOff: (messages: readonly PreparedMessage[]) => void,
  ): Promise<PreparedMessage[]> {
    const facts = await this.facts.load(facilityId, rows);
    if (!facts) return [];
    const plans = await Promise.all(rows.map(row => inTrace(row.traceparent, () => this.planned(facts, row))));
    let mine = new Set<string>();
    try {
      mine = await this.outbox.prepare(
        this.em,
        plans.map(({ preparation }) => preparation),
        facts.now,
      );
    } catch (error) {
      callOff(plans.flatMap(({ message }) => message ?? []));
      throw error;
    } finally {
      for (const { message } of plans)
        if (message && !mine.has(message.row.id)) this.slots.giveBack(facilityId, message.outgoing.settings.channel);
    }
    for (const { preparation } of plans) if (mine.has(preparation.id)) this.metrics.countVerdict(preparation.channel, preparation.verdict);
    return plans.flatMap(({ message }) => (message && mine.has(message.row.id) ? [message] : []));
  }

  private async planned(facts: SendingFacts, row: ClaimedNotification): Promise<Plan> {
    try {
      return await this.plan(facts, row);
    } catch (error) {
      const { facilityId, id: notificationId } = row;
      this.logger.error({ msg: 'A message could not be made ready', facilityId, notificationId, ...unexpectedFailure(error) });
      return moved(row, { status: 'expected', verdict: 'waiting', sendAfter: new Date(facts.now.getTime() + BROKEN_WAIT_MS) });
    }
  }

  private async plan(facts: SendingFacts, row: ClaimedNotification): Promise<Plan> {
    const { facility, now } = facts;
    const decision = decideSending({
      row,
      subject: facts.subjectOf(row),
      neighbours: neighboursOf(row, facts.neighbours, facts.inHand, now),
      putOffSince: putOffSince(row, facts.attemptsOf(row)),
      facility: { isActive: facility.status !== 'inactive', quietHours: facility.notifications.quietHours, zone: facility.timezone },
      now,
    });
    if (decision.do === 'end') return moved(row, { status: decision.status, verdict: decision.verdict, sendAfter: null });
    if (decision.do === 'wait') return moved(row, { status: 'expected', verdict: decision.verdict, sendAfter: decision.until });
    return this.toChannel(facts, row, decision, facts.sms.isSpent);
  }

  private async toChannel(facts: SendingFacts, row: ClaimedNotification, decision: ToSend, isSmsSpent: boolean): Promise<Plan> {
    const { facility, now } = facts;
    const choice = chooseChannel({
      reach: facts.reachOf(decision.subject),
      settings: facility.notifications,
      status: facility.status,
      refused: refusedBy(row, facts.attemptsOf(row)),
      isSmsSpent,
      isMessengerWindowOpen: lastInboundAt => isWindowOpen(lastInboundAt, now),
    });
    if (choice.kind === 'none') return unreached(facts, row, choice, decision.subject);
    const { channel } = choice.settings;
    if (!this.slots.take(facility.id, channel)) {
      const sendAfter = new Date(now.getTime() + BUSY_WAIT_MS);
      return moved(row, { status: 'expected', verdict: 'waiting', sendAfter, channel });
    }
    let plan: Plan | null = null;
    try {
      plan = await this.tryOf(facts, row, choice, decision);
    } finally {
      if (!plan) this.slots.giveBack(facility.id, channel);
    }
    // Its text was longer than what is left of today's SMS.
    return plan ?? this.toChannel(facts, row, decision, true);
  }

  /** null: no SMS is left for it. */
  private async tryOf(
    facts: SendingFacts,
    row: ClaimedNotification,
    choice: ChannelChoice & { kind: 'chosen' },
    { kind, subject }: ToSend,
  ): Promise<Plan | null> {
    const { facility, now } = facts;
    const { settings, address } = choice;
    const attemptId = newId(now);
    const { locale } = facts.reachOf(subject);
    const { outgoing, text } = await this.outgoing.make(facility, { attemptId, kind, subject, settings, address, locale });
    const spent = settings.channel === 'sms' ? facts.sms.take(smsSize(outgoing.text).segments) : null;
    if (spent === false) return null;
    const leaseUntil = new Date(now.getTime() + TRY_LEASE_MS);
    const preparation: Preparation = {
      id: row.id,
      claim: row.claim,
      status: 'sending',
      verdict: 'waiting',
      channel: settings.channel,
      locale: outgoing.locale,
      textSealed: this.cipher.seal(outgoing.text, textPlaceOf(row)),
      trace: traceOf(choice, text),
      sendAfter: null,
      leaseUntil,
      attempt: { id: attemptId, channel: settings.channel, addressIndex: address?.addressIndex ?? null, account: accountOf(settings) },
      spent,
    };
    const tries = triesOf(row, facts.attemptsOf(row)) + 1;
    return { preparation, message: { row, outgoing, leaseUntil, at: now, tries } };
  }
}
