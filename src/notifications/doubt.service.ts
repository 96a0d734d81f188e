import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { addressesOf } from './channel-choice.js';
import { ChannelClients } from './channel-clients.js';
import type { FoundMessage, SendOutcome } from './channels/channel-client.js';
import { NotificationMetrics } from './notification-metrics.js';
import { textPlaceOf } from './notification-text.js';
import { NotificationRepository } from './notification.repository.js';
import { OutboxRepository, type ClaimedNotification } from './outbox.repository.js';
import { OutgoingMessagesService } from './outgoing-messages.service.js';
import { inDoubt, stillInDoubt, taken, type Standing } from './outcome-rules.js';
import { OutcomeRecordingService } from './outcome-recording.service.js';
import { isAbsenceProof } from './retry-rules.js';
import { accountOf } from './provider-account.js';
import { inTrace } from '../tracing/present-trace.js';
import { SendingFactsService, type SendingFacts } from './sending-facts.service.js';
import type { MadeAttempt } from './sending-facts.repository.js';

const LOST: SendOutcome = { outcome: 'unknown', code: 'process-lost', providerCode: null, httpStatus: null };
const NOT_TAKEN: SendOutcome = {
  outcome: 'retry',
  code: 'provider-unavailable',
  providerCode: 'not-on-the-list',
  retryAfterSeconds: null,
  httpStatus: null,
};
/** The clocks of the provider and of the hub may differ by so much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Messages that a process had in hand when it ended, and those of which nobody knows whether they were sent. */
@Injectable()
export class DoubtService {
  private readonly logger = new Logger(DoubtService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly facts: SendingFactsService,
    private readonly outgoing: OutgoingMessagesService,
    private readonly clients: ChannelClients,
    private readonly outbox: OutboxRepository,
    private readonly recording: OutcomeRecordingService,
    private readonly notifications: NotificationRepository,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    private readonly metrics: NotificationMetrics,
  ) {}

  /** Rows of one facility that this process has taken over. Never sends anything. Never throws. */
  async settle(facilityId: string, rows: readonly ClaimedNotification[]): Promise<void> {
    try {
      const facts = await this.facts.load(facilityId, rows);
      if (!facts) return;
      // One after the other where they went to one address: the same text may be there twice, and each is found once.
      const byAddress = Map.groupBy(rows, row => facts.attemptsOf(row).at(-1)?.addressIndex ?? row.id);
      await Promise.all([...byAddress.values()].map(group => this.settleInTurn(facts, group)));
    } catch (error) {
      this.logger.error({ msg: 'Messages of unknown outcome could not be looked at', facilityId, ...unexpectedFailure(error) });
    }
  }

  private async settleInTurn(facts: SendingFacts, rows: readonly ClaimedNotification[]): Promise<void> {
    for (const row of rows) await inTrace(row.traceparent, () => this.settleOne(facts, row));
  }

  private async settleOne(facts: SendingFacts, row: ClaimedNotification): Promise<void> {
    const last = facts.attemptsOf(row).findLast(({ at }) => at >= row.triedSince);
    const isSent = last && (last.outcome === null || last.outcome === 'unknown');
    // Whoever made the try noted its end, when the message was no more theirs.
    if (last?.outcome === 'accepted' && !last.hasFailed) return this.moveOn(row, taken(last.channel), facts.now);
    // Nothing of it was on its way: it is judged anew.
    if (!isSent) return this.beginAnew(row, facts.now);
    const isSearchable = this.clients.searchable(last.channel) !== null;
    if (last.outcome === null) return this.note(row, last, LOST, inDoubt({ at: last.at, isSearchable }, facts.now));
    const askedAt = this.clock.now();
    const found = await this.lookOrLeaveOpen(facts, row, last);
    const now = this.clock.now();
    switch (found.kind) {
      case 'found': {
        const [providerMessageId] = found.providerMessageIds;
        if (providerMessageId === undefined) return this.lookLater(row, last, now);
        const outcome = { outcome: 'accepted' as const, providerMessageId, segments: null, httpStatus: null };
        return this.note(row, last, outcome, { status: 'sent', verdict: 'sent-no-receipt', sendAfter: null, leaseUntil: null });
      }
      case 'absent':
        if (isAbsenceProof(last.at, askedAt))
          return this.note(row, last, NOT_TAKEN, { status: 'expected', verdict: 'waiting', sendAfter: now, leaseUntil: null });
        return this.lookLater(row, last, now);
      case 'unavailable':
        return this.lookLater(row, last, now);
    }
  }

