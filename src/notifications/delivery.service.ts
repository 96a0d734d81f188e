import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { ChannelClients } from './channel-clients.js';
import type { OutgoingMessage, SendOutcome } from './channels/channel-client.js';
import { NotificationMetrics } from './notification-metrics.js';
import type { ClaimedNotification } from './outbox.repository.js';
import { standingAfter } from './outcome-rules.js';
import { ProviderSlots } from './provider-slots.js';
import { OutcomeRecordingService } from './outcome-recording.service.js';
import { inTrace } from '../tracing/present-trace.js';
import type { HubSpan } from '../tracing/span.js';
import { Tracing } from '../tracing/tracing.js';
import type { Verdict } from './verdict.js';

/** A try that is written down and may now be made, until its lease ends. */
export interface PreparedMessage {
  row: ClaimedNotification;
  outgoing: OutgoingMessage;
  leaseUntil: Date;
  at: Date;
  /** With this one. */
  tries: number;
}

/** Of the lease, for the note of the outcome. */
const NOTE_MS = 4_000;
const SHORTEST_CALL_MS = 500;
const NOTE_TRIES = 3;
const NOTE_PAUSE_MS = 200;
const LONGEST_NOTE_PAUSE_MS = 1_000;
/** Whoever was cut off from the database's answer does not know for how long it is at work on it; the try's lease is longer. */
const CALL_OFF_TRIES = 10;
const CALL_OFF_PAUSE_MS = 1_000;
/** While the database is away: nobody else knows what the provider has answered, and most cannot be asked. */
const NOTE_AWAY_WITHIN_MS = 60_000;

/** This process was stopped for so long that another may have the message in hand, or does not know whether the try was written down: it is not sent. */
const NEVER_MADE: SendOutcome = {
  outcome: 'retry',
  code: 'provider-unreachable',
  providerCode: null,
  retryAfterSeconds: null,
  httpStatus: null,
};

/** Where a message stands by a note of its try. `isFound`: there was such a try, its outcome not told yet. */
interface Noted {
  verdict: Verdict;
  isFound: boolean;
}

/** Hands messages to their providers, once each, and notes what came of it. */
@Injectable()
export class DeliveryService {
  private readonly logger = new Logger(DeliveryService.name);

  constructor(
    private readonly clients: ChannelClients,
    private readonly recording: OutcomeRecordingService,
    private readonly slots: ProviderSlots,
    private readonly metrics: NotificationMetrics,
    private readonly tracing: Tracing,
    private readonly clock: Clock,
  ) {}

  /** Never throws. Gives the message's slot back. */
  async deliver(message: PreparedMessage): Promise<void> {
    const { facilityId, id, kind, traceparent } = message.row;
    const { channel } = message.outgoing.settings;
    const attributes = {
      'hub.facility_id': facilityId,
      'hub.notification_id': id,
      'hub.message.kind': kind,
      'hub.message.channel': channel,
    };
    const span = this.tracing.start('message send', { kind: 'client', parent: traceparent, attributes });
    await inTrace(span.traceparent, () => this.deliverWithin(span, message));
    span.end();
  }

  /** Notes of a try that may have been written down, or may still be, that it is not made. Never throws. */
  async callOff(message: PreparedMessage): Promise<void> {
    for (let tried = 1; tried <= CALL_OFF_TRIES; tried++) {
      const noted = await this.note(message, NEVER_MADE);
      if (noted === null || noted.isFound) return;
      await delay(CALL_OFF_PAUSE_MS);
    }
  }

  private async deliverWithin(span: HubSpan, message: PreparedMessage): Promise<void> {
    const { facilityId, id: notificationId } = message.row;
    const { channel } = message.outgoing.settings;
    const outcome = await this.call(message);
    this.slots.giveBack(facilityId, channel);
    this.metrics.countOutcome(channel, outcome.outcome);
    span.note({ 'hub.message.outcome': outcome.outcome, 'http.response.status_code': outcome.httpStatus });
    if (outcome.outcome !== 'accepted') {
      span.fail(outcome.code);
      const { code, providerCode, httpStatus } = outcome;
      this.logger.warn({
        msg: 'A provider did not take a message',
        facilityId,
        notificationId,
        channel,
        outcome: outcome.outcome,
        code,
        providerCode,
        httpStatus,
      });
    }
    span.note({ 'hub.message.verdict': (await this.note(message, outcome))?.verdict ?? null });
  }

  private async call({ row, outgoing, leaseUntil }: PreparedMessage): Promise<SendOutcome> {
    const leftMs = leaseUntil.getTime() - this.clock.now().getTime() - NOTE_MS;
    if (leftMs < SHORTEST_CALL_MS) return NEVER_MADE;
    const { channel } = outgoing.settings;
    try {
      return await this.clients.of(channel).send({ ...outgoing, timeoutMs: Math.min(outgoing.timeoutMs, leftMs) });
    } catch (error) {
      const { facilityId, id: notificationId } = row;
      this.logger.error({ msg: 'A message failed in the hub itself', facilityId, notificationId, channel, ...unexpectedFailure(error) });
      return { outcome: 'unknown', code: 'provider-error', providerCode: null, httpStatus: null };
    }
  }

  /**
   * What cannot be noted, though tried a few times, stays open: once the lease is over, its outcome is unknown. A note that comes late
   * counts all the same, unless another try was made meanwhile. Where the message stands now; null: that could not be noted.
   */
  private async note({ row, outgoing, at, tries }: PreparedMessage, outcome: SendOutcome): Promise<Noted | null> {
    const { channel } = outgoing.settings;
    const isSearchable = this.clients.searchable(channel) !== null;
    const endMs = this.clock.monotonicMs() + NOTE_AWAY_WITHIN_MS;
    for (let tried = 1; ; tried++) {
      const now = this.clock.now();
      const standing = standingAfter(outcome, { channel, at, tries, isSearchable }, now, Math.random());
      const { id: notificationId, claim } = row;
      try {
        const isFound = await this.recording.record({
          notificationId,
          claim,
          attemptId: outgoing.attemptId,
          outcome,
          ...standing,
          now,
        });
        if (isFound) this.metrics.countVerdict(channel, standing.verdict);
        return { verdict: standing.verdict, isFound };
      } catch (error) {
        if (isDatabaseAway(error) ? this.clock.monotonicMs() > endMs : tried >= NOTE_TRIES) {
          this.logger.error({ msg: 'The outcome of a message could not be stored', notificationId, channel, ...unexpectedFailure(error) });
          return null;
        }
        await delay(Math.min(NOTE_PAUSE_MS * tried, LONGEST_NOTE_PAUSE_MS));
      }
    }
  }
}