  /** One that cannot be looked for holds up no other, and comes to its end like one whose provider cannot be asked. */
  private async lookOrLeaveOpen(facts: SendingFacts, row: ClaimedNotification, attempt: MadeAttempt): Promise<FoundMessage> {
    try {
      return await this.look(facts, row, attempt);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const { facilityId, id: notificationId } = row;
      this.logger.error({
        msg: 'A message of unknown outcome could not be looked for',
        facilityId,
        notificationId,
        ...unexpectedFailure(error),
      });
      return { kind: 'unavailable' };
    }
  }

  private async look(facts: SendingFacts, row: ClaimedNotification, attempt: MadeAttempt): Promise<FoundMessage> {
    const client = this.clients.searchable(attempt.channel);
    const subject = facts.subjectOf(row);
    const settings = facts.facility.notifications.channels.find(({ channel }) => channel === attempt.channel);
    const sealed = await this.notifications.textOf(row.facilityId, row.id);
    if (!client || !subject || !settings || sealed === null) return { kind: 'unavailable' };
    // Another account's list knows nothing of it.
    if (accountOf(settings) !== attempt.account) return { kind: 'unavailable' };
    const reach = facts.reachOf(subject);
    const address = addressesOf(reach).find(each => each.channel === attempt.channel && each.addressIndex === attempt.addressIndex);
    if (!address) return { kind: 'unavailable' };
    const { outgoing: message } = await this.outgoing.make(facts.facility, {
      attemptId: attempt.id,
      kind: row.kind,
      subject,
      settings,
      address,
      locale: reach.locale,
    });
    const text = this.cipher.open(sealed, textPlaceOf(row));
    const found = await client.find({ ...message, text }, new Date(attempt.at.getTime() - CLOCK_SKEW_MS));
    return found.kind === 'found' ? this.withoutOthers(row.facilityId, attempt, found.providerMessageIds) : found;
  }

  /** Two patients of one phone may be sent the same text: what is another try's is not this one's. */
  private async withoutOthers(facilityId: string, { channel }: MadeAttempt, ids: readonly string[]): Promise<FoundMessage> {
    const others = await this.notifications.knownProviderIds(facilityId, channel, ids);
    const left = ids.filter(id => !others.has(id));
    return left.length === 0 ? { kind: 'absent' } : { kind: 'found', providerMessageIds: left };
  }

  private async lookLater(row: ClaimedNotification, attempt: MadeAttempt, now: Date): Promise<void> {
    await this.moveOn(row, stillInDoubt(attempt.at, now), now);
  }

  private async beginAnew(row: ClaimedNotification, now: Date): Promise<void> {
    await this.moveOn(row, { status: 'expected', verdict: 'waiting', sendAfter: now, leaseUntil: null }, now);
  }

  private async moveOn(row: ClaimedNotification, standing: Standing, now: Date): Promise<void> {
    await this.outbox.prepare(this.em, [{ ...unchanged(row), ...standing }], now);
  }

  private async note(row: ClaimedNotification, attempt: MadeAttempt, outcome: SendOutcome, standing: Standing): Promise<void> {
    const { id: notificationId, claim } = row;
    await this.recording.record({ notificationId, claim, attemptId: attempt.id, outcome, ...standing, now: this.clock.now() });
    this.metrics.countVerdict(attempt.channel, standing.verdict);
  }
}

function unchanged({ id, claim }: ClaimedNotification) {
  return { id, claim, channel: null, locale: null, textSealed: null, trace: null, attempt: null, spent: null };
}
